"""DemoNewspaper: the newspaper on a loopback port. Threads, no process; everything it serves is in site.py."""

import socket
import string
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import NamedTuple, Self, TextIO
from urllib.parse import quote

from crawler.demo import site, specials
from crawler.demo.answers import Answer, gzipped, html, route
from crawler.demo.faults import FAULTS, Fault, Wire
from crawler.demo.manuscript import manuscripts, withdrawn
from crawler.demo.truth import EndState, Expected, Truth, truth


class Access(NamedTuple):
    """One request as it was answered."""

    #: Unix time in seconds.
    time: float
    method: str
    #: Path and query as the client sent them, raw letters percent-encoded.
    path: str
    #: 0 where nothing or nothing regular was sent.
    status: int


class DemoNewspaper:
    """A running newspaper; a context manager. Port 0 takes a free one, so that tests run side by side."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        edition: int = 1,
        *,
        log: Path | None = None,
        crawl_delay: float = 0.02,
        slow: bool = True,
    ) -> None:
        """Bind the port; `start` or `with` begins to serve.

        `log` gets a line an access ("time TAB method TAB path TAB status"), flushed, for processes that only have the file.
        `crawl_delay` (seconds) is what robots.txt asks for. `slow=False` links no page that costs a crawl its time-out.
        """
        #: Every answer so far, in order.
        self.access_log: list[Access] = []
        self.edition = edition
        self._crawl_delay, self._slow = crawl_delay, slow
        self._log: TextIO | None = log.open("a", encoding="utf-8") if log else None
        self._lock = Lock()
        self._failed: Counter[str] = Counter()
        self._overrides: dict[str, Answer | Fault] = {}
        self._server = _Server((host, port), self)
        self.host, self.port = host, int(self._server.server_address[1])
        self._print()
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True, name="demo-newspaper")

    @property
    def base_url(self) -> str:
        """Scheme, host and port, no slash at the end."""
        return f"http://{self.host}:{self.port}"

    @property
    def truth(self) -> dict[str, Truth]:
        """Every article of this edition as it must be stored, by canonical path (letters unquoted), newest first."""
        return dict(self._truth)

    @property
    def not_articles(self) -> dict[str, EndState]:
        """Path -> how it must end, for every linked address that leads to no article."""
        gone = {each.path: EndState(states=("gone",), why="withdrawn, 410") for each in withdrawn(self.edition)}
        linked = {path: end for path, end in specials.END_STATES.items() if self._is_linked(path)}
        return linked | gone

    @property
    def aliases(self) -> Mapping[str, str]:
        """Path of a redirect or twin -> canonical path of the article it leads to."""
        return self._site.aliases

    @property
    def forbidden(self) -> tuple[str, ...]:
        """Paths that pages link to and robots.txt forbids: a request for one is a failure."""
        return self._site.forbidden

    @property
    def withdrawn(self) -> dict[str, Truth]:
        """Articles that an earlier edition had, by path: an archive keeps them."""
        return {each.path: truth(each) for each in withdrawn(self.edition)}

    @property
    def expected(self) -> Expected:
        """Counts that a crawl of this edition must show."""
        return expected(self.edition)

    def truth_of(self, url: str) -> Truth | None:
        """Return the article that an address in any spelling leads to, or None."""
        path = route(url)
        return self._truth.get(self.aliases.get(path, path))

    def requests_for(self, path: str) -> list[Access]:
        """Return the accesses to one route, in whatever spelling."""
        return [access for access in list(self.access_log) if route(access.path) == route(path)]

    def set_edition(self, edition: int) -> None:
        """Print another edition; the access log goes on."""
        self.edition = edition
        self._print()

    def override(self, path: str, answer: Answer | Fault) -> None:
        """Answer one path otherwise from now on, until `reset`: another robots.txt, a 451, a fault of faults.py."""
        self._overrides[route(path)] = answer

    def fault(self, path: str) -> Fault | None:
        """Return what goes wrong on the wire at this path; None where an answer is sent."""
        key = route(path)
        override = self._overrides.get(key)
        if override is not None:
            return None if isinstance(override, Answer) else override
        return FAULTS.get(key)

    def reset(self) -> None:
        """Forget accesses, failures and overrides, as if just started."""
        with self._lock:
            self.access_log.clear()
            self._failed.clear()
            self._overrides.clear()

    def start(self) -> Self:
        """Serve in a thread."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop at once: open connections are cut, endless pages end."""
        self._server.closing.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.cut_connections()
        if self._log:
            self._log.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, path: str) -> Answer:
        """Return what a GET of this path and query gets now, counting the failures that come first."""
        key = route(path)
        found = self._overrides.get(key) or self._site.answers.get(key)
        if not isinstance(found, Answer):
            return html(specials.NOT_FOUND, status=404)
        with self._lock:
            self._failed[key] += 1
            turn = self._failed[key] - 1
        if turn < len(found.failures):
            status = found.failures[turn]
            wait = (("Retry-After", "1"),) if status in (429, 503) else ()
            return Answer(status=status, body=b"<h1>Error</h1>", headers=wait)
        return found

    def note(self, method: str, path: str, status: int) -> None:
        """Write one access down."""
        access = Access(time.time(), method, path, status)
        with self._lock:
            self.access_log.append(access)
            if self._log and not self._log.closed:
                self._log.write("\t".join(map(str, access)) + "\n")
                self._log.flush()

    def _print(self) -> None:
        """Set up the table of answers of this edition."""
        self._truth = {each.path: truth(each) for each in manuscripts(self.edition)}
        self._site = site.build(self.base_url, self.edition, crawl_delay=self._crawl_delay, slow=self._slow)

    def _is_linked(self, path: str) -> bool:
        return self._slow or path != specials.SILENT_PATH


