"""HTTP content coding undone, strictly: for answers as they come, and for records that are read again.

Bounded while it unpacks (481 bytes of brotli can hold 300 MB), the end of the stream and its checksum are demanded.
"""

import zlib
from collections.abc import Callable

import brotli

_CHUNK = 1 << 16


class BadCoding(Exception):
    """A body cannot be unpacked. `reason` can be counted: "truncated", "damaged gzip", "unknown coding zstd"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooLong(BadCoding):
    """It is longer than allowed when unpacked."""


def codings(header: str) -> tuple[str, ...]:
    """The codings of a Content-Encoding header, in the order in which they were put on.

    >>> codings("deflate, GZIP")
    ('deflate', 'gzip')
    """
    return tuple(coding for coding in (part.strip().lower() for part in header.split(",")) if coding)


def bare(body: bytes, header: str, *, limit: int) -> bytes:
    """A body without the codings that its Content-Encoding header names. Raises BadCoding, as `unpacked` does."""
    for coding in reversed(codings(header) if body else ()):
        body = unpacked(body, coding, limit=limit)
    return body


def unpacked(body: bytes, coding: str, *, limit: int) -> bytes:
    """Return a body without one content coding. A plain body that is called packed is taken as it is.

    A word that names no coding (a charset, "none") says nothing of the body: servers write such words.

    Raises:
        BadCoding: truncated, damaged, or of a coding that we do not read.
        TooLong: more than `limit` bytes when unpacked.
    """
    if coding not in _READERS and coding not in _UNREAD:
        return body
    if body.lstrip()[:1] == b"<" and not body.startswith(b"\x1f\x8b"):
        return body  # a proxy that unpacked the page and left the label
    if coding not in _READERS:
        raise BadCoding(f"unknown coding {coding}")
    try:
        return _READERS[coding](body, limit)
    except (zlib.error, brotli.error) as error:
        raise BadCoding(f"damaged {coding}") from error


def _gunzip(body: bytes, limit: int) -> bytes:
    """All members of a gzip stream; zeros behind the last are padding."""
    out = b""
    while body.strip(b"\x00"):
        part, body = _inflated(31, body, limit - len(out))
        out += part
    return out


def _inflate(body: bytes, limit: int) -> bytes:
    """zlib as the standard says, or raw deflate as some servers send it."""
    try:
        return _inflated(15, body, limit)[0]
    except zlib.error:
        return _inflated(-15, body, limit)[0]


def _inflated(wbits: int, body: bytes, limit: int) -> tuple[bytes, bytes]:
    """The first stream of a body, and what stands behind it."""
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


#: Codings of IANA's register (2025) that we do not read.
_UNREAD = frozenset({"aes128gcm", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "zstd"})

_READERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
}
