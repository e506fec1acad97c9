"""Room: the state shared by all pages, created once when the server starts."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Generic, TypeVar

from starlette.requests import Request

from crawler.config import Config
from storage.archive import Archive
from storage.errors import WarraqError
from storage.search.marking_words import Spread
from storage.search.query import Query
from storage.statistics.source_summaries import SourceSummary, source_summaries
from warraq.web.security.signing import Signer

if TYPE_CHECKING:
    from crawler.health import Diagnosis
    from storage.alerts.alert import AlertState
    from warraq.web.capturing import CaptureJobs

logger = logging.getLogger(__name__)

K = TypeVar("K")
T = TypeVar("T")

#: Lifetime in seconds of the cached list of sources and of the cached health report.
_SOURCES_S, _HEALTH_S = 20.0, 60.0
#: The same of the days of a query, and how many queries are held: a chart asks for all articles each time.
_DAYS_S, _DAYS = 60.0, 64
#: Lifetime in seconds of the words that queries are compared with.
_SPREAD_S = 600.0


def _now() -> datetime:
    return datetime.now(UTC)


class Cached(Generic[T]):
    """A cached value that is refreshed in the background: readers get the old value while a new one is computed."""

    def __init__(self, make: Callable[[], T], seconds: float) -> None:
        self._make, self._seconds = make, seconds
        self._held: tuple[float, T] | None = None
        self._one_at_a_time = Lock()

    def __call__(self) -> T:
        held = self._held
        if held is None:
            with self._one_at_a_time:
                return self._compute() if self._held is None else self._held[1]
        if monotonic() - held[0] > self._seconds and self._one_at_a_time.acquire(blocking=False):
            Thread(target=self._refresh, daemon=True).start()
        return held[1]

    def _compute(self) -> T:
        value = self._make()
        self._held = (monotonic(), value)
        return value

    def _refresh(self) -> None:
        try:
            self._compute()
        except WarraqError:
            logger.warning("the archive could not be read; older figures are shown", exc_info=True)
        finally:
            self._one_at_a_time.release()


class Remembered(Generic[K, T]):
    """Values by key, each computed when it is asked for and kept for some seconds; the latest few are held."""

    def __init__(self, make: Callable[[K], T], *, seconds: float, most: int) -> None:
        self._make, self._seconds, self._most = make, seconds, most
        self._held: OrderedDict[K, tuple[float, T]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, key: K) -> T:
        with self._lock:
            held = self._held.get(key)
        if held is not None and monotonic() - held[0] <= self._seconds:
            return held[1]
        value = self._make(key)
        with self._lock:
            self._held[key] = (monotonic(), value)
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return value


@dataclass(kw_only=True)
class Room:
    """The archive as readers see it. Read-only: captures run in a separate process."""

    config: Config
    #: Read-only, with a time limit on each transaction: for pages.
    archive: Archive
    #: Read-only without a time limit: for exports, which stream as fast as the client reads.
    exports: Archive
    #: Port of replayed pages; a separate port makes it a separate origin. None: no replay.
    replay_port: int | None = None
    #: Captures requested in the browser; None: captures are disabled.
    jobs: "CaptureJobs | None" = None
    signer: Signer = field(default_factory=Signer)
    clock: Callable[[], datetime] = _now

    def __post_init__(self) -> None:
        #: All sources of the archive by key; at most some seconds old.
        self.sources: Cached[Mapping[str, SourceSummary]] = Cached(self._read_sources, _SOURCES_S)
        #: Alerts by name, with what waits; at most some seconds old.
        self.alerts: Cached[list[AlertState]] = Cached(self._read_alerts, _SOURCES_S)
        #: Words of articles spread over the archive; at most ten minutes old.
        self.word_spread: Cached[Spread] = Cached(self.archive.word_spread, _SPREAD_S)
        #: Matching articles by day; at most a minute old.
        self.days: Remembered[Query, Mapping[date, int]] = Remembered(self.archive.days, seconds=_DAYS_S, most=_DAYS)
        #: Health report of all sources; at most a minute old.
        self.diagnosis: Cached[Diagnosis] = Cached(self._diagnose, _HEALTH_S)

    def _read_sources(self) -> Mapping[str, SourceSummary]:
        with self.archive.reading() as connection:
            return {source.key: source for source in source_summaries(connection)}

    def _read_alerts(self) -> "list[AlertState]":
        from crawler.alerting.alert_file import alerts_of
        from storage.alerts.alert_book import alert_states

        return alert_states(self.archive, alerts_of(self.config))

    def _diagnose(self) -> "Diagnosis":
        from crawler.health import diagnose
        from storage.statistics.health import figures

        with self.exports.reading() as connection:
            return diagnose(figures(connection, now=self.clock()))


def room_of(request: Request) -> Room:
    """Return the room of the request's application."""
    room: Room = request.app.state.room
    return room
