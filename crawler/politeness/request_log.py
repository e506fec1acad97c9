"""Politeness log: requests per host and day, counted as they happen and stored by a separate thread.

The log is the evidence of how a crawl behaved. Nothing waits for it: a request costs a few additions, and every
`FLUSH_S` seconds all counts go to the archive in one batch, together with the state of `HostQueue`. A killed process
loses at most that much of the log; a host's rest is stored at once.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.politeness.host_queue import FLUSH_S, Gap, HostQueue
from storage.crawl_state.hosts import HostDay, HostMemory, Hosts
from storage.database.engine import utc_now
from storage.errors import StorageError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedResponse:
    """The end of one request."""

    #: None: a capture, or a page of no source.
    source: str | None
    host: str
    #: HTTP status; None if there was no response.
    status: int | None
    #: Size of its body, as transferred.
    bytes: int = 0
    #: From the request to the response headers; None if there was no response.
    seconds: float | None = None

    @property
    def failed(self) -> bool:
        """Whether the host itself failed."""
        return self.status is None or self.status >= 500


@dataclass(slots=True)
class _Count:
    requests: int = 0
    bytes: int = 0
    not_modified: int = 0
    too_many: int = 0
    errors: int = 0
    shortest_gap_s: float | None = None
    delay_s: float | None = None


class RequestLog:
    """Counts of this process that are not stored yet."""

    def __init__(
        self,
        host_queue: HostQueue,
        hosts: Hosts | None,
        *,
        now: Callable[[], datetime] = utc_now,
        every_s: float = FLUSH_S,
        call: Callable[..., object] = lambda function, *arguments: function(*arguments),
    ) -> None:
        """
        Args:
            hosts: the table to write to; None: nothing is written.
            call: calls a function of `hosts` that writes.
        """
        self._host_queue = host_queue
        self._hosts = hosts
        self._now = now
        self._every_s = every_s
        self._call = call
        self._counts: dict[tuple[str, str], _Count] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False
        #: Receives every response; called in the crawl's own thread; must be quick.
        self.watchers: list[Callable[[LoggedResponse], None]] = []
        host_queue.on_rest = self._wake.set

    def started(self, host: str, gap: Gap | None) -> None:
        """Record that a request was sent. `gap`: time since the previous one, if that was another turn."""
        with self._lock:
            count = self._count(host)
            count.requests += 1
            if gap is not None:
                count.shortest_gap_s = _smaller(count.shortest_gap_s, gap.seconds)
                count.delay_s = _smaller(count.delay_s, gap.asked)
        if self._thread is None and self._hosts is not None and not self._closed:
            self._thread = threading.Thread(target=self._write_for_ever, name="ledger", daemon=True)
            self._thread.start()

    def ended(self, answer: LoggedResponse) -> None:
        """Record that a sent request ended."""
        with self._lock:
            count = self._count(answer.host)
            count.bytes += answer.bytes
            count.not_modified += answer.status == 304
            count.too_many += answer.status == 429
            count.errors += answer.failed
        for watcher in self.watchers:
            watcher(answer)

    def flush(self) -> None:
        """Store pending counts. Raises StorageError, and keeps them then."""
        if self._hosts is None:
            return
        with self._writing:
            memories = self._host_queue.memories()
            with self._lock:
                counts, self._counts = self._counts, {}
            try:
                if memories:
                    self._call(self._hosts.remember, memories)
                    self._hear(memories)
                memories = []
                days = [
                    HostDay(host=host, day=day, **{name: getattr(count, name) for name in _Count.__slots__})
                    for (host, day), count in counts.items()
                ]
                self._call(self._hosts.add_days, days)
            except StorageError:
                self._host_queue.unwritten(memories)
                self._put_back(counts)
                raise

    def close(self) -> None:
        """Store the last counts. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._try_to_flush()

    def _hear(self, stored: Sequence[HostMemory]) -> None:
        """Pass other processes' rests and requests to `HostQueue`."""
        assert self._hosts is not None
        known = self._hosts.recall([memory.host for memory in stored])
        for memory in stored:
            row = known.get(memory.host, memory)
            if _is_later(row.rest_until, memory.rest_until) or _is_later(row.last_request_at, memory.last_request_at):
                self._host_queue.hear(row)

    def _write_for_ever(self) -> None:
        while not self._closed:
            self._wake.wait(self._every_s)
            self._wake.clear()
            if not self._closed:
                self._try_to_flush()

    def _try_to_flush(self) -> None:
        try:
            self.flush()
        except StorageError as error:
            logger.warning("the politeness log cannot be written yet: %s", error)

    def _count(self, host: str) -> _Count:
        return self._counts.setdefault((host, f"{self._now():%Y-%m-%d}"), _Count())

    def _put_back(self, counts: dict[tuple[str, str], _Count]) -> None:
        with self._lock:
            for key, kept in counts.items():
                count = self._counts.setdefault(key, _Count())
                for name in ("requests", "bytes", "not_modified", "too_many", "errors"):
                    setattr(count, name, getattr(count, name) + getattr(kept, name))
                for name in ("shortest_gap_s", "delay_s"):
                    setattr(count, name, _smaller(getattr(count, name), getattr(kept, name)))


def _is_later(held: datetime | None, stored: datetime | None) -> bool:
    return held is not None and (stored is None or held > stored)


def _smaller(held: float | None, value_given: float | None) -> float | None:
    return min((value for value in (held, value_given) if value is not None), default=None)
