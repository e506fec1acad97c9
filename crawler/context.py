"""CrawlContext: what all crawls of one process share, opened once and handed to each."""

import asyncio
import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from crawler.config import Config
from crawler.counts import OnEvent
from crawler.discovery.poll_interval import IntervalBounds
from crawler.politeness.host_queue import HostQueue
from crawler.politeness.request_log import RequestLog
from crawler.politeness.robots_rules import Rules
from crawler.sources.source import Source
from pipelines.extraction.pool import Pool
from storage.archive import Archive
from storage.crawl_state.hosts import Hosts
from storage.saving.writer import WriterThread

logger = logging.getLogger(__name__)


@dataclass
class CrawlContext:
    """Archive, worker processes, host_queue and robots.txt rules, and whether to stop. A context manager; `close` ends it."""

    config: Config
    archive: Archive
    pool: Pool
    #: Where hosts are remembered; None: nowhere, a probe has no archive.
    hosts: Hosts | None = field(init=False)
    #: The thread that does all writes of the crawls. A probe, which has no archive, must not use it.
    writer: WriterThread = field(init=False)
    host_queue: HostQueue = field(init=False)
    request_log: RequestLog = field(init=False)
    #: scheme://host:port -> (its rules, monotonic time until which they hold).
    robots: dict[str, tuple[Rules, float]] = field(default_factory=dict)
    #: Whether a host's last look-up led to private addresses only.
    refused_host: Callable[[str], bool] = lambda host: False
    on_event: OnEvent | None = None
    #: robots.txt is asked and obeyed. A person's own capture of one page may say otherwise.
    obey_robots: bool = True
    #: How often an endpoint is looked at, at most and at least.
    bounds: IntervalBounds = field(default_factory=IntervalBounds)
    #: No further claims; the pages in hand are finished.
    stopping: bool = False
    #: Set when `stopping` is, for who waits.
    halt: asyncio.Event = field(default_factory=asyncio.Event)
    #: The crawls that run now, so that they can be ended at once.
    crawling: set["asyncio.Future[None]"] = field(default_factory=set)
    #: The first error that makes going on pointless: the archive cannot be written.
    fatal: Exception | None = None

    def __post_init__(self) -> None:
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
        """Tell the archive of a source, or of what changed in its file."""
        self.archive.put_source(
            key=source.key,
            name_ar=source.name_ar,
            name_en=source.name_en,
            country=source.country,
            timezone=source.timezone,
            home=source.home,
        )

    def stop(self, error: Exception | None = None) -> None:
        """Finish what is in hand and end; `error`: because of this."""
        self.stopping = True
        self.halt.set()
        if error is not None and self.fatal is None:
            self.fatal = error
            logger.error("stopping: %s", error)

    def close(self) -> None:
        """Write what is to be remembered of hosts, end the workers and let go of the archive."""
        self.request_log.close()
        self.pool.close()
        if self.hosts is not None:
            self.writer.close()
            self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
