"""Text made safe at the store's door."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.model.sanitize import TITLE_LIMIT, safe_line, safe_text


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("سطر\r\nثان\rثالث", "سطر\nثان\nثالث"),
        ("  فقرة  \n\n\n  أخرى ", "فقرة\nأخرى"),
        ("أ\x00ب", "أ\ufffdب"),
        ("\ud83d", "\ufffd"),
        ("\x1b[31mأحمر", "[31mأحمر"),
        ("\ufeffبداية", "بداية"),
        ("کتاب\u200cها", "کتاب\u200cها"),
        ("مُحَمَّدٌ", unicodedata.normalize("NFC", "مُحَمَّدٌ")),
        ("آ", "آ"),
    ],
    ids=[
        "line ends",
        "empty lines",
        "NUL",
        "lone surrogate",
        "escape",
        "byte order mark",
        "ZWNJ stays",
        "vowels stay",
        "NFC",
    ],
)
def test_text_keeps_its_letters_and_loses_what_is_no_text(raw: str, safe: str) -> None:
    assert safe_text(raw) == safe


@pytest.mark.fault("A40")
def test_a_headline_loses_direction_controls_and_keeps_one_line() -> None:
    assert safe_line("\u202eعاجل\u202c:\n \u2067انفجار\u2069") == "عاجل: انفجار"


def test_a_headline_is_bounded() -> None:
    assert len(safe_line("ا" * 5_000)) == TITLE_LIMIT


@pytest.mark.fault("A40")
def test_a_tower_of_marks_is_cut_down() -> None:
    assert len(safe_text("ا" + "\u064b" * 2_000)) < 10


@given(st.text())
def test_safe_text_is_stable_storable_and_whole(raw: str) -> None:
    safe = safe_text(raw)
    assert safe_text(safe) == safe
    safe.encode("utf-8")
    assert "\x00" not in safe
    assert "" not in safe.split("\n") or safe == ""
