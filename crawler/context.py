"""CrawlContext: the resources shared by all crawls of one process."""

import asyncio
import functools
import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Self

from crawler.config import Config
from crawler.counts import OnEvent
from crawler.discovery.poll_interval import IntervalBounds
from crawler.politeness.backlog import Backlog
from crawler.politeness.host_queue import HostQueue
from crawler.politeness.request_log import RequestLog
from crawler.politeness.robots_rules import Rules
from crawler.sources.source import Source
from pipelines.extraction.pool import Pool, cores
from storage.archive import Archive
from storage.crawl_state.hosts import Hosts
from storage.saving.writer import WriterThread

logger = logging.getLogger(__name__)


@dataclass
class CrawlContext:
    """Archive, worker processes, host queue, robots.txt rules, and the stop flag.

    A context manager; `close` ends it.
    """

    config: Config
    archive: Archive
    pool: Pool
    #: Storage for host state; None: none, a probe has no archive.
    hosts: Hosts | None = field(init=False)
    #: The thread that does all writes of the crawls. A probe, which has no archive, must not use it.
    writer: WriterThread = field(init=False)
    host_queue: HostQueue = field(init=False)
    request_log: RequestLog = field(init=False)
    backlog: Backlog = field(init=False)
    #: scheme://host:port -> (its rules, monotonic time of their expiry).
    robots: dict[str, tuple[Rules, float]] = field(default_factory=dict)
    #: Whether a host's last look-up returned private addresses only.
    refused_host: Callable[[str], bool] = lambda host: False
    on_event: OnEvent | None = None
    #: Fetch and obey robots.txt. A person's own capture of one page may disable it.
    obey_robots: bool = True
    #: Shortest and longest poll interval.
    bounds: IntervalBounds = field(default_factory=IntervalBounds)
    #: Claim nothing more; finish claimed pages.
    stopping: bool = False
    #: Set together with `stopping`, for waiting code.
    halt: asyncio.Event = field(default_factory=asyncio.Event)
    #: The running crawls, so that they can be ended at once.
    crawling: set["asyncio.Future[None]"] = field(default_factory=set)
    #: Held while boilerplate is learned: it reads hundreds of articles, and many sources end at the same time.
    learning: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: The first error that makes continuing pointless: the archive cannot be written.
    fatal: Exception | None = None
    #: The handlers to restore of the signals that are ignored.
    _handlers: "dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None]" = field(
        default_factory=dict, init=False
    )

    def __post_init__(self) -> None:
        self.backlog = Backlog(self.config.workers or cores())
        self.hosts = getattr(self.archive, "hosts", None)
        if self.hosts is None:
            self.host_queue = HostQueue()
            self.request_log = RequestLog(self.host_queue, None)
            return
        self.writer = self.archive.writer()
        self.host_queue = HostQueue(self.hosts, run=functools.partial(self.writer.run, urgent=True))
        self.request_log = RequestLog(self.host_queue, self.hosts, call=self.writer.call)

    @classmethod
    def open(cls, config: Config, *, on_event: OnEvent | None = None) -> Self:
        """Open the archive and start the workers. Raises StorageError."""
        archive = Archive.open(config.archive, warc=config.warc, gather=config.gather, check=True)
        archive.bound_future_times()
        archive.warc.mend()
        return cls(config=config, archive=archive, pool=Pool(config.workers), on_event=on_event)

    def put_source(self, source: Source) -> None:
        """Add a source to the archive, or update it."""
        self.archive.put_source(
            key=source.key,
            name_ar=source.name_ar,
            name_en=source.name_en,
            country=source.country,
            timezone=source.timezone,
            home=source.home,
        )

    def stop(self, error: Exception | None = None) -> None:
        """Finish claimed work and end; `error`: the cause."""
        self.stopping = True
        self.halt.set()
        if error is not None and self.fatal is None:
            self.fatal = error
            logger.error("stopping: %s", error)

    def close(self) -> None:
        """Store host state, end the workers and close the archive. Signals do not interrupt it."""
        self.ignore_signals()
        try:
            self.request_log.close()
            self.pool.close()
            if self.hosts is not None:
                self.writer.close()
                self.archive.close()
        finally:
            while self._handlers:
                signal.signal(*self._handlers.popitem())

    def ignore_signals(self) -> None:
        """Ignore SIGINT and SIGTERM until the end of `close`: a third Ctrl-C must not leave a WARC file open."""
        if not self._handlers and threading.current_thread() is threading.main_thread():
            self._handlers = {
                number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)
            }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
