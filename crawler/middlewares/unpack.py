"""Unpack: HTTP content coding undone, strictly. In place of Scrapy's, which takes a truncated gzip for a whole page.

Bounded while it unpacks (481 bytes of brotli can hold 300 MB), the end of the stream and its checksum are demanded.
"""

import zlib
from typing import Self

import brotli
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.errand import MAX_PAGE_BYTES
from crawler.refusals import BadBody, TooLarge

ACCEPTED = b"gzip, deflate, br"
_CHUNK = 1 << 16


class Unpack:
    """Says what codings we read, and undoes them."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises BadBody, TooLarge."""
        codings = [
            one.strip().lower() for value in response.headers.getlist("Content-Encoding") for one in value.split(b",")
        ]
        if not codings or not response.body:
            return response
        limit = int(request.meta.get("download_maxsize", MAX_PAGE_BYTES))
        body = response.body
        for coding in reversed(codings):
            body = unpacked(body, coding.decode("latin-1"), limit=limit)
        bare = response.replace(body=body)
        del bare.headers["Content-Encoding"]
        return bare


def unpacked(body: bytes, coding: str, *, limit: int) -> bytes:
    """Return a body without one content coding. A plain body that is called packed is taken as it is.

    Raises:
        BadBody: truncated, damaged, or of a coding that we do not read.
        TooLarge: more than `limit` bytes when unpacked.
    """
    if coding in ("", "identity"):
        return body
    if coding not in _READERS:
        raise BadBody(f"unknown coding {coding[:20]}")
    if body.lstrip()[:1] == b"<" and not body.startswith(b"\x1f\x8b"):
        return body  # a proxy that unpacked the page and left the label
    try:
        return _READERS[coding](body, limit)
    except (zlib.error, brotli.error) as error:
        raise BadBody(f"damaged {coding}") from error


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
        raise TooLarge("too large")
    if not stream.eof:
        raise BadBody("truncated")
    return out, stream.unused_data


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    out = bytearray(stream.process(body, output_buffer_limit=_CHUNK))
    while not stream.is_finished():
        more = stream.process(b"", output_buffer_limit=_CHUNK)
        if not more:
            raise BadBody("truncated")
        out += more
        if len(out) > limit:
            raise TooLarge("too large")
    return bytes(out)


_READERS = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _inflate, "br": _unbrotli}
