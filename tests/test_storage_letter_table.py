"""A table of letters translates as `str.translate` does, and refuses what it does not hold."""

import pytest

from pipelines.words import normal as normal_form
from storage.text import folding
from storage.text.letter_table import LetterTable

TABLE = LetterTable({"\x00": " ", "a": "b", "b": "", "c": "c", "\u0629": "\u0647"})


def test_each_letter_becomes_another_or_nothing() -> None:
    assert TABLE.translated("abc\u0629\x00a") == "bc\u0647 b"
    assert TABLE.translated("") == ""


@pytest.mark.parametrize("text", ["abd", "\ufffe", "\udc00", "\U0001f600", "a\u0640"])
def test_a_text_with_another_letter_is_not_translated(text: str) -> None:
    assert TABLE.translated(text) is None


@pytest.mark.parametrize("letters", [map(chr, range(257)), "abc", "\x00\U0001f600"])
def test_an_alphabet_that_has_no_bytes_is_refused(letters: str) -> None:
    with pytest.raises(AssertionError, match="alphabet"):
        LetterTable(dict.fromkeys(letters, "a"))


def test_every_character_alone_and_between_letters_gives_what_the_rules_say() -> None:
    """What the tables answer for plain text, and the rules for other text, must be one folding."""
    for sign in map(chr, range(0x3000)):
        for text in (sign, f"ك{sign}ب"):
            assert normal_form.normal(text) == normal_form._NOT_WORD.sub(" ", normal_form._folded(text)).strip()
            assert folding.words_of(text) == folding.TOKEN.findall(text)
            assert folding.folded_words(text) == folding.TOKEN.findall(folding.normalise(text))
