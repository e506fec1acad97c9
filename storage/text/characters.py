"""Characters that carry no text: those that trees and databases reject, and those that are invisible. One table for the
whole program.

Zero-width marks stay in an article's text (ZWNJ is spelling in Persian and Kurdish) and are ignored in every
comparison.
"""

import re
from functools import lru_cache

#: White space that XML rejects, including the C1 line end: vertical tab, form feed, separators, NEL.
_REFUSED_SPACE = "\x0b\x0c\x1c-\x1f\x85"
#: Control characters without meaning in a page: C0 and C1 without white space, DEL.
_CONTROLS = "\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
#: Unicode noncharacters; above U+FFFF they are the last two code points of each plane.
_NONCHARACTERS = "\ufdd0-\ufdef\ufffe\uffff"
#: A superset of the noncharacters above U+FFFF: listing two per plane would cost every character 32 tests.
_HIGH = "\U0001fffe-\U0010ffff"
_BROKEN = "\x00\ud800-\udfff"

#: What `clean_characters` may change, as ranges of a class.
UNTEXTUAL = f"{_BROKEN}{_REFUSED_SPACE}{_CONTROLS}{_NONCHARACTERS}{_HIGH}"
_UNTEXTUAL = re.compile(f"[{UNTEXTUAL}]")
_SPACE, _LOST = re.compile(f"[{_REFUSED_SPACE}]"), re.compile(f"[{_BROKEN}]")
#: The same in UTF-8: single bytes, C1 controls, noncharacters of the first plane, leads of surrogates and other planes.
_CONTROL_BYTES = bytes(sign for sign in (*range(0x20), 0x7F) if sign not in b"\t\n\r")
_C1_BYTES = re.compile(rb"\xc2[\x80-\x9f]")
_NONCHARACTER_BYTES = re.compile(rb"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbe\xbf])")
_HIGH_LEADS = (b"\xed", b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
#: A numeric character reference; libxml2 turns it into its character, valid or not.
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,9}));?")
#: References that HTML reads as windows-1252 (&#150; is a dash): the parser handles them.
_WINDOWS_1252 = range(0x80, 0xA0)

#: Unicode's format characters (soft hyphen, zero-width and direction marks, tags) and private use, as ranges of a
#: class. Script-specific ones above U+FFFF (shorthand, music) are left out: each range costs every character a test.
FORMAT = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ue000-\uf8ff\ufeff\ufff9-\ufffb\U000e0001-\U0010ffff"
)
#: Invisible format characters; the number and verse signs (U+0600 to U+0605, U+06DD) are visible.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffc"
    "\U000e0000-\U000e0fff"
)
_ANY_INVISIBLE = re.compile(f"[{_INVISIBLE}]")
#: Those without effect at their position. ZWNJ between two Arabic letters separates them, ZWJ between two pictographs
#: joins them.
_IDLE = re.compile(
    f"(?!(?<=[\u0620-\u06d3\u0750-\u077f])\u200c(?=[\u0620-\u06d3\u0750-\u077f]))"
    f"(?!(?<=[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2600-\u27bf\U0001f000-\U0001faff]))[{_INVISIBLE}]"
)


def clean_characters(text: str) -> str:
    """Remove what an XML tree or a database rejects: controls and noncharacters go, broken characters become U+FFFD.

    White space that XML rejects (vertical tab, form feed) becomes a space.
    """
    return text if text.isprintable() else _UNTEXTUAL.sub(_cleaned, text)


def _cleaned(found: re.Match[str]) -> str:
    sign = found[0]
    if _SPACE.match(sign):
        return " "
    if sign > "\uffff" and ord(sign) & 0xFFFE != 0xFFFE:
        return sign
    return "\ufffd" if _LOST.match(sign) else ""


def clean_markup(markup: str) -> bytes:
    """As `clean_characters`, for unparsed HTML, in UTF-8: numeric references to such characters are removed too."""
    raw = markup.encode("utf-8", "surrogatepass")
    if _may_be_untextual(raw):
        raw = clean_characters(markup).encode("utf-8")
    return _REFERENCE.sub(lambda found: _clean_reference(found[0]), raw) if b"&#" in raw else raw


def _may_be_untextual(raw: bytes) -> bool:
    """Whether the UTF-8 of a text holds bytes that begin what `_UNTEXTUAL` matches: on a page five times as fast."""
    if len(raw.translate(None, _CONTROL_BYTES)) < len(raw) or any(lead in raw for lead in _HIGH_LEADS):
        return True
    return bool(_C1_BYTES.search(raw) or _NONCHARACTER_BYTES.search(raw))


@lru_cache(maxsize=1024)  # quotation marks and dashes, mostly
def _clean_reference(reference: bytes) -> bytes:
    found = _REFERENCE.match(reference)
    if found is None:
        return reference
    number = int(found[1], 16) if found[1] else int(found[2])
    if number == 0 or number > 0x10FFFF or number in _WINDOWS_1252:
        return reference
    sign = chr(number)
    return _cleaned(match).encode("utf-8") if (match := _UNTEXTUAL.match(sign)) else reference


def without_idle_marks(line: str) -> str:
    """Return a headline without invisible characters; ZWNJ that separates two Arabic letters stays."""
    return _IDLE.sub("", line) if _ANY_INVISIBLE.search(line) else line


def without_invisible(line: str) -> str:
    """Return a name without any invisible character.

    >>> without_invisible("ندى الكيلاني\u200b")
    'ندى الكيلاني'
    """
    return _ANY_INVISIBLE.sub("", line)
