"""HTTP of the demo newspaper: threads, persistent connections, conditional requests, gzip, faults."""

import socket
import string
import sys
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Protocol
from urllib.parse import quote

from crawler.demo.answers import DemoResponse, gzipped
from crawler.demo.faults import Fault, Wire

#: A connection, or a datagram with its connection: `socketserver` serves both.
_Request = socket.socket | tuple[bytes, socket.socket]


class Newsroom(Protocol):
    """Decides what is sent."""

    def answer(self, path: str) -> DemoResponse:
        """Return the response to a GET of this path and query."""

    def fault(self, path: str) -> Fault | None:
        """Return the fault at this path; None if a response is sent."""

    def note(self, method: str, path: str, status: int) -> None:
        """Record one access."""


class Server(ThreadingHTTPServer):
    """A listening socket with one thread per connection; threads end with the process."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], newspaper: Newsroom) -> None:
        self.newspaper = newspaper
        self.closing = Event()
        self._open: set[socket.socket] = set()
        super().__init__(address, Handler)

    def process_request(self, request: _Request, client_address: tuple[str, int]) -> None:
        if isinstance(request, socket.socket):
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Request) -> None:
        if isinstance(request, socket.socket):
            self._open.discard(request)
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        """Wake the threads that wait for a next request."""
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: _Request, client_address: tuple[str, int]) -> None:
        """Ignore clients that disconnect; anything else is a bug and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    raw_requestline: bytes
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # send headers and body in one piece

    def parse_request(self) -> bool:
        """Accept raw letters in the request line too, which http.server would split at some of their bytes."""
        self.raw_requestline = quote(self.raw_requestline, safe=string.printable).encode()
        return super().parse_request()

    def do_GET(self) -> None:
        fault = self.server.newspaper.fault(self.path)
        if fault is None:
            self._send(self.server.newspaper.answer(self.path))
            return
        self.server.newspaper.note(self.command, self.path, 0)
        self.close_connection = True
        fault(Wire(self.connection, self.server.closing))

    do_HEAD = do_GET

    def version_string(self) -> str:
        return "demo"

    def log_message(self, format: str, *args: object) -> None:
        """The access log is the newspaper's own."""

    def _send(self, answer: DemoResponse) -> None:
        known = self._is_known(answer)
        status = HTTPStatus.NOT_MODIFIED if known else answer.status
        coded = answer.compressible and "gzip" in self.headers.get("Accept-Encoding", "")
        body = gzipped(answer.body) if coded else answer.body
        self.server.newspaper.note(self.command, self.path, int(status))
        self.send_response(status)
        for name, value in (*self._validators(answer, coded), *answer.headers):
            self.send_header(name, value)
        if not known:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            if coded:
                self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if not known and self.command != "HEAD":
            self.wfile.write(body)

    def _validators(self, answer: DemoResponse, coded: bool) -> Iterator[tuple[str, str]]:
        """Return the validator headers; the gzipped body has an ETag of its own, as in Apache."""
        if answer.compressible:
            yield "Vary", "Accept-Encoding"
        if answer.etag:
            yield "ETag", answer.etag.removesuffix('"') + '-gzip"' if coded else answer.etag
        if answer.modified_header:
            yield "Last-Modified", answer.modified_header

    def _is_known(self, answer: DemoResponse) -> bool:
        """Whether the client has this very body: If-None-Match decides if it is sent (RFC 9110, 13.1.3)."""
        if answer.status != HTTPStatus.OK or answer.etag is None:
            return False
        if tags := self.headers.get("If-None-Match"):
            return answer.etag in tags.replace("-gzip", "")
        return self.headers.get("If-Modified-Since") == answer.modified_header
