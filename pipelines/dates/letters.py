"""Normalise the text of a date, so that one spelling of each name is enough."""

import re
import unicodedata
from functools import lru_cache

#: Maximum length of a date with its label; longer texts are cut.
MAX_CHARS = 300

#: Combining marks, tatweel, bidi and other invisible characters, which have no meaning in dates.
_REMOVED = (
    "\u0640\u0670\u06d6\u06d7\u06d8\u06d9\u06da\u06db\u06dc\u06df\u06e0\u06e1\u06e2\u06e3\u06e4\u06e7\u06e8"
    "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
    "\u0653\u0654\u0655\u0300\u0301\u0302\u0308"
) + "".join(map(chr, range(0x064B, 0x0653)))

_TABLE: dict[int, str | None] = {ord(sign): None for sign in _REMOVED}
_TABLE |= {start + n: str(n) for start in (0x0660, 0x06F0) for n in range(10)}
_TABLE |= {
    ord(old): new
    for olds, new in (
        ("أإآٱ", "ا"), ("ةہەۀھ", "ه"), ("ىیې", "ي"), ("ک", "ك"), ("ؤ", "و"), ("ئ", "ي"),
        ("،؛;٬", ","), ("؍⁄∕", "/"), ("‐‑‒–—−", "-"), ("•·●◦∙¦│", "|"), ("：", ":"),
        ("\u00a0\u2009\u202f\u2002\u2003\u2007\u3000\t\r\n", " "),
        ("éèêë", "e"), ("ûùüú", "u"), ("àâäáã", "a"), ("íìîï", "i"), ("óòôöõ", "o"), ("ç", "c"), ("ñ", "n"), ("ş", "s"),
        ("ı", "i"), ("ğ", "g"), ("’", "'"),
    )
    for old in olds
}  # fmt: skip

_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe70-\ufefc\uff10-\uff19]")
#: Escapes that some feeds and exports leave in the text, and backslashes between numbers.
_ESCAPED_SPACE = re.compile(r"\\[nrt](?![a-z])")
_SPACES = re.compile(r" {2,}")


@lru_cache(maxsize=1024)  # each line near a headline is asked for some five times
def plain(text: str) -> str:
    """Return the text in lower case, with ASCII digits, folded hamza and final letters, no invisible characters.

    ة becomes ه, ى becomes ي; commas, dashes, slashes and bullets are one sign each; spaces are single.

    >>> plain("١٥\\u200f/\\u200f٣\\u200f/٢٠٢٤، الأربعاء")
    '15/3/2024, الاربعاء'
    """
    text = text[:MAX_CHARS]
    if _PRESENTATION.search(text):
        text = unicodedata.normalize("NFKC", text)
    text = text.translate(_TABLE).lower()
    if "\\" in text:
        text = _ESCAPED_SPACE.sub(" ", text).replace("\\", "/")
    return _SPACES.sub(" ", text).strip()
