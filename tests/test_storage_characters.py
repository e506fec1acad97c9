"""Characters that are no text, and those that nobody sees."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from storage.text.characters import clean_characters, clean_markup, without_idle_marks, without_invisible


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("سطر\x0bثان", "سطر ثان"),
        ("سطر\x0cثان\x85ثالث", "سطر ثان ثالث"),
        ("أ\x01\x1b\x7f\x9fب", "أب"),
        ("أ\x00ب\ud800ج", "أ\ufffdب\ufffdج"),
        ("أ\ufffe\ufdd0\U0001ffffب", "أب"),
        ("می\u200cشود\tالم\u00adنشور\r\n", "می\u200cشود\tالم\u00adنشور\r\n"),
    ],
    ids=["vertical tab", "other white space", "controls", "broken", "noncharacters", "marks and white space stay"],
)
def test_what_is_no_character_of_a_text_goes(raw: str, clean: str) -> None:
    assert clean_characters(raw) == clean


@given(st.text())
def test_every_cleaned_text_fits_into_a_tree(raw: str) -> None:
    element = etree.Element("p")
    element.text = clean_characters(raw)
    assert element.text == clean_characters(element.text)


@pytest.mark.parametrize(
    ("markup", "clean"),
    [
        ("أ&#11;ب&#x0C;ج", "أ ب ج"),
        ("أ&#1;&#xFFFE;&#x1FFFF;ب", "أب"),
        ("&#150; &#38; &#x200c; &#1575;", "&#150; &#38; &#x200c; &#1575;"),
        ("&#0;&#99999999;", "&#0;&#99999999;"),
    ],
)
def test_references_to_such_characters_go_too(markup: str, clean: str) -> None:
    assert clean_markup(markup).decode() == clean


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("\u200bافتتاح الم\u00adعرض\ufeff", "افتتاح المعرض"),
        ("بي\u200cبي\u200cسي تغلق\u200c مكتبها", "بي\u200cبي\u200cسي تغلق مكتبها"),
        ("عائلة 👨\u200d👩\u200d👧 كبيرة", "عائلة 👨\u200d👩\u200d👧 كبيرة"),
        ("عاجل\u2067: انفجار\u2069", "عاجل: انفجار"),
    ],
    ids=["zero width", "parting letters", "joined pictures", "direction"],
)
def test_a_headline_loses_marks_that_do_nothing(raw: str, title: str) -> None:
    assert without_idle_marks(raw) == title


@given(st.text())
def test_a_name_has_no_format_character(raw: str) -> None:
    seen_signs = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
    name = without_invisible(raw)
    assert [
        sign for sign in name if unicodedata.category(sign) == "Cf" and sign not in seen_signs and sign < "\uffff"
    ] == []
