"""Split text into words, signs and the white space before them; the concatenation is exactly the text."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from storage.text.folding import normalise

#: Marks and format characters belong to the letter before them: a diff never cuts between them.
_JOINED = "\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0600-\u0605\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u0890-\u089f\u08ca-\u08ff\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"  # noqa: E501  a table row
_DIGIT = "[0-9\u0660-\u0669\u06f0-\u06f9]"
#: A word, a number with its separators ("12,345", "١٠٫٥", "10:30", "-5"), or one sign with its marks.
_UNIT = re.compile(
    rf"(\s*)((?:(?:(?<!\S)[-\u2212](?={_DIGIT}))?(?:[^\W_]|[{_JOINED}]|(?<={_DIGIT})[.,:٫٬](?={_DIGIT}))+)|\S[{_JOINED}]*)"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or a sign, and the white space before it."""

    space: str
    text: str


def units(text: str) -> tuple[list[Unit], str]:
    """The units of a text, and the white space after the last."""
    found: list[Unit] = []
    end = 0
    for match in _UNIT.finditer(text):
        found.append(Unit(*match.groups()))
        end = match.end()
    return found, text[end:]


_DIGITS = {zero + n: str(n) for zero in (0x0660, 0x06F0) for n in range(10)}
#: Letters that keyboards and fonts write in two ways; `ی` is drawn as `ى` or `ي` by its place, and read as `ي`.
_LETTERS = {"ک": "ك", "ی": "ي", "ھ": "ه", "ہ": "ه", "ے": "ي", "ۀ": "ه", "٫": ".", "٬": ","}
_PLAIN = str.maketrans(
    {
        **{chr(code): digit for code, digit in _DIGITS.items()},
        **_LETTERS,
        "\u2212": "-",
    }
)
_MARKS = re.compile(f"[{_JOINED}]+")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBER = re.compile(r"-?\d[\d.,]*")
#: Signs that change the meaning: per cent, per mille, currencies.
_SIGNS = frozenset("%‰٪$€£¥₪₺")


@lru_cache(maxsize=100_000)
def plain(unit: str) -> str:
    """Return a unit without its looks: marks, tatweel, script of digits, thousands separators; "" for punctuation.

    Hamza, `ة` and `ى` stay: `الامن` and `الأمن` are two spellings, and correcting one is an edit.

    >>> plain("مُحمّـد"), plain("١٢٬٣٤٥"), plain("،")
    ('محمد', '12345', '')
    """
    word = _MARKS.sub("", unicodedata.normalize("NFKC", unit)).translate(_PLAIN)
    if word in _SIGNS:
        return "%" if word == "٪" else word
    if _NUMBER.fullmatch(word):
        return word.replace(",", "" if _THOUSANDS.fullmatch(word) else ".")
    return word if any(map(str.isalnum, word)) else ""


def plain_words(text: str) -> list[str]:
    """The plain form of every word of a text, punctuation left out."""
    return [word for word in (plain(match[2]) for match in _UNIT.finditer(text)) if word]


def folded(words: Sequence[str]) -> list[str]:
    """Return each word with folded spelling (`storage.text.folding.normalise`), in one pass; `على` is unchanged."""
    if not words:
        return []
    found = normalise("\n".join(words)).split("\n")
    return [word if word.endswith("على") else fold for word, fold in zip(words, found, strict=True)]


def joined(words: list[str]) -> str:
    """Return words without the spaces between them, figures kept apart: invariant if only spacing changes.

    >>> joined(["عبد", "الله", "20", "24"])
    'عبدالله20 24'
    """
    out: list[str] = []
    for word in words:
        if out and word[0].isdigit() and out[-1][-1].isdigit():
            out.append(" ")
        out.append(word)
    return "".join(out)
