"""DemoNewspaper: the newspaper on a loopback port. Threads, no process; site.py defines the content, handler.py the
HTTP."""

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from threading import Lock, Thread
from typing import NamedTuple, Self, TextIO

from crawler.demo import site, specials
from crawler.demo.answers import DemoResponse, html, route
from crawler.demo.faults import FAULTS, Fault
from crawler.demo.handler import Server
from crawler.demo.manuscript import manuscripts, withdrawn
from crawler.demo.truth import EndState, Expected, Truth, truth


class Access(NamedTuple):
    """One request as it was answered."""

    #: Unix time in seconds.
    time: float
    method: str
    #: Path and query as the client sent them, raw letters percent-encoded.
    path: str
    #: 0 if nothing or nothing regular was sent.
    status: int


class DemoNewspaper:
    """A running newspaper; a context manager. Port 0 picks a free one, so that tests run in parallel."""

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

        `log` receives one line per access ("time TAB method TAB path TAB status"), flushed, for processes that only
        have the file.
        `crawl_delay` (seconds) is set in robots.txt. `slow=False` omits pages that cost a crawl its time-out.
        """
        #: All responses so far, in order.
        self.access_log: list[Access] = []
        self.edition = edition
        self._crawl_delay, self._slow = crawl_delay, slow
        self._log: TextIO | None = log.open("a", encoding="utf-8") if log else None
        self._lock = Lock()
        self._failed: Counter[str] = Counter()
        self._overrides: dict[str, DemoResponse | Fault] = {}
        self._server = Server((host, port), self)
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
        """Path -> required end state, for every linked URL that leads to no article."""
        gone = {each.path: EndState(states=("gone",), why="withdrawn, 410") for each in withdrawn(self.edition)}
        linked = {path: end for path, end in specials.END_STATES.items() if self._is_linked(path)}
        return linked | gone

    @property
    def aliases(self) -> Mapping[str, str]:
        """Path of a redirect or alternative page -> canonical path of its article."""
        return self._site.aliases

    @property
    def forbidden(self) -> tuple[str, ...]:
        """Paths that pages link to and robots.txt disallows: a request for one is a failure."""
        return self._site.forbidden

    @property
    def withdrawn(self) -> dict[str, Truth]:
        """Articles of an earlier edition, by path: an archive keeps them."""
        return {each.path: truth(each) for each in withdrawn(self.edition)}

    @property
    def expected(self) -> Expected:
        """Counts that a crawl of this edition must show."""
        return expected(self.edition)

    def truth_of(self, url: str) -> Truth | None:
        """Return the article of a URL in any spelling, or None."""
        path = route(url)
        return self._truth.get(self.aliases.get(path, path))

    def requests_for(self, path: str) -> list[Access]:
        """Return the accesses to one route, in any spelling."""
        return [access for access in list(self.access_log) if route(access.path) == route(path)]

    def set_edition(self, edition: int) -> None:
        """Switch to another edition; the access log continues."""
        self.edition = edition
        self._print()

    def override(self, path: str, answer: DemoResponse | Fault) -> None:
        """Replace the response of one path until `reset`: another robots.txt, a 451, a fault of faults.py."""
        self._overrides[route(path)] = answer

    def fault(self, path: str) -> Fault | None:
        """Return the fault at this path; None if a response is sent."""
        key = route(path)
        override = self._overrides.get(key)
        if override is not None:
            return None if isinstance(override, DemoResponse) else override
        return FAULTS.get(key)

    def reset(self) -> None:
        """Reset accesses, failures and overrides to the initial state."""
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

    def answer(self, path: str) -> DemoResponse:
        """Return the response to a GET of this path and query, counting initial failures."""
        key = route(path)
        found = self._overrides.get(key) or self._site.answers.get(key)
        if not isinstance(found, DemoResponse):
            return html(specials.NOT_FOUND, status=404)
        with self._lock:
            self._failed[key] += 1
            turn = self._failed[key] - 1
        if turn < len(found.failures):
            status = found.failures[turn]
            wait = (("Retry-After", "1"),) if status in (429, 503) else ()
            return DemoResponse(status=status, body=b"<h1>Error</h1>", headers=wait)
        return found

    def note(self, method: str, path: str, status: int) -> None:
        """Record one access."""
        access = Access(time.time(), method, path, status)
        with self._lock:
            self.access_log.append(access)
            if self._log and not self._log.closed:
                self._log.write("\t".join(map(str, access)) + "\n")
                self._log.flush()

    def _print(self) -> None:
        """Build the response table of this edition."""
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
