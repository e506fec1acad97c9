"""The bytes that rule out searches of a page: they never hide what the searches would find."""

import pytest

from pipelines.html.decode import decode
from pipelines.html.mojibake import undo
from pipelines.html.telling_bytes import is_clean_markup, is_singly_encoded, telling_bytes
from storage.text.characters import clean_markup

ARTICLE = "<p>أعلن رئيس الوزراء عن خطة لقطاع النقل في العاصمة، وقال إن العمل يبدأ غداً.</p>" * 5
STORABLE = [*range(0xD800), *range(0xE000, 0x110000)]


def test_no_character_that_is_cleaned_is_called_clean() -> None:
    hidden = []
    for number in STORABLE:
        raw = f"<p>{chr(number)}</p>".encode()
        telling = telling_bytes(raw)
        if telling is not None and is_clean_markup(raw, telling) and clean_markup(raw.decode()) != raw:
            hidden.append(hex(number))
    assert hidden == []


@pytest.mark.parametrize("reference", ["&#1;", "&#xFFFE;", "&#x1F600;", "&#39;"])
def test_numeric_references_are_looked_at(reference: str) -> None:
    raw = f"{ARTICLE}{reference}".encode()
    telling = telling_bytes(raw)
    assert telling is not None
    assert not is_clean_markup(raw, telling)


def test_an_ampersand_and_a_hash_apart_are_no_reference() -> None:
    raw = f'{ARTICLE}<a href="/?a=1&amp;b=2#top">'.encode()
    telling = telling_bytes(raw)
    assert telling is not None
    assert is_clean_markup(raw, telling)


@pytest.mark.parametrize(("charset", "read_as"), [("utf-8", "cp1252"), ("utf-8", "cp1256"), ("cp1256", "latin-1")])
def test_double_encoding_is_not_ruled_out(charset: str, read_as: str) -> None:
    text = "".join(
        letter.encode(charset).decode(read_as, "replace") if letter > "\x7f" else letter for letter in ARTICLE
    )
    raw = text.encode()
    telling = telling_bytes(raw)
    assert undo(text)[1] is not None
    assert telling is None or not is_singly_encoded(telling)


def test_an_ordinary_page_is_parsed_from_its_own_bytes() -> None:
    raw = ARTICLE.encode()
    assert decode(raw, {}).markup is raw
    assert decode(raw + b"\x00", {}).markup is None
    assert decode(b'<?xml version="1.0"?>' + raw, {}).markup is None


def test_french_names_are_not_taken_for_double_encoding() -> None:
    telling = telling_bytes(f"{ARTICLE}<p>André, Gérard, Hélène, Benoît</p>".encode())
    assert telling is not None
    assert is_singly_encoded(telling)
