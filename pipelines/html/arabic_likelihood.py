"""How much a string reads like Arabic: which letters it has, how often, and where they stand.

Used to distinguish charsets.
"""

import math
import re

#: Letters of Arabic news by frequency, in thousandths; Persian letters are rare but no mistake.
_THOUSANDTHS = {
    "ا": 135, "ل": 115, "ي": 75, "م": 63, "و": 60, "ن": 60, "ر": 50, "ت": 46, "ب": 39, "ة": 38, "ع": 35, "د": 35, "س": 31, "ف": 29,  # noqa: E501  a table row
    "ه": 29, "أ": 25, "ك": 24, "ق": 24, "ح": 22, "ج": 15, "ش": 15, "ى": 12, "ص": 11, "إ": 11, "خ": 10, "ط": 10, "ض": 8, "ذ": 8, "ز": 8,  # noqa: E501  a table row
    "ث": 7, "غ": 6, "ئ": 6, "ء": 5, "ظ": 3, "آ": 2, "ؤ": 2, "،": 8, "؟": 2, "؛": 1, "ـ": 2, "پ": 1, "چ": 1, "ژ": 1, "گ": 1, "ک": 1,  # noqa: E501  a table row
}  # fmt: skip
_LOG = {letter: math.log(count / 1000) for letter, count in _THOUSANDTHS.items()}
_VOWEL_SIGN = math.log(0.005)
_MARK = math.log(0.0005)
_ALIEN = math.log(0.0000001)

#: Quotation marks, dashes and spaces above 0x7F, which say nothing about the language.
_NEUTRAL = re.compile("[\u00a0\u00ab\u00bb\u00ad\u2010-\u203a\u200c-\u200f\u2026\u2122\u00a9\u00ae\u00b0\u00b7]")
_HIGH = re.compile("[^\x00-\x7f]")
#: Letters that only end a word, standing inside one; a hamza that begins one; letters glued to Latin ones.
_MISPLACED = re.compile("[ةى](?=[ء-ي])|(?<![ء-ي])[ءئؤ]|[a-zA-Z][ء-ي]|[ء-ي][a-zA-Z]")


def arabic_likelihood(text: str) -> float:
    """Return the mean log-likelihood of the characters above 0x7F as Arabic, in nats.

    Minus infinity where there are none.
    """
    high = _HIGH.findall(_NEUTRAL.sub("", text))
    if not high:
        return -math.inf
    total = sum(_LOG.get(letter) or _rare(letter) for letter in high)
    return (total - 4 * len(_MISPLACED.findall(text))) / len(high)


def _rare(letter: str) -> float:
    if "\u064b" <= letter <= "\u0652":
        return _VOWEL_SIGN
    return _MARK if "\u0600" <= letter <= "\u06ff" else _ALIEN
