"""Watch: crawl continuously, each source when it has due work, in one process.

A turn is a short crawl of one source (`crawler.engine.run.crawl_source`): due endpoints, then news, then backlog, then
revisits, until nothing is due or the turn's limits are reached. `crawler.engine.turn_order` decides whose turn it is,
`crawler.discovery.poll_interval` when an endpoint falls due again; all durable state is in the archive, so a killed
watch resumes.
"""

import asyncio
import logging
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from crawler.alerting.alert_thread import alerting
from crawler.config import Config, service_variables
from crawler.context import CrawlContext
from crawler.counts import CrawlCounts, Event, OnEvent
from crawler.discovery.poll_interval import IntervalBounds
from crawler.engine import reactor
from crawler.engine.run import RunResult, crawl_source, prepare, until_stopped
from crawler.engine.systemd import Notifier
from crawler.engine.turn_order import TurnQueue
from crawler.sources.reload import SourceFiles
from crawler.sources.source import Source
from storage.errors import StorageError
from storage.operations.archive_lock import crawling
from storage.operations.due_work import Due, due

logger = logging.getLogger(__name__)

#: Maximum pages and seconds of a turn: a long backlog must not keep a slot forever.
TURN_PAGES = 200
TURN_S = 300.0
#: Interval of checks for changes by other programs: source files, requeued URLs. Seconds.
CHECK_S = 5.0
#: Boilerplate is learned again after this many new articles of a source, or after a day with fewer.
LEARN_NEW = 30
LEARN_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTurn:
    """Result of one turn of a source."""

    source: str
    began_at: datetime
    seconds: float
    #: None: it crashed.
    result: RunResult | None
    #: Cause of the crash, in words.
    error: str = ""
    #: When this source has due work again; None: never.
    next_at: datetime | None
    #: Running turns.
    running: int

    @property
    def counts(self) -> CrawlCounts:
        """Its counts; empty if it crashed."""
        return self.result.counts if self.result is not None else CrawlCounts()


#: Receives each finished turn, in the loop's own thread; must be quick.
OnTurn = Callable[[WatchTurn], None]


def watch(
    config: Config,
    keys: Collection[str] = (),
    *,
    for_s: float | None = None,
    bounds: IntervalBounds | None = None,
    on_event: Sequence[OnEvent] = (),
    on_turn: Sequence[OnTurn] = (),
    on_open: Sequence[Callable[[CrawlContext], None]] = (),
) -> CrawlCounts:
    """Crawl until a signal arrives; return the result of all turns. Blocks.

    Args:
        keys: sources to watch; empty: all known ones, including files added meanwhile.
        for_s: end after this many seconds.
        bounds: of the poll interval; None: two minutes to six hours.
        on_event, on_turn: receive each event, and each turn.
        on_open: receives the context before the first turn.

    Raises:
        SourceError: a source file is wrong.
        ArchiveInUseError: another watch or crawl runs on the archive.
        StorageError: the archive cannot be opened or written.
    """

    def tell(event: Event) -> None:
        for listener in on_event:
            listener(event)

    source_files = SourceFiles(config.sources, keys)
    with CrawlContext.open(config, on_event=tell) as context, crawling(context.archive, "warraq watch", alone=True):
        context.bounds = bounds or context.bounds
        prepare(context)
        for hear in on_open:
            hear(context)
        watching = Watching(context, source_files, on_turn=on_turn)
        with alerting(context.archive, config, is_stopping=lambda: context.fatal is not None):
            reactor.run(until_stopped(context, watching.run(for_s=for_s)))
        if context.fatal is not None:
            raise context.fatal
        return watching.total


