"""URLs that misbehave on the wire, one function each, like real servers, proxies and broken connections.

The endless and the silent page are linked from sections; the others are under /fault/ for tests.
"""

import gzip
import select
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from crawler.demo.specials import ENDLESS_PATH, SILENT_PATH

#: Takes over the connection after the request was read; the server closes it afterwards.
Fault = Callable[["Wire"], None]

PAGE = ("<!doctype html><html dir='rtl'><head><meta charset='utf-8'><title>خبر</title></head><body><article><h1>خبر</h1>"
        + "<p>أعلنت بلدية المنارة اليوم بدء العمل في توسعة الجسر القديم على أن ينتهي خلال عام واحد.</p>" * 8
        + "</article></body></html>").encode()  # fmt: skip

HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"


@dataclass(frozen=True, slots=True)
class Wire:
    """The raw connection to one client."""

    connection: socket.socket
    #: Set when the newspaper closes.
    closing: Event

    def send(self, piece: bytes) -> bool:
        """Send, and return whether the client is still connected."""
        try:
            self.connection.sendall(piece)
        except OSError:
            return False
        return not self.closing.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait, and return whether client and newspaper are still there."""
        for _ in range(max(1, round(seconds / 0.05))):
            try:
                readable = select.select([self.connection], [], [], min(0.05, seconds))[0]
                left = bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
            except (OSError, ValueError):
                return False
            if left or self.closing.is_set():
                return False
        return True


def endless(wire: Wire) -> None:
    """A page that never ends: 32 KB every 10 ms until the client leaves."""
    wire.send(HTML + b"\r\n<!doctype html><html dir='rtl'><meta charset='utf-8'><title>...</title><body><h1>...</h1>")
    piece = "<p>عدّاد القراء يزداد ولا يتوقف.</p>\n".encode() * 600
    while wire.send(piece) and wire.wait(0.01):
        pass


def silent(wire: Wire) -> None:
    """Accept the request and send nothing, not even a header."""
    while wire.wait(1):
        pass


def drip(wire: Wire) -> None:
    """One byte a second."""
    wire.send(HTML + b"\r\n")
    for byte in PAGE:
        if not (wire.send(bytes([byte])) and wire.wait(1)):
            break


def reset(wire: Wire) -> None:
    """Send RST instead of a response."""
    wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(wire.connection.detach())  # the server's own way of closing would send FIN first


def closed(wire: Wire) -> None:
    """Send FIN instead of a response."""


def half_header(wire: Wire) -> None:
    """The connection ends within the headers."""
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Ty")


def short_body(wire: Wire) -> None:
    """Fewer bytes than Content-Length promises."""
    wire.send(HTML + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE[: len(PAGE) // 2])


def cut_chunk(wire: Wire) -> None:
    """A chunked body that ends within a chunk."""
    wire.send(HTML + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(PAGE) + PAGE[: len(PAGE) // 2])


def _packed(wire: Wire, coding: bytes, body: bytes) -> None:
    wire.send(HTML + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding, len(body)) + body)


def gzip_truncated(wire: Wire) -> None:
    """A gzip stream without its end; the length header is right."""
    _packed(wire, b"gzip", gzip.compress(PAGE, mtime=0)[:-40])


def gzip_bad_crc(wire: Wire) -> None:
    """A whole gzip stream with a wrong checksum."""
    packed = bytearray(gzip.compress(PAGE, mtime=0))
    packed[-8] ^= 0xFF
    _packed(wire, b"gzip", bytes(packed))


def gzip_lie(wire: Wire) -> None:
    """A plain body labelled gzip."""
    _packed(wire, b"gzip", PAGE)


def _labelled(wire: Wire, charset: bytes, body: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=%s\r\nConnection: close\r\n" % charset
    wire.send(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def utf8_as_1256(wire: Wire) -> None:
    """UTF-8 declared as windows-1256 in the header."""
    _labelled(wire, b"windows-1256", PAGE)


def utf8_as_latin1(wire: Wire) -> None:
    """UTF-8 declared as iso-8859-1 in the header."""
    _labelled(wire, b"iso-8859-1", PAGE)


def cp1256_as_utf8(wire: Wire) -> None:
    """windows-1256 declared as UTF-8 in header and meta."""
    _labelled(wire, b"utf-8", PAGE.decode().encode("windows-1256"))


def many_links(wire: Wire) -> None:
    """100,000 links in one page (2.6 MB)."""
    links = b"".join(b'<a href="/article/%d-x">x</a>' % number for number in range(100_000))
    wire.send(HTML + b"\r\n<html><body>" + links + b"</body></html>")


def status_without_name(wire: Wire) -> None:
    """A status code that is in no standard."""
    wire.send(b"HTTP/1.1 999 Denied\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")


#: Route -> what happens there.
FAULTS: dict[str, Fault] = {
    ENDLESS_PATH: endless,
    SILENT_PATH: silent,
    "/fault/drip": drip,
    "/fault/reset": reset,
    "/fault/closed": closed,
    "/fault/half-header": half_header,
    "/fault/short-body": short_body,
    "/fault/cut-chunk": cut_chunk,
    "/fault/gzip-truncated": gzip_truncated,
    "/fault/gzip-bad-crc": gzip_bad_crc,
    "/fault/gzip-lie": gzip_lie,
    "/fault/utf8-as-1256": utf8_as_1256,
    "/fault/utf8-as-latin1": utf8_as_latin1,
    "/fault/cp1256-as-utf8": cp1256_as_utf8,
    "/fault/many-links": many_links,
    "/fault/999": status_without_name,
}
