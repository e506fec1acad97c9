"""The few bytes of a UTF-8 page that tell what kinds of characters it holds: one pass in place of a dozen searches.

Four fifths of a page are printable ASCII. What is left once that is deleted is searched in no time, and rules out most
of what `mojibake` and `storage.text.characters` look for letter by letter.
"""

import re

from pipelines.html.mojibake import MIN_SIGNS

#: Bytes that tell nothing: white space and printable ASCII but for "&#", which begins a numeric reference.
_DULL = bytes(byte for byte in (*b"\t\n\r", *range(0x20, 0x7F)) if byte not in b"&#")
#: All others but control characters; and all but those that begin a character above ASCII.
_NO_CONTROLS = bytes([*b"&#", *range(0x80, 0x100)])
_NO_LEADS = bytes([*b"&#", *range(0x80, 0xC0)])
_REFERENCE_BEGINS = re.compile(b"&#")
#: C1 controls and noncharacters of the first plane; and leads of surrogates and of the planes above it.
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_NONCHARACTER = re.compile(rb"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbe\xbf])")
_HIGH_LEADS = (b"\xed", b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
#: Lead bytes of Arabic in UTF-8 that were read as ISO-8859-1, in UTF-8.
_LATIN_LEADS = ("\u00d8".encode(), "\u00d9".encode(), "\u00da".encode(), "\u00db".encode())
#: Second bytes of the letters tah, zah, ain, ghain, which double encoding by way of windows-1256 makes many of.
_AFTER_TAH = b"\xb7\xb8\xb9\xba"


def telling_bytes(raw: bytes) -> bytes | None:
    """The bytes of a UTF-8 text above ASCII, and "&" and "#", in order; None where it has control characters."""
    telling = raw.translate(None, _DULL)
    return telling if not telling.translate(None, _NO_CONTROLS) else None


def is_singly_encoded(telling: bytes) -> bool:
    """Whether counts rule out every kind of double encoding that `mojibake.undo` repairs.

    0xC3 begins every letter of the upper half of ISO-8859-1 and no other: names in French are not double encoding.
    """
    high = len(telling.translate(None, _NO_LEADS))
    upper = telling.count(b"\xc3")
    if upper >= MIN_SIGNS and (upper > 0.6 * high or sum(map(telling.count, _LATIN_LEADS)) >= MIN_SIGNS):
        return False
    after_tah = len(telling) - len(telling.translate(None, _AFTER_TAH))
    return 2 * after_tah <= 0.5 * high


def is_clean_markup(raw: bytes, telling: bytes) -> bool:
    """Whether `clean_markup` has nothing to clean: no character that XML refuses, and no numeric reference."""
    if any(lead in telling for lead in _HIGH_LEADS) or _C1.search(telling) or _NONCHARACTER.search(telling):
        return False
    return b"&#" not in telling or not _REFERENCE_BEGINS.search(raw)