class Watching:
    """A running watch."""

    def __init__(self, context: CrawlContext, source_files: SourceFiles, *, on_turn: Sequence[OnTurn] = ()) -> None:
        self._context = context
        self._source_files = source_files
        self._on_turn = on_turn
        self._turn_queue = TurnQueue(places=context.config.turns)
        self._due: dict[str, Due] = {}
        self._wake = asyncio.Event()
        self._force_reread = False
        self._learning = _Learning()
        self._diary = _Diary(context)
        #: Result of all turns.
        self.total = CrawlCounts()

    async def run(self, *, for_s: float | None = None) -> None:
        """Run until `context.stopping` is set, or for this many seconds; then finish claimed work."""
        loop = asyncio.get_running_loop()
        if for_s is not None:
            loop.call_later(for_s, self._context.stop)
        turns: set[asyncio.Task[None]] = set()
        halted = loop.create_task(self._context.halt.wait())
        halted.add_done_callback(lambda _: self._wake.set())
        try:
            with _on_hangup(self.reread):
                await self._declare(self._source_files.sources.values())
                async with Notifier(service_variables()).serving():
                    while not self._context.stopping:
                        await self._begin_turns(turns)
                        await self._sleep()
                    if turns:
                        await asyncio.wait(turns)
            await self._diary.close(self._source_files.sources)
        except StorageError as error:
            self._context.stop(error)
            if turns:
                await asyncio.wait(turns)
        finally:
            halted.cancel()

    def reread(self) -> None:
        """Reload the source files now."""
        self._force_reread = True
        self._wake.set()

    async def _declare(self, sources: Collection[Source]) -> None:
        """Add sources to the archive: unknown sources never have due work."""
        for source in sources:
            if self._context.stopping:
                return
            await self._context.writer.run(self._context.put_source, source)
            endpoints = [(one.url, one.kind) for one in source.endpoint]
            await self._context.writer.run(self._context.archive.endpoints.declare, source.key, endpoints)

    async def _begin_turns(self, turns: set[asyncio.Task[None]]) -> None:
        self._wake.clear()
        force, self._force_reread = self._force_reread, False
        await self._declare(self._source_files.reload(force=force))
        await self._diary.day(self._source_files.sources)
        self._due = await asyncio.to_thread(due, self._context.archive)
        if self._context.stopping:
            return
        for source in self._turn_queue.next_sources(self._source_files.sources, self._due, datetime.now(UTC)):
            turn = asyncio.ensure_future(self._turn(source))
            turns.add(turn)
            turn.add_done_callback(turns.discard)

    async def _sleep(self) -> None:
        """Sleep until the next work falls due, a turn ends, or a wake-up."""
        next_at = self._turn_queue.next_at(self._source_files.sources, self._due)
        left = (next_at - datetime.now(UTC)).total_seconds() if next_at is not None else CHECK_S
        # Due sources that did not begin wait for a slot or host: the end of a turn wakes us.
        timeout = min(max(left, 0.05), CHECK_S) if left > 0 else CHECK_S
        try:
            await asyncio.wait_for(self._wake.wait(), timeout)
        except TimeoutError:
            return

    async def _turn(self, source: Source) -> None:
        began_at, began = datetime.now(UTC), time.monotonic()
        result, error = None, ""
        try:
            result = await crawl_source(
                self._context,
                source,
                limit=TURN_PAGES,
                seconds=TURN_S,
                force=False,
                learn=self._learning.is_time(source),
            )
            self._learning.counted(source, result.counts)
            self.total.add(result.counts)
            await self._diary.note(result.counts)
            self._due = await asyncio.to_thread(due, self._context.archive)
        except StorageError as failure:
            self._context.stop(failure)
        except Exception as crash:  # one source's crash does not affect the others
            logger.exception("%s: the turn crashed; other sources continue, it is retried later", source.key)
            error = f"{type(crash).__name__}: {crash}"
        counts = result.counts if result is not None else CrawlCounts()
        useful = bool(counts.polls or counts.done)
        self._turn_queue.ended(source.key, datetime.now(UTC), did_something=useful, crashed=bool(error))
        self._notify_listeners(
            WatchTurn(
                source=source.key,
                began_at=began_at,
                seconds=time.monotonic() - began,
                result=result,
                error=error,
                next_at=self._turn_queue.due_at(source.key, self._due),
                running=len(self._turn_queue.running),
            )
        )
        self._wake.set()

    def _notify_listeners(self, turn: WatchTurn) -> None:
        for hear in self._on_turn:
            try:
                hear(turn)
            except Exception:
                logger.exception("the callback for a turn failed")


class _Learning:
    """Schedule of boilerplate learning per source: it reads hundreds of articles, so not after every new one."""

    def __init__(self) -> None:
        self._new: Counter[str] = Counter()
        self._since: dict[str, float] = {}

    def is_time(self, source: Source) -> bool:
        since = self._since.setdefault(source.key, time.monotonic())
        return self._new[source.key] >= LEARN_NEW or time.monotonic() - since >= LEARN_S

    def counted(self, source: Source, counts: CrawlCounts) -> None:
        if self.is_time(source) and counts.new:
            self._new[source.key], self._since[source.key] = 0, time.monotonic()
        else:
            self._new[source.key] += counts.new


class _Diary:
    """The account of a watch: one `run` row per day (UTC), updated after every turn."""

    def __init__(self, context: CrawlContext) -> None:
        self._context = context
        self._day: date | None = None
        self._run: int | None = None
        self._counts = CrawlCounts()

    async def day(self, keys: Collection[str]) -> None:
        """Open today's row, if it is not open."""
        today = datetime.now(UTC).date()
        if today == self._day:
            return
        begun = await self._context.writer.run(self._context.archive.start_run, "watch", list(keys))
        await self.close(keys)
        # At once: a turn that ends while the old row is closed counts there, one that ends after it in the new.
        self._run, self._day, self._counts = begun, today, CrawlCounts()

    async def note(self, counts: CrawlCounts) -> None:
        """Count a turn."""
        self._counts.add(counts)
        if self._run is not None:
            await self._context.writer.run(self._context.archive.note_run, self._run, counts=self._counts.as_dict())

    async def close(self, keys: Collection[str]) -> None:
        """Close the row, if one is open and the archive can be written."""
        if self._run is None or self._context.fatal is not None:
            return
        outcome = "done" if self._counts.closes else "partial"
        counts = self._counts.as_dict()
        await self._context.writer.run(self._context.archive.finish_run, self._run, outcome=outcome, counts=counts)
        self._run = None


@contextmanager
def _on_hangup(reread: Callable[[], None]) -> Iterator[None]:
    """Call `reread` for each SIGHUP while inside, if signals can be handled."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, reread)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
