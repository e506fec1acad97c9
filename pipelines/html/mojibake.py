"""Repair double encoding: Arabic that was decoded with the wrong charset and saved that way."""

import re

#: How the low half of UTF-8 (0x80-0xBF) looks when read as windows-1252, as ISO-8859-1 and as windows-1256.
_LOW_1252 = bytes(range(0x80, 0xC0)).decode("cp1252", "ignore") + "\x81\x8d\x8f\x90\x9d"
_LOW_LATIN1 = bytes(range(0x80, 0xC0)).decode("latin-1")
_LOW_1256 = bytes(range(0x80, 0xC0)).decode("cp1256")

_LATIN = "".join(sorted(set(_LOW_1252 + _LOW_LATIN1) | set(map(chr, range(0xC0, 0x100)))))
_LATIN_ANY = re.compile(f"[{re.escape(_LATIN)}]+")
_LATIN_RUN = re.compile(f"[{re.escape(_LATIN)}]{{2,}}")
#: "\u00d8\u00a7": a lead byte of Arabic in UTF-8 (0xD8-0xDB) and its second byte.
_LATIN_PAIR = re.compile(f"[\u00d8-\u00db][{re.escape(_LOW_1252 + _LOW_LATIN1)}]")
#: "\u0637\u00a7": the same read as windows-1256: its lead bytes are the letters tah, zah, ain, ghain.
_LEADS_1256 = "\u0637\u0638\u0639\u063a"
_TAH_PAIR = re.compile(f"[{_LEADS_1256}][{re.escape(_LOW_1256)}]")
_HIGH_RUN = re.compile("[\u0080-\uffff]{2,}")
#: Three consecutive letters of the upper half of ISO-8859-1, which are rare in all Latin-script languages.
_UPPER_RUN = re.compile("[\u00c0-\u00ff]{3,}")
_UPPER = re.compile("[\u00c0-\u00ff]")

#: Minimum number of pairs, or letters in runs, of a doubly encoded text.
MIN_SIGNS = 3
#: Length of the beginning of a text that is examined; its result applies to the whole text.
EXAMINED_CHARS = 400_000


def undo(text: str) -> tuple[str, str | None]:
    """Return the repaired text and a description of the repair, or the same text and None.

    >>> undo("\u00d8\u00a7\u00d9\u201e\u00d9\u2020\u00d9\u0081\u00d8\u00b7")
    ('النفط', 'utf-8 read as windows-1252 (undone)')
    """
    seen = text[:EXAMINED_CHARS]
    if _is_sound(seen):
        return text, None
    high = len(seen) - len(seen.encode("ascii", "ignore"))
    if high < 2 * MIN_SIGNS:
        return text, None
    if _LATIN_PAIR.search(seen) and len(_LATIN_PAIR.findall(seen)) >= MIN_SIGNS:
        return _LATIN_RUN.sub(_utf8_in_latin, text), "utf-8 read as windows-1252 (undone)"
    pairs = len(_TAH_PAIR.findall(seen))
    if pairs >= MIN_SIGNS and 2 * pairs > 0.5 * high:
        return _HIGH_RUN.sub(_utf8_in_1256, text), "utf-8 read as windows-1256 (undone)"
    if not _UPPER_RUN.search(seen):
        return text, None
    upper, in_runs = len(_UPPER.findall(seen)), sum(map(len, _UPPER_RUN.findall(seen)))
    if in_runs >= 2 * MIN_SIGNS and in_runs > 0.35 * upper and upper > 0.6 * high:
        return _LATIN_ANY.sub(_1256_in_latin, text), "windows-1256 read as windows-1252 (undone)"
    return text, None


def _is_sound(text: str) -> bool:
    """Whether counts of bytes alone rule out every kind of double encoding; most pages need nothing else.

    Reads that text has at least a third as many characters above ASCII as its UTF-8 has bytes more than it has
    characters, that 0xC3 begins every letter of the upper half of ISO-8859-1 and no other, and what `undo` asks for.
    """
    raw = text.encode("utf-8", "surrogatepass")
    high = (len(raw) - len(text)) / 3
    upper = raw.count(b"\xc3")
    lead_letters = sum(map(text.count, _LEADS_1256))
    return upper < MIN_SIGNS and 2 * lead_letters <= 0.5 * high


def _latin_bytes(run: str) -> bytes:
    """Return the bytes that a run was read from: windows-1252, its five gaps and the C1 controls as ISO-8859-1."""
    return b"".join(letter.encode("latin-1") if letter < "\u0100" else letter.encode("cp1252") for letter in run)


def _utf8_in_latin(run: re.Match[str]) -> str:
    return _as_utf8(_latin_bytes(run[0]), run[0])


def _utf8_in_1256(run: re.Match[str]) -> str:
    try:
        return _as_utf8(run[0].encode("cp1256"), run[0])
    except UnicodeEncodeError:
        return run[0]


def _as_utf8(raw: bytes, otherwise: str) -> str:
    """Decode a run; one with a lost byte still counts if most of it is valid."""
    text = raw.decode("utf-8", "replace")
    return text if text.count("\ufffd") * 5 <= len(text) else otherwise


def _1256_in_latin(run: re.Match[str]) -> str:
    return _latin_bytes(run[0]).decode("cp1256")
