"""Decode the bytes of a page.

Declared charsets are unreliable, so valid UTF-8 comes first, then detection, then declarations.

Measured on 34 kinds of page (no label, lying header or meta, windows-1256, ISO-8859-6, UTF-16, stray bytes, double
encoding): all right; Scrapy's `response.text` 18, w3lib 15, lxml on bytes 10.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

from resiliparse.parse.encoding import bytes_to_str, detect_encoding, map_encoding_to_html5

from pipelines.html.arabic_likelihood import arabic_likelihood
from pipelines.html.mojibake import undo
from pipelines.html.telling_bytes import is_clean_markup, is_singly_encoded, telling_bytes

#: Number of bytes for the detector: words of the page with a byte above 0x7F, from its start.
SAMPLE_BYTES = 60_000

#: Web names of codecs with another name in Python.
_WEB_NAMES = {"cp": "windows-", "iso8859-": "iso-8859-"}

_ARABIC_CODECS = ("cp1256", "iso8859-6")
#: Weights of the detector's result and of a declaration, in units of `arabic_likelihood` (nats per letter), and minimum
#: scores of Arabic. Measured on five words: right readings -3.6 to -2.8, wrong ones -4.5 and -5.6 in the middle, other
#: languages below -5. `PRIOR`: on the web windows-1256 is some hundred times as common.
DETECTED, LABELLED = 0.3, 0.4
PRIOR = {"cp1256": 0.3, "iso8859-6": 0.0}
LIKELY, UNLIKELY = -4.2, -6.0

#: What is said of bytes that are UTF-8; a text read from them has no lone surrogate.
_VALID = "utf-8 (valid)"
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_WORDS = re.compile(rb"[^\x00-\x20<>\"'=]*[\x80-\xff][^\x00-\x1f<>\"'=]*")
_META_CHARSET = re.compile(
    rb"<(?:meta\b[^>]{0,300}?charset|\?xml\b[^>]{0,100}?encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>")
_UNSTORABLE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of a page, ready for the parser: no byte order mark, no NUL, no lone surrogate, no XML declaration."""

    text: str
    #: The charset used and the evidence for it: "utf-8 (valid)", "windows-1256 (detected)", "utf-8 read as windows-1256
    #: (undone)".
    encoding: str
    #: The text in UTF-8, where it is the body as it came and holds nothing that `clean_markup` changes; else None.
    markup: bytes | None = None


def decode(body: bytes, headers: Mapping[str, str]) -> Decoded:
    """Decode a page. Names of `headers` are in lower case. Never raises: undecodable bytes become U+FFFD."""
    text, encoding = _decoded(body, headers)
    is_valid = encoding == _VALID
    telling = telling_bytes(body) if is_valid else None
    if telling is not None and is_singly_encoded(telling) and not text.lstrip().startswith(("<?xml", "\ufeff")):
        return Decoded(text, encoding, markup=body if is_clean_markup(body, telling) else None)
    text, undone = undo(text)
    text = _XML_DECLARATION.sub("", text, count=1) if text.lstrip().startswith("<?xml") else text
    text = text.replace("\x00", "").removeprefix("\ufeff")
    return Decoded(text if is_valid else _storable(text), undone or encoding)


def _storable(text: str) -> str:
    """The text with U+FFFD for lone surrogates. Encoding it is five times as fast as searching for one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _UNSTORABLE.sub("\ufffd", text)
    return text


def _decoded(body: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
    marked = _by_mark(body) or _wide(body)
    if marked:
        codec, why = marked
        return body.decode(codec, "replace"), f"{codec.removesuffix('-sig')} ({why})"
    try:
        return body.decode("utf-8"), _VALID
    except UnicodeDecodeError:
        pass
    if _is_mostly_utf8(body):
        return body.decode("utf-8", "replace"), "utf-8 (stray bytes)"
    codec, why = _detected(body, labels(body, headers))
    return bytes_to_str(body, codec, "replace", ()), f"{_web_name(codec)} ({why})"


def labels(body: bytes, headers: Mapping[str, str]) -> list[str]:
    """Return the codecs declared by header and page that Python supports."""
    named = _HEADER_CHARSET.findall(headers.get("content-type", "")[:500])
    named += [name.decode("ascii", "replace") for name in _META_CHARSET.findall(body[:4096])]
    mapped = (map_encoding_to_html5(name, False) for name in named)
    return [_codec(name) for name in mapped if name and _codec(name)]


def _by_mark(body: bytes) -> tuple[str, str] | None:
    """Read a byte order mark; one of UTF-16 counts only where the rest is UTF-16 too."""
    if body.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig", "byte order mark") if _is_utf8(body) or _is_mostly_utf8(body) else None
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "byte order mark"
    return None


def _wide(body: bytes) -> tuple[str, str] | None:
    """Detect UTF-16 without a byte order mark by NUL bytes (Latin) and 0x06 bytes (Arabic) at every second position."""
    sample = body[: SAMPLE_BYTES & ~1]
    if len(sample) < 4 or b"\x00" not in sample:
        return None
    high = {
        codec: sum(map(part.count, (b"\x00", b"\x06")))
        for codec, part in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2]))
    }
    codec = max(high, key=lambda name: high[name])
    if high[codec] > 0.6 * (len(sample) // 2) and min(high.values()) < 0.2 * high[codec]:
        return codec, "detected"
    return None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf8(body: bytes) -> bool:
    """Say whether bytes that are no UTF-8 are strays in a UTF-8 page.

    Single-byte Arabic holds almost no pairs that are valid UTF-8: its letters lie above 0xC0, the second byte below.
    """
    whole, rest = _MULTIBYTE.subn(b"", body)
    strays = len(re.findall(rb"[\x80-\xff]", whole))
    return rest > 0 and rest >= 2 * strays


def _detected(body: bytes, named: list[str]) -> tuple[str, str]:
    """Choose a single-byte charset: Arabic if likely, else the detector's, else a declared one that fits."""
    sample = b" ".join(_HIGH_WORDS.findall(body))[:SAMPLE_BYTES]
    found = _codec(
        map_encoding_to_html5(detect_encoding(sample, SAMPLE_BYTES, html5_compatible=False) or "cp1252", False)
    )
    likely = {codec: arabic_likelihood(sample.decode(codec, "replace")) for codec in _ARABIC_CODECS}
    votes = {
        codec: likely[codec] + PRIOR[codec] + (codec == found) * DETECTED + (codec in named) * LABELLED
        for codec in _ARABIC_CODECS
    }
    best = max(votes, key=lambda codec: votes[codec])
    if likely[best] > (UNLIKELY if found in _ARABIC_CODECS else LIKELY):
        return best, "detected"
    fitting = [
        codec
        for codec in named
        if codec not in (*_ARABIC_CODECS, "utf-8") and not codec.startswith("utf") and _fits(sample, codec)
    ]
    return (fitting[0], "label") if fitting else (found or "cp1252", "detected")


def _fits(sample: bytes, codec: str) -> bool:
    try:
        sample.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _codec(name: str | None) -> str:
    """Return Python's own name of a codec, "" if it has none or if it is no text codec."""
    try:
        info = codecs.lookup(name or "")
    except LookupError:
        return ""
    return info.name if info._is_text_encoding else ""


def _web_name(codec: str) -> str:
    for ours, web in _WEB_NAMES.items():
        if codec.startswith(ours):
            return web + codec.removeprefix(ours)
    return codec
