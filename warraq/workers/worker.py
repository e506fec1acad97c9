"""Worker: takes crawls from the queue and runs them, several at once, alongside any number of other workers on any
machine.

It calls the same `crawl_source` as `warraq crawl` and `warraq watch`; only the scheduling differs. In addition every
worker does the common maintenance, each task once per period by one of them: release jobs of silent workers, and queue
due sources.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping
from contextlib import suppress

from crawler.alerting.alert_thread import alerting
from crawler.config import Config
from crawler.context import CrawlContext
from crawler.counts import Event, OnEvent
from crawler.engine import reactor
from crawler.engine.lease_owner import this_machine
from crawler.engine.run import RunResult, crawl_source, prepare, until_stopped
from crawler.sources.source import Source
from storage.archive import Archive
from storage.database.engine import utc_now
from storage.errors import ConfigError, StorageError
from storage.operations.archive_lock import crawling
from storage.operations.due_work import due
from storage.operations.host_locks import HostLocks, host_locks
from storage.warc.gather import Gathering, gather
from warraq.workers.maintenance import WorkerTimings, run_maintenance
from warraq.workers.queue import GivenBack, open_jobs, queue_of
from warraq.workers.registry import WorkerRegistry

logger = logging.getLogger(__name__)

#: A crawl claims nothing more after this, so that other sources of its host, and other workers, get their turn.
SLICE_S = 600.0
#: A job that found no work (its host rests, a lease is held) is not taken again before this, in seconds.
IDLE_S = 30.0
#: Interval of checks for closed WARC files.
GATHER_S = 60.0
#: Interval of queue queries, for changes without notification: a host's lock that became free.
_CHECK_S = 1.0


def registry_of(config: Config) -> WorkerRegistry:
    """Return the registry of the configured archive. Raises ConfigError if it has no database URL."""
    scheme, separator, rest = config.archive.partition("://")
    if not separator or not scheme.startswith("postgresql"):
        raise ConfigError(
            f"archive {config.archive}: workers share an archive on PostgreSQL; "
            "write --archive postgresql+psycopg://user@host/name, or use `warraq watch` on this one"
        )
    return WorkerRegistry(f"postgresql://{rest}")


def work(
    config: Config,
    sources: Mapping[str, Source],
    *,
    name: str | None = None,
    pace: WorkerTimings | None = None,
    on_event: OnEvent | None = None,
) -> bool:
    """Work until a signal arrives; True if all started work was finished.

    Args:
        sources: this worker's sources; jobs of others fail here. All workers should have the same.
        name: shown by `warraq workers`; None: machine name and process number.

    Raises:
        ConfigError: the archive has no database URL.
        StorageError: the archive or the queue is no longer reachable.
    """
    registry = registry_of(config)
    with (
        CrawlContext.open(config) as context,
        crawling(context.archive, "warraq worker", alone=False),
        host_locks(context.archive) as holds,
    ):
        registry.prepare()
        prepare(context)
        worker = Worker(
            context, registry, sources, holds=holds, name=name, pace=pace or WorkerTimings(), on_event=on_event
        )
        with alerting(context.archive, config, is_stopping=lambda: context.fatal is not None):
            reactor.run(until_stopped(context, worker.run()))
        if context.fatal is not None:
            raise context.fatal
    if context.config.gather is not None:  # the last file is closed now
        _gather(context)
    return not worker.given_back


def enqueue(config: Config, sources: Mapping[str, Source], *, pace: WorkerTimings | None = None) -> None:
    """Do the common maintenance and crawl nothing, until interrupted.

    Raises ConfigError, StorageError as `work` does.
    """
    registry = registry_of(config)

    async def for_ever(archive: Archive) -> None:
        async with queue_of(registry).open_async() as app:
            await run_maintenance(app, archive, registry, sources, pace or WorkerTimings())

    with Archive.open(config.archive, warc=config.warc, gather=config.gather) as archive, suppress(KeyboardInterrupt):
        registry.prepare()
        asyncio.run(for_ever(archive))


class Worker:
    """One process of the worker pool."""

    def __init__(
        self,
        context: CrawlContext,
        registry: WorkerRegistry,
        sources: Mapping[str, Source],
        *,
        holds: HostLocks,
        name: str | None,
        pace: WorkerTimings,
        on_event: OnEvent | None,
    ) -> None:
        self._context = context
        self._registry = registry
        self._sources = sources
        self._holds = context.host_queue.holds = holds
        self._name = name or f"{socket.gethostname()}-{os.getpid()}"
        self._pace = pace
        self._on_event = on_event
        self._pages = 0
        self._struck_out = asyncio.Event()
        #: Crawls that were unfinished when this worker ended.
        self.given_back = 0
        context.on_event = self._count
        self._app = open_jobs(registry, crawl=self._crawl, entered=self._entered, heartbeat=self._heartbeat)

    async def run(self) -> None:
        """Work until `context.stopping`. Raises StorageError if the queue is lost."""
        gathering = asyncio.ensure_future(_gather_for_ever(self._context))
        letting_go = asyncio.ensure_future(_let_go_for_ever(self._context, self._holds))
        async with self._app.open_async():
            while not self._context.stopping:
                self._struck_out.clear()
                await self._work_as_one()
        letting_go.cancel()
        await gathering

    async def _work_as_one(self) -> None:
        """Work under one number of the registry, until stopped or removed."""
        working = asyncio.ensure_future(
            self._app.run_worker_async(
                name=self._name,
                concurrency=self._context.config.concurrency,
                install_signal_handlers=False,
                fetch_job_polling_interval=_CHECK_S,
                delete_jobs="successful",
                update_heartbeat_interval=self._pace.heartbeat_s,
                stalled_worker_timeout=self._pace.stalled_s,
            )
        )
        common = run_maintenance(self._app, self._context.archive, self._registry, self._sources, self._pace)
        duty = asyncio.ensure_future(common)
        ends = [asyncio.ensure_future(event.wait()) for event in (self._context.halt, self._struck_out)]
        await asyncio.wait({working, duty, *ends}, return_when=asyncio.FIRST_COMPLETED)
        lost = working.done() or duty.done()
        if self._struck_out.is_set():
            logger.warning(
                "%s was silent for too long and was removed; it drops its work and registers again", self._name
            )
            for running in list(self._context.crawling):
                running.cancel()
        elif lost:
            self._context.stop(
                _failure(duty) or _failure(working) or StorageError("the job queue was lost; start the worker again")
            )
        for task in (duty, working, *ends):
            task.cancel()
        # When cancelled, Procrastinate takes no more jobs, and waits for running ones: they end soon, as the context is
        # stopping.
        (_, ended, *_) = await asyncio.gather(duty, working, *ends, return_exceptions=True)
        if isinstance(ended, Exception) and not lost and not self._struck_out.is_set():
            raise StorageError(f"the job queue was lost: {_first_line(ended)}") from ended

    async def _crawl(self, key: str) -> None:
        """Run one job."""
        source = self._sources.get(key)
        if source is None:
            raise ConfigError(f"there is no source {key!r} here; give all workers the same --sources")
        archive = self._context.archive
        run = await self._context.writer.run(archive.start_run, "crawl", [key])
        result = await crawl_source(self._context, source, seconds=SLICE_S, force=False)
        if self._context.fatal is None:
            await self._context.writer.run(
                archive.finish_run, run, outcome=result.outcome, counts=result.counts.as_dict()
            )
        if result.outcome == "interrupted":
            self.given_back += 1
            raise GivenBack(key)
        if _was_idle(result) and await asyncio.to_thread(self._is_due, key):
            raise GivenBack(key, IDLE_S)

    def _is_due(self, key: str) -> bool:
        known = due(self._context.archive).get(key)
        return known is not None and known.rank(utc_now()) is not None

    async def _entered(self, number: int) -> None:
        await asyncio.to_thread(
            self._registry.register, number, name=self._name, machine=this_machine(), pid=os.getpid()
        )

    async def _heartbeat(self, number: int) -> None:
        if not await asyncio.to_thread(self._registry.live, number, pages=self._pages):
            self._struck_out.set()

    def _count(self, event: Event) -> None:
        self._pages += event.result not in ("poll", "error")
        if self._on_event is not None:
            self._on_event(event)


async def _let_go_for_ever(context: CrawlContext, holds: HostLocks) -> None:
    """Release unused hosts to the other workers."""
    while True:
        await asyncio.sleep(1.0)
        for host in context.host_queue.let_go():
            await asyncio.to_thread(holds.give, host)


async def _gather_for_ever(context: CrawlContext) -> None:
    """Gather closed WARC files until the context stops."""
    while context.config.gather is not None and not context.stopping:
        await asyncio.to_thread(_gather, context)
        with suppress(TimeoutError):
            await asyncio.wait_for(context.halt.wait(), GATHER_S)


def _gather(context: CrawlContext) -> None:
    """Gather once. An unreachable destination stops no crawl: the files stay here, and are retried."""
    try:
        for taken in gather(context.archive.warc.folder, Gathering(context.config.gather or "")):
            if taken.result == "new":
                logger.info("gathered %s, %d bytes", taken.name, taken.bytes)
    except StorageError as error:
        logger.warning("WARC files cannot be gathered yet: %s", error)


def _was_idle(result: RunResult) -> bool:
    return not result.counts.offered and not result.counts.polls


def _failure(task: "asyncio.Future[None]") -> Exception | None:
    error = task.exception() if task.done() and not task.cancelled() else None
    if error is None or isinstance(error, StorageError):
        return error
    return StorageError(f"the job queue was lost: {_first_line(error)}")


def _first_line(error: BaseException) -> str:
    cause = error.__cause__ or error
    return next(iter(str(cause).splitlines()), "") or type(cause).__name__
