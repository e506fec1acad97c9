"""A line as it is compared: letters and digits only, one spelling of each letter. For matching, never for storing."""

import re
import unicodedata
from functools import lru_cache

from storage.text.characters import FORMAT

_LETTERS = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "ی": "ي", "گ": "ك", "ے": "ي", "ہ": "ه",
        "ـ": None,
    }
)  # fmt: skip
#: Arabic vowel signs, Quranic marks, the dagger alef; format and private-use characters, which trafilatura removes too.
_MARKS = re.compile(f"[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed{FORMAT}]")
_NOT_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


@lru_cache(maxsize=4096)  # every rule asks for the same few hundred lines of a page
def normal(line: str) -> str:
    """Fold a line for comparison: NFKC, lower case, no marks, no tatweel, one hamza seat, punctuation as single spaces.

    >>> normal("إقــرأ أيضاً : ")
    'اقرا ايضا'
    """
    folded = _MARKS.sub("", unicodedata.normalize("NFKC", line).lower()).translate(_LETTERS)
    return _NOT_WORD.sub(" ", folded).strip()


def shape(line: str) -> str:
    """Like `normal`, with every number written as 0: what stays the same where only a count or a date differs.

    >>> shape("آخر تحديث: 12:30 - 5 مارس 2024")
    'اخر تحديث 0 0 0 مارس 0'
    """
    return _DIGITS.sub("0", normal(line))
