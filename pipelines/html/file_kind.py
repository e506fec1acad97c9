"""Detect bodies that are not pages by their first bytes, because servers label anything text/html."""

import json
import re

_SIGNATURES = (
    (b"%PDF-", "PDF"),
    (b"%!PS", "PostScript"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office document"),
    (b"PK\x03\x04", "ZIP archive or Office document"),
    (b"{\\rtf", "RTF document"),
    (b"\x89PNG\r\n\x1a\n", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF87a", "GIF picture"),
    (b"GIF89a", "GIF picture"),
    (b"II*\x00", "TIFF picture"),
    (b"MM\x00*", "TIFF picture"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"8BPS", "Photoshop picture"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"OTTO\x00", "font"),
    (b"\x00\x01\x00\x00\x00", "font"),
    (b"ID3", "MP3 sound"),
    (b"OggS", "Ogg sound or film"),
    (b"fLaC", "FLAC sound"),
    (b"\x1aE\xdf\xa3", "Matroska film"),
    (b"FLV\x01", "Flash film"),
    (b"CWS", "Flash"),
    (b"\x1f\x8b\x08", "gzip archive"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ\x00", "xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x7fELF", "program"),
    (b"\x00asm", "WebAssembly"),
    (b"SQLite format 3\x00", "SQLite database"),
)
_BEGINNINGS = tuple(signature for signature, _ in _SIGNATURES)
#: Number of bytes examined: a page has a tag well before.
_EXAMINED_BYTES = 65_536
#: All that is examined of a body that begins as markup.
_TELLING_BYTES = 1024
_SPACE = b"\xef\xbb\xbf \t\r\n\f"
_TAG = re.compile(rb"<(?:!doctype|!--|\?xml|/?[a-z][a-z0-9]*[\s>/])", re.IGNORECASE)
_COMMENTS = re.compile(rb"(?:\s|/\*.*?\*/|//[^\n]*\n)*", re.DOTALL)
_SCRIPT = re.compile(
    rb"[(!;]*function\b|['\"]use strict['\"]|(?:var|let|const)\s+[\w$\[{]|import\s*[\w{*'\"(]|export\s+|window[.\[]"
    rb"|document\.|define\(|require\(|jQuery\b|\$\(|\(\(\)\s*=>|\(?async\s+function|self[.\[]|if\s*\(typeof\b|class\s+\w+\s*[{]"
)
_STYLE = re.compile(
    rb"@(?:charset|import|media|font-face|keyframes|layer|supports)\b|[\w.#*:\[\]=,>~+\s\"'()-]{1,200}\{[^{}<]{0,400}:[^{}<]{1,400}[;}]"
)


def file_kind(body: bytes) -> str | None:
    """Return the kind of a body: "PDF", "PNG picture", "JSON", "script"; None if it may be a page."""
    head = body[:_TELLING_BYTES]
    if not head.lstrip(_SPACE).startswith(b"<"):  # few pages begin otherwise
        head = body[:_EXAMINED_BYTES]
    start = head.lstrip(_SPACE)
    if head.startswith(_BEGINNINGS) or start.startswith(_BEGINNINGS):
        return next(
            name for signature, name in _SIGNATURES if head.startswith(signature) or start.startswith(signature)
        )
    if b"%PDF-" in head[:1024] and not _TAG.search(head[: head.find(b"%PDF-")]):
        return "PDF"  # PDF readers allow some bytes before it
    return _container(head) or _text_kind(body, start) or _binary(head)


def _container(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return {b"WEBP": "WebP picture", b"WAVE": "WAV sound"}.get(head[8:12], "RIFF file")
    if head[4:8] == b"ftyp":
        return "AVIF picture" if head[8:12] in (b"avif", b"avis", b"heic") else "MP4 film"
    if head[:2] == b"BM" and len(head) > 14 and head[6:10] == b"\x00\x00\x00\x00":
        return "bitmap"
    if head[:2] == b"MZ" and b"\x00\x00" in head[:64]:
        return "program"
    return None


def _text_kind(body: bytes, start: bytes) -> str | None:
    if start[:1] in (b"{", b"[") and _is_json(body):
        return "JSON"
    if start[:1] == b"<":
        return None
    comments = _COMMENTS.match(start)
    code = start[comments.end() :] if comments else start
    if _SCRIPT.match(code):
        return "script"
    return "style sheet" if _STYLE.match(code) else None


def _is_json(body: bytes) -> bool:
    """Whether it is JSON; truncated JSON counts if it has no tag."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return body.lstrip(_SPACE)[:2] in (b'{"', b"[{", b'["') and not _TAG.search(body[:_EXAMINED_BYTES])
    return True


def _binary(head: bytes) -> str | None:
    """Whether it is binary: zero bytes occur only in UTF-16 and UTF-32 text, and there from the first letters."""
    sample = head[:1024]
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff") or sample[:4].count(0) in (2, 3) or (0 in sample[:2]):
        return None
    return "binary data" if sample.count(0) > len(sample) // 50 else None
