"""Run crawls and captures in one process, in parallel, from opening the archive to closing the account."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Literal, TypeVar

from scrapy.crawler import Crawler
from scrapy.settings import Settings

from crawler.alerting.alert_thread import alerting
from crawler.backfill.progress import OnProgress
from crawler.backfill.walk import BackfillRequest
from crawler.config import Config
from crawler.context import CrawlContext
from crawler.counts import CrawlCounts, Event, OnEvent
from crawler.engine import reactor
from crawler.engine.components import load_components
from crawler.engine.loader import spider_of
from crawler.engine.scheduler import FrontierScheduler, scraped
from crawler.engine.settings import scrapy_settings
from crawler.fetching.request_context import RequestContext
from crawler.sources.source import Source, source_of
from crawler.spiders.backfill import BackfillSpider
from crawler.spiders.capture import CapturedPage, CaptureSpider
from crawler.spiders.frontier import FrontierSpider
from crawler.spiders.pending import PendingSpider
from pipelines.boilerplate.relearn import relearn
from pipelines.extraction.allocator import give_back_freed_memory
from pipelines.extraction.pool import ExtractionError
from pipelines.page import Page
from pipelines.stages import Fetched, judged, visit_of
from pipelines.urls.canonical import canonical_key
from storage.errors import StorageError
from storage.model.visit import Snapshot, Stored
from storage.operations.archive_lock import crawling

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: "done": the account balances; "failed": nothing could be fetched; "interrupted": stopped by a signal, state saved.
Outcome = Literal["done", "partial", "failed", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """Result of the crawl of one source."""

    #: None: captures.
    source: str | None
    counts: CrawlCounts
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureResult(RunResult):
    """Result of a capture."""

    #: In the order of their results; a URL is missing if the capture was interrupted before.
    pages: tuple[CapturedPage, ...]


class _StopRequests:
    """The first signal ends claiming and lets claimed pages finish; the second, or the end of the grace period, ends at
    once."""

    def __init__(self, context: CrawlContext) -> None:
        self._context = context
        self.signals = 0
        self.now = asyncio.Event()

    def __call__(self) -> None:
        self.signals += 1
        self._context.stop()
        if self.signals > 1:
            self.now.set()
        else:
            logger.warning("finishing claimed pages; a second signal stops at once")
            asyncio.get_running_loop().call_later(self._context.config.grace_s, self.now.set)


def crawl(
    config: Config,
    sources: Sequence[Source],
    *,
    on_event: OnEvent | None = None,
    limit: int | None = None,
    force: bool = True,
    revisit: bool = False,
) -> list[RunResult]:
    """Crawl sources in parallel, those on one host sequentially; blocks until all is done or a signal arrives.

    Args:
        limit: maximum pages to fetch per source.
        force: poll the declared endpoints now, even if they are not due.
        revisit: revisit every page that still has scheduled revisits, now and without a budget.

    Raises:
        StorageError: the archive cannot be opened or written.
    """

    async def work(context: CrawlContext) -> list[RunResult]:
        crawl_one = partial(crawl_source, context, limit=limit, force=force, revisit=revisit)
        return await _crawl_all(context, sources, crawl_one)

    return _run(config, "crawl", sources, work, on_event)


def backfill(
    config: Config,
    source: Source,
    order: BackfillRequest,
    *,
    on_event: OnEvent | None = None,
    on_progress: OnProgress | None = None,
    limit: int | None = None,
) -> RunResult:
    """Walk a date range of a source's past and fetch what was found; blocks. Running it again resumes it.

    Args:
        on_progress: receives the progress at the beginning, after every step, and at the end.
        limit: maximum pages to fetch; listings do not count.

    Raises:
        StorageError: the archive cannot be opened or written.
    """
    spider = type(f"{source.key.title()}Backfill", (BackfillSpider,), {"name": source.key, "source": source})

    async def work(context: CrawlContext) -> list[RunResult]:
        return [await _run_spider(context, spider, source=source, limit=limit, order=order, on_progress=on_progress)]

    return _run(config, "backfill", [source], work, on_event)[0]


def capture(
    config: Config,
    urls: Iterable[str],
    sources: dict[str, Source],
    *,
    on_event: OnEvent | None = None,
    obey_robots: bool = True,
) -> CaptureResult:
    """Fetch URLs once, now, and store the result. `sources`: the known ones, matched by host.

    Raises:
        BadUrl: one of the URLs cannot be a page's.
        StorageError: the archive cannot be opened or written.
    """
    request_contexts = [RequestContext(url=url, key=canonical_key(url)) for url in urls]

    pages: dict[str, CapturedPage] = {}

    def collect(event: Event) -> None:
        pages[event.url] = CapturedPage(
            url=event.url, result=event.result, reason=event.reason, article_id=event.article_id
        )
        if on_event is not None:
            on_event(event)

    async def work(context: CrawlContext) -> list[RunResult]:
        context.obey_robots = obey_robots
        result = await _run_spider(
            context,
            CaptureSpider,
            source=None,
            request_contexts=request_contexts,
            sources=sources,
        )
        return [result]

    (result,) = _run(config, "capture", [], work, collect)
    return CaptureResult(source=None, counts=result.counts, outcome=result.outcome, pages=tuple(pages.values()))


def fetch_pending(
    config: Config, sources: dict[str, Source], *, on_event: OnEvent | None = None, limit: int | None = None
) -> RunResult:
    """Fetch pending URLs of the frontier without a source, `limit` at most. Raises StorageError."""

    async def work(context: CrawlContext) -> list[RunResult]:
        return [await _run_spider(context, PendingSpider, source=None, sources=sources, limit=limit)]

    return _run(config, "capture", [], work, on_event)[0]


def capture_html(
    config: Config, html: bytes, url: str, sources: dict[str, Source], *, fetched_at: datetime | None = None
) -> tuple[Fetched, Stored]:
    """Store a saved page as if it had been fetched from `url`.

    Its bytes are stored as a WARC `resource` record, because no server response was observed; its status is 0.

    Raises:
        BadUrl, ExtractionError, StorageError.
    """
    source = source_of(url, sources)
    page = Page(
        url=url,
        body=html,
        fetched_at=fetched_at or datetime.now(UTC),
        source=source.key if source else None,
        timezone=source.timezone if source else None,
        article_url=(source.article_url or None) if source else None,
        selectors=source.selectors(url) if source else {},
    )
    with CrawlContext.open(config) as context:
        if source is not None:
            context.put_source(source)
        fetched = Fetched(
            url=url, key=canonical_key(url), source=page.source, page=page, snapshot=_kept_by_hand(context, page)
        )
        try:
            fetched = judged(fetched, asyncio.run(context.pool.extract(page)))
        except ExtractionError as error:
            fetched = judged(fetched, error)
        return fetched, context.archive.store(visit_of(fetched, wanted=lambda _: False))


def _kept_by_hand(context: CrawlContext, page: Page) -> Snapshot:
    record = context.archive.warc.write_resource(
        url=page.url, body=page.body, media_type="text/html", fetched_at=page.fetched_at
    )
    return Snapshot(
        url=page.url,
        fetched_at=page.fetched_at,
        status=0,
        media_type="text/html",
        payload_sha256=record.payload_sha256,
        record=record.location,
    )


async def crawl_source(
    context: CrawlContext,
    source: Source,
    *,
    limit: int | None = None,
    seconds: float | None = None,
    force: bool = True,
    revisit: bool = False,
    learn: bool = True,
) -> RunResult:
    """Crawl one source on a running loop; for `warraq watch` and workers. The reactor must be started.

    Args:
        limit: maximum pages to fetch.
        seconds: time after which nothing more is claimed; None: until nothing is due.
        force: poll the declared endpoints now, even if they are not due.
        revisit: revisit every page that still has scheduled revisits, now and without a budget.
        learn: look for new boilerplate afterwards, if anything is new. It reads the newest articles of the source.
    """
    if context.stopping:
        return RunResult(source=source.key, counts=CrawlCounts(), outcome="interrupted")
    result = await _run_spider(
        context, spider_of(source), source=source, seconds=seconds, limit=limit, force=force, revisit=revisit
    )
    if learn and result.counts.new:
        await _learn(context, source)
    return result


async def _learn(context: CrawlContext, source: Source) -> None:
    """Look for new boilerplate of a source when its turn comes, unless the crawl is being stopped by then."""
    async with context.learning:
        if context.stopping:
            return
        learned = await asyncio.to_thread(relearn, context.archive, source.key, write=context.writer.call)
    logger.info("%s: %d blocks learned, %d articles cleaned", source.key, learned.new_blocks, learned.cleaned)


#: What a run does with its context.
_Work = Callable[[CrawlContext], Coroutine[object, object, "list[RunResult]"]]


def _run(
    config: Config, kind: str, sources: Sequence[Source], work: _Work, on_event: OnEvent | None
) -> list[RunResult]:
    with CrawlContext.open(config, on_event=on_event) as context, _crawl_lock(context, kind):
        prepare(context)
        run_id = context.writer.call(context.archive.start_run, kind, [source.key for source in sources])
        with alerting(context.archive, config, is_stopping=lambda: context.stopping):
            results: list[RunResult] = reactor.run(until_stopped(context, work(context)))
        if context.fatal is not None:
            raise context.fatal
        total = CrawlCounts()
        for result in results:
            total.add(result.counts)
        outcome = _outcome(context, total)
        context.writer.call(context.archive.finish_run, run_id, outcome=outcome, counts=total.as_dict())
        return results


def prepare(context: CrawlContext) -> None:
    """Start the reactor, guard its look-ups, and import what crawls need, before the loop runs."""
    give_back_freed_memory()
    context.refused_host = reactor.resolver(allow_private=context.config.allow_private).refused
    load_components(Settings(scrapy_settings(context.config)))


def _crawl_lock(context: CrawlContext, kind: str) -> AbstractContextManager[None]:
    """Lock the archive: a crawl must not run together with a watch, which uses the same hosts.

    A person's capture may.
    """
    return nullcontext() if kind == "capture" else crawling(context.archive, f"warraq {kind}", alone=False)


async def until_stopped(context: CrawlContext, work: Coroutine[object, object, T]) -> T:
    """Run work that ends early if `context.stopping` is set: the first signal sets it, the second ends the crawls at
    once."""
    interrupt = _StopRequests(context)
    task = asyncio.ensure_future(work)
    now = asyncio.ensure_future(interrupt.now.wait())
    try:
        with reactor.on_signals(interrupt):  # to the end: further signals must not interrupt the release
            await asyncio.wait({task, now}, return_when=asyncio.FIRST_COMPLETED)
            now.cancel()
            if not task.done():
                logger.warning("stopped with claimed pages; they are released")
                for running in list(context.crawling):
                    running.cancel()
            return await task
    finally:
        if interrupt.signals:  # nor what follows it: alerts, and the account of the run
            context.ignore_signals()


async def _crawl_all(
    context: CrawlContext, sources: Sequence[Source], crawl_one: Callable[[Source], Awaitable[RunResult]]
) -> list[RunResult]:
    hosts: dict[str, list[Source]] = {}
    for source in sources:
        hosts.setdefault(source.host, []).append(source)
    at_once = asyncio.Semaphore(context.config.concurrency)

    async def one_after_another(group: list[Source]) -> list[RunResult]:
        async with at_once:
            return [await crawl_one(source) for source in group]

    groups = await asyncio.gather(*(one_after_another(group) for group in hosts.values()))
    found = {result.source: result for group in groups for result in group}
    return [found[source.key] for source in sources]


async def _run_spider(
    context: CrawlContext,
    spider: type[FrontierSpider],
    *,
    source: Source | None,
    seconds: float | None = None,
    **given: object,
) -> RunResult:
    settings = Settings(scrapy_settings(context.config))
    if source is not None:
        # One source has few requests in flight: its host takes one at a time, and the next few are ready.
        settings.set("CONCURRENT_REQUESTS", min(context.config.concurrency, 2 * source.concurrency + 2))
    crawler = Crawler(spider, settings)
    running = asyncio.ensure_future(crawler.crawl_async(context=context, **given))
    context.crawling.add(running)
    running.add_done_callback(context.crawling.discard)
    timer = asyncio.get_running_loop().call_later(seconds, _call_time, crawler) if seconds is not None else None
    try:
        with context.backlog.counting(partial(_unstored_bytes, crawler)):
            await running
    except StorageError as error:
        context.stop(error)
    except asyncio.CancelledError:
        logger.debug("ended at once")
    finally:
        if timer is not None:
            timer.cancel()
    # When `until_stopped` ends it, the engine exits without closing: requests in flight are dropped, their leases
    # released.
    scheduler: FrontierScheduler | None = getattr(crawler.spider, "scheduler", None)
    if scheduler is not None:
        await scheduler.finish()
        if scheduler.broken is not None:
            raise scheduler.broken
    counts = crawler.spider.counts if isinstance(crawler.spider, FrontierSpider) else CrawlCounts()
    return RunResult(source=source.key if source else None, counts=counts, outcome=_outcome(context, counts))


def _unstored_bytes(crawler: Crawler) -> int:
    """Bytes of the pages of a crawl that wait to be read or stored."""
    slot = scraped(crawler)
    return slot.active_size if slot is not None else 0


def _call_time(crawler: Crawler) -> None:
    if crawler.spider is not None:
        crawler.spider.over = True  # type: ignore[attr-defined]


def _outcome(context: CrawlContext, counts: CrawlCounts) -> Outcome:
    if context.stopping:
        return "interrupted"
    if counts.polls and counts.poll_errors == counts.polls and not counts.done:
        return "failed"
    return "done" if counts.closes and not counts.results["failed"] and not counts.poll_errors else "partial"
