"""Strict decoding of HTTP content codings, for responses and for stored records.

Output is bounded during decompression (481 bytes of brotli can expand to 300 MB); end of stream and checksum are
required.
"""

import zlib
from collections.abc import Callable

import brotli

_CHUNK = 1 << 16


class BadCoding(Exception):
    """A body cannot be decoded. `reason` can be counted: "truncated", "damaged gzip", "unknown coding zstd"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooLong(BadCoding):
    """The decoded body is longer than allowed."""


def codings(header: str) -> tuple[str, ...]:
    """Return the codings of a Content-Encoding header, in the order of their application.

    >>> codings("deflate, GZIP")
    ('deflate', 'gzip')
    """
    return tuple(coding for coding in (part.strip().lower() for part in header.split(",")) if coding)


def bare(body: bytes, header: str, *, limit: int) -> bytes:
    """Remove all codings of the Content-Encoding header from a body. Raises BadCoding, like `unpacked`."""
    for coding in reversed(codings(header) if body else ()):
        body = unpacked(body, coding, limit=limit)
    return body


def unpacked(body: bytes, coding: str, *, limit: int) -> bytes:
    """Remove one content coding from a body. A plain body with a false header is returned unchanged.

    Words that are not codings (a charset, "none") are ignored: servers send them.

    Raises:
        BadCoding: truncated, damaged, or of an unsupported coding.
        TooLong: more than `limit` bytes after decoding.
    """
    if coding not in _READERS and coding not in _UNREAD:
        return body
    if body.lstrip()[:1] == b"<" and not body.startswith(b"\x1f\x8b"):
        return body  # a proxy decoded the body and left the header
    if coding not in _READERS:
        raise BadCoding(f"unknown coding {coding}")
    try:
        return _READERS[coding](body, limit)
    except (zlib.error, brotli.error) as error:
        raise BadCoding(f"damaged {coding}") from error


def _gunzip(body: bytes, limit: int) -> bytes:
    """Decode all members of a gzip stream; trailing zeros are padding."""
    out = b""
    while body.strip(b"\x00"):
        part, body = _inflated(31, body, limit - len(out))
        out += part
    return out


def _inflate(body: bytes, limit: int) -> bytes:
    """Decode zlib, as in the standard, or raw deflate, as some servers send it."""
    try:
        return _inflated(15, body, limit)[0]
    except zlib.error:
        return _inflated(-15, body, limit)[0]


def _inflated(wbits: int, body: bytes, limit: int) -> tuple[bytes, bytes]:
    """Decode the first stream of a body; return it and the following bytes."""
    stream = zlib.decompressobj(wbits)
    out = stream.decompress(body, limit + 1)
    if len(out) > limit:
        raise TooLong("too large")
    if not stream.eof:
        raise BadCoding("truncated")
    return out, stream.unused_data


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    out = bytearray(stream.process(body, output_buffer_limit=_CHUNK))
    while not stream.is_finished():
        more = stream.process(b"", output_buffer_limit=_CHUNK)
        if not more:
            raise BadCoding("truncated")
        out += more
        if len(out) > limit:
            raise TooLong("too large")
    return bytes(out)


#: Unsupported codings of IANA's registry (2025).
_UNREAD = frozenset({"aes128gcm", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "zstd"})

_READERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
}
