"""Normal form of a line for comparison: letters and digits only, one spelling of each letter. Never stored."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from storage.text.characters import FORMAT
from storage.text.letter_table import LetterTable

_LETTERS = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "ی": "ي", "گ": "ك", "ے": "ي", "ہ": "ه",  # noqa: E501  a table row
        "ـ": None,
    }
)  # fmt: skip
#: Arabic vowel signs, Quranic marks, dagger alef; format and private-use characters, which trafilatura removes too.
_MARKS = re.compile(f"[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed{FORMAT}]")
_NOT_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


@lru_cache(maxsize=4096)  # every rule needs the same few hundred lines of a page
def normal(line: str) -> str:
    """Fold a line for comparison: NFKC, lower case, no marks, no tatweel, one hamza seat, punctuation as single spaces.

    >>> normal("إقــرأ أيضاً : ")
    'اقرا ايضا'
    """
    plain = _FOLD_PLAIN.translated(line)
    if plain is not None:
        return " ".join(plain.split())
    return _NOT_WORD.sub(" ", _folded(line)).strip()


def folded_each(words: Sequence[str]) -> list[list[str]]:
    """The words of the normal form of each word as written; all are folded at once if they are plain."""
    together = _FOLD_EACH.translated("\x00".join(words))
    pieces = [] if together is None else together.split("\x00")
    if len(pieces) != len(words):
        pieces = list(map(normal.__wrapped__, words))
    return list(map(str.split, pieces))


def _folded(line: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", line).lower()).translate(_LETTERS)


#: Text that one table folds, letter by letter: nothing in it composes with its neighbour. Ordinary lines.
_PLAIN = re.compile(
    "[\\x00-\x7f\xa0\xab\xb7\xbb\u060c\u061b\u061f\u0621-\u0652\u0660-\u066a\u06f0-\u06f9\u200b-\u200f\u2010-\u2022\u2026پچژڤکگی]*"
)
_ENDS = {sign: _NOT_WORD.sub(" ", _folded(sign)) for sign in map(chr, range(0x2070)) if _PLAIN.fullmatch(sign)}
_FOLD_PLAIN = LetterTable(_ENDS)
#: The same, but NUL stays and separates words.
_FOLD_EACH = LetterTable(_ENDS | {"\x00": "\x00"})


def count_words(folded: str) -> int:
    """Words of a line that `normal` returned, without splitting it."""
    return folded.count(" ") + 1 if folded else 0


def shape(line: str) -> str:
    """Like `normal`, with every number written as 0, so that lines differing only in counts or dates are equal.

    >>> shape("آخر تحديث: 12:30 - 5 مارس 2024")
    'اخر تحديث 0 0 0 مارس 0'
    """
    return _DIGITS.sub("0", normal(line))
