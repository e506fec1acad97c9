"""Room: what every page works with. Made once when the server starts."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Generic, TypeVar

from starlette.requests import Request

from crawler.config import Config
from storage.archive import Archive
from storage.errors import WarraqError
from storage.statistics.source_summaries import SourceSummary, source_summaries
from warraq.web.security.signing import Signer

if TYPE_CHECKING:
    from crawler.health import Diagnosis
    from warraq.web.capturing import CaptureJobs

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Seconds for which the list of sources and the diagnosis of health are shown without being counted again.
_SOURCES_S, _HEALTH_S = 20.0, 60.0


def _now() -> datetime:
    return datetime.now(UTC)


class Kept(Generic[T]):
    """A value that takes long to make. Once it is older than some seconds, it is made again while the old one is shown."""

    def __init__(self, make: Callable[[], T], seconds: float) -> None:
        self._make, self._seconds = make, seconds
        self._held: tuple[float, T] | None = None
        self._one_at_a_time = Lock()

    def __call__(self) -> T:
        held = self._held
        if held is None:
            with self._one_at_a_time:
                return self._made() if self._held is None else self._held[1]
        if monotonic() - held[0] > self._seconds and self._one_at_a_time.acquire(blocking=False):
            Thread(target=self._make_again, daemon=True).start()
        return held[1]

    def _made(self) -> T:
        value = self._make()
        self._held = (monotonic(), value)
        return value

    def _make_again(self) -> None:
        try:
            self._made()
        except WarraqError:
            logger.warning("the archive could not be read again; older figures are shown", exc_info=True)
        finally:
            self._one_at_a_time.release()


@dataclass(kw_only=True)
class Room:
    """The archive as readers see it. Nothing here can write to it: captures are made by a process of their own."""

    config: Config
    #: Read-only, each transaction with a deadline: for pages.
    archive: Archive
    #: Read-only without a deadline: for exports, which stream as long as their reader takes.
    exports: Archive
    #: Port of replayed pages, another one than that of our pages and so another origin; None: no replay.
    replay_port: int | None = None
    #: Captures made from here; None: none are allowed.
    jobs: "CaptureJobs | None" = None
    signer: Signer = field(default_factory=Signer)
    clock: Callable[[], datetime] = _now

    def __post_init__(self) -> None:
        #: Every source that the archive knows, by key; as it was some seconds ago at most.
        self.sources: Kept[Mapping[str, SourceSummary]] = Kept(self._read_sources, _SOURCES_S)
        #: How the sources do, as it was a minute ago at most.
        self.diagnosis: Kept[Diagnosis] = Kept(self._diagnose, _HEALTH_S)

    def _read_sources(self) -> Mapping[str, SourceSummary]:
        with self.archive.reading() as connection:
            return {source.key: source for source in source_summaries(connection)}

    def _diagnose(self) -> "Diagnosis":
        from crawler.health import diagnose
        from storage.statistics.health import figures

        with self.exports.reading() as connection:
            return diagnose(figures(connection, now=self.clock()))


def room_of(request: Request) -> Room:
    """The room of the application that a request came to."""
    room: Room = request.app.state.room
    return room