def expected(edition: int) -> Expected:
    """Return the counts that a crawl of this edition must show."""
    now = {each.path: truth(each) for each in manuscripts(edition)}
    before = {each.path: truth(each) for each in manuscripts(edition - 1)} if edition > 1 else {}
    ever = {each.path for past in range(1, edition + 1) for each in manuscripts(past)}
    return Expected(
        articles=len(now),
        archived=len(ever),
        changed=sum(before[path] != now[path] for path in before.keys() & now.keys()),
        new=len(now.keys() - before.keys()),
        withdrawn=len(before.keys() - now.keys()),
    )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], newspaper: DemoNewspaper) -> None:
        self.newspaper = newspaper
        self.closing = Event()
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:  # type: ignore[override]
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        self._open.discard(request)
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        """Wake the threads that wait for a next request."""
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that leave; anything else is a mistake of ours and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    raw_requestline: bytes
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one piece

    def parse_request(self) -> bool:
        """Take raw letters in the request line too, which http.server would split at some of their bytes."""
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

    def _send(self, answer: Answer) -> None:
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

    def _validators(self, answer: Answer, coded: bool) -> Iterator[tuple[str, str]]:
        """The headers that a later request may be conditional on; the gzipped body has a tag of its own, as in Apache."""
        if answer.compressible:
            yield "Vary", "Accept-Encoding"
        if answer.etag:
            yield "ETag", answer.etag.removesuffix('"') + '-gzip"' if coded else answer.etag
        if answer.modified_header:
            yield "Last-Modified", answer.modified_header

    def _is_known(self, answer: Answer) -> bool:
        """Whether the client holds this very body: If-None-Match decides where it is sent (RFC 9110, 13.1.3)."""
        if answer.status != HTTPStatus.OK or answer.etag is None:
            return False
        if tags := self.headers.get("If-None-Match"):
            return answer.etag in tags.replace("-gzip", "")
        return self.headers.get("If-Modified-Since") == answer.modified_header
