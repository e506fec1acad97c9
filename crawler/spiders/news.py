"""News spider: polls a source's endpoints, fetches the listed URLs, passes every response to the stages."""

import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.config import NoArchive
from crawler.context import CrawlContext
from crawler.counts import CrawlCounts, Event
from crawler.discovery.discover import discover
from crawler.discovery.found import Found
from crawler.discovery.polls import Poll, poll_of
from crawler.fetching.failures import failure_of, is_refusal
from crawler.fetching.http import host_of
from crawler.fetching.request_context import MAX_ENDPOINT_BYTES, MAX_PAGE_BYTES, RequestContext
from crawler.fetching.responses import fetched_from, plain_headers
from crawler.fetching.unchanged import looked
from crawler.middlewares.crawl import set_by_user, without_archive
from crawler.middlewares.stored_redirect import LeadsToStored
from crawler.politeness.host_queue import HostResting, Stopped
from crawler.sources.source import Source
from pipelines.extraction.judge import judge
from pipelines.extraction.pool import ExtractionError
from pipelines.stages import Fetched
from pipelines.urls.canonical import canonical_key
from storage.crawl_state.backfills import StepClaim
from storage.crawl_state.endpoints import EndpointClaim
from storage.errors import StorageError
from storage.export.columns import Record, article_record
from storage.model.address import Claim
from storage.model.article import Article, NotArticle
from storage.model.visit import Alias, Failure, Stored, Unchanged, Visit

logger = logging.getLogger(__name__)

#: Maximum seconds of a worker for an endpoint: 50 MB of sitemap need some six.
DISCOVER_S = 30.0
#: Claims are taken so many seconds ahead of their turn at the host, and never more than so many.
AHEAD_S = 2.0
MOST_AHEAD = 16


class NewsSpider(Spider):
    """A crawl of one source. `crawler/engine/loader.py` makes a subclass for each source file."""

    name = "news"
    source: ClassVar[Source]

    def __init__(
        self,
        context: CrawlContext | None = None,
        limit: int | str | None = None,
        force: bool = True,
        revisit: bool = False,
        **kwargs: Any,
    ) -> None:
        """Args:
        context: None: `scrapy crawl` runs this spider alone; a context is opened from the environment.
        limit: maximum pages to fetch.
        force: poll the declared endpoints now, even if they are not due.
        revisit: revisit every page that still has scheduled revisits, now.
        """
        super().__init__(**kwargs)
        self._owns_context = context is None
        self.context: CrawlContext = context  # type: ignore[assignment]  # set in from_crawler where it is None
        self.limit = int(limit) if limit is not None else None
        self.force = force
        self.revisit = revisit
        self.polls = True
        #: Accept a page from another site than the source's.
        self.anywhere = False
        #: The turn is over: nothing more is claimed, claimed work is finished.
        self.over = False
        self.counts = CrawlCounts()
        self.scheduler: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        if spider._owns_context and _driven_by_command(cls):
            spider.context = without_archive(crawler.settings["WARRAQ_CONFIG"])
            return spider
        if spider._owns_context:
            spider.context = CrawlContext.open(crawler.settings["WARRAQ_CONFIG"])
            crawler.signals.connect(spider._close_context, signal=signals.spider_closed)
        return spider

    # Called by the scheduler and the middlewares

    @property
    def frontier_key(self) -> str | None:
        """Source key of the frontier rows to fetch."""
        return self.source.key

    @property
    def delay_s(self) -> float:
        """Seconds between two requests to one host."""
        given = self.context.config.delay_s
        return set_by_user(self.crawler.settings, "DOWNLOAD_DELAY", self.source.delay_s if given is None else given)

    @property
    def host_concurrency(self) -> int:
        """Concurrent requests to one host."""
        return int(set_by_user(self.crawler.settings, "CONCURRENT_REQUESTS_PER_DOMAIN", self.source.concurrency))

    @property
    def in_hand(self) -> int:
        """Claims taken at once: what the host takes in `AHEAD_S`, so that fresh news never waits behind a long queue."""
        few = max(2, self.crawler.settings.getint("CONCURRENT_REQUESTS") // 2)
        return max(few, min(MOST_AHEAD, int(AHEAD_S / self.delay_s) if self.delay_s > 0 else MOST_AHEAD))

    @property
    def room(self) -> int:
        """Pages that may still be claimed."""
        if self.over:
            return 0
        return self.in_hand if self.limit is None else max(0, self.limit - self.counts.offered)

    @property
    def walking(self) -> bool:
        """Whether listings are walked, and no page may be claimed before that ends."""
        return False

    @property
    def walks(self) -> bool:
        """Whether listings are walked at all: `walk_steps` then keeps a state in memory."""
        return False

    def walk_steps(self) -> list[StepClaim]:
        """The next listings of a walk. Called on the writer's thread."""
        return []

    async def walk_requests(self, steps: Sequence[StepClaim]) -> list[Request]:
        """Requests for listings."""
        return []

    async def give_back(self) -> None:
        """The crawl ends: give back what the spider itself holds."""

    def wants(self, url: str) -> bool:
        """Whether a link on an article page belongs in the frontier: only if the source is to be walked."""
        return self.source.follow and bool(self.source.article_url) and self.source.matches(url)

    def noarchive_of(self, url: str) -> NoArchive:
        """Treatment of a page that asks not to be archived."""
        source = self._source_of(url)
        return (source.noarchive if source is not None else None) or self.context.config.noarchive

    def declare(self) -> None:
        """Tell the archive who this source is and where it announces its articles. Called on the writer's thread."""
        source = self.source
        self.context.put_source(source)
        self.context.archive.endpoints.declare(source.key, [(one.url, one.kind) for one in source.endpoint])

    def declared(self) -> None:
        """The archive knows the source now."""

    async def start(self) -> AsyncIterator[Any]:
        """Yield nothing: the scheduler takes everything from the frontier."""
        nothing: tuple[Any, ...] = ()
        for one in nothing:
            yield one

    # Requests

    def endpoint_request(self, endpoint: EndpointClaim) -> Request | None:
        """The request for an endpoint; None if its URL can never be one."""
        request_context = RequestContext(endpoint=endpoint, url=endpoint.url)
        made = self._request(request_context, self.parse_endpoint, maxsize=MAX_ENDPOINT_BYTES)
        return made if isinstance(made, Request) else None

    async def page_request(self, claim: Claim) -> Request | None:
        """The request for a page; None, and the claim is settled, if its URL can never be one."""
        request_context = RequestContext(claim=claim, url=claim.url, key=claim.key)
        made = self._request(request_context, self.parse, maxsize=MAX_PAGE_BYTES)
        if isinstance(made, Request):
            return made
        visit = Visit(
            claim=claim, url=claim.url, key=claim.key, source=self.frontier_key, outcome=made,
            schedule=self.source.schedule if self.frontier_key is not None else (),
        )  # fmt: skip
        self.settled(visit, await self.context.writer.run(self.context.archive.store, visit))
        return None

    def _request(self, request_context: RequestContext, callback: Any, *, maxsize: int) -> Request | Failure:
        meta = {"request_context": request_context, "download_maxsize": maxsize}
        try:
            return Request(request_context.url, callback=callback, errback=self.failed, dont_filter=True, meta=meta)
        except ValueError as error:
            return Failure(reason=f"bad address: {str(error)[:80]}", final=True)

    # Responses

    def parse(self, response: Response) -> Iterable[Fetched | Record]:
        """Pass a page to the stages; under `scrapy parse`, show its article."""
        if "request_context" not in response.meta:
            yield from self._preview(response)
            return
        source = self._source_of(response.url)
        fetched = fetched_from(response, source=source, anywhere=self.anywhere)
        yield looked(replace(fetched, schedule=source.schedule if source else ()), response)

    def _preview(self, response: Response) -> Iterable[Record]:
        """Return the article of an unstored page, as a plain item; nothing if there is none."""
        request_context = RequestContext(url=response.url, key=canonical_key(response.url))
        response.meta["request_context"] = request_context
        page = fetched_from(response, source=self._source_of(response.url)).page
        outcome = judge(page).outcome if page is not None else None
        if isinstance(outcome, Article):
            yield article_record(outcome)
        elif isinstance(outcome, NotArticle):
            logger.warning("%s is not an article: %s", response.url, outcome.reason)

    async def parse_endpoint(self, response: Response) -> None:
        """Parse an endpoint in a worker, and store its content."""
        request_context: RequestContext = response.meta["request_context"]
        endpoint = request_context.endpoint
        assert endpoint is not None
        found: Found | None = None
        error = None
        if response.status == 200:
            try:
                found = await self._discovered(response, endpoint)
                error = None if found.kind else "; ".join(found.problems) or "nothing that we know"
            except ExtractionError as problem:
                error = f"cannot be read: {problem.reason}"
        elif response.status != 304:
            error = f"http {response.status}"
        await self._settle(poll_of(self.source, endpoint, response, found, error=error, bounds=self.context.bounds))

    async def _discovered(self, response: Response, endpoint: EndpointClaim) -> Found:
        return await self.context.pool.run(
            discover_by_place,
            response.body,
            response.url,
            plain_headers(response),
            endpoint.kind,
            self.source.article_url,
            timeout=DISCOVER_S,
        )

    async def _settle(self, poll: Poll) -> None:
        try:
            new = await self.context.writer.run(self._store_poll, poll)
        except StorageError as error:
            self.context.stop(error)
            raise
        self.counts.polls += 1
        self.counts.discovered += new or 0
        self.counts.poll_errors += poll.error is not None and poll.claim.depth == 0
        if poll.error or poll.problems:
            logger.warning("%s: %s", poll.claim.url, poll.error or "; ".join(poll.problems))
        self.scheduler.polled(poll.claim)
        self._tell(poll.claim.url, "error" if poll.error else "poll", reason=poll.error or "", new_urls=new or 0)

    def _store_poll(self, poll: Poll) -> int | None:
        endpoints = self.context.archive.endpoints
        new = endpoints.settle(poll.claim, poll.outcome)
        if wakes := (*(poll.wakes_if_new if new else ()), *poll.wakes):
            endpoints.wake(self.source.key, wakes)
        return new

    async def failed(self, failure: TwistedFailure) -> Any:
        """Handle a request without a response."""
        request: Request = failure.request  # type: ignore[attr-defined]
        request_context: RequestContext = request.meta["request_context"]
        error: BaseException = failure.value  # type: ignore[assignment]  # Twisted types it as optional
        if isinstance(error, HostResting):
            if (
                request_context.claim is None
                and request_context.endpoint is None
                and error.seconds > self.context.config.patience_s
            ):
                self._count("failed", request_context.url, "host rests")  # a capture is not retried
            else:
                self.scheduler.put_back(request)
            return
        if isinstance(error, (Stopped, StorageError)):
            return  # the lease is released at the end, as if it had never been taken
        source = self._source_of(request_context.url)
        fetched = Fetched(
            claim=request_context.claim,
            url=request_context.url,
            key=request_context.key,
            source=source.key if source else None,
            schedule=source.schedule if source else (),
        )
        if isinstance(error, LeadsToStored):
            hops = (*request.meta["redirect_urls"][1:], request.url)
            yield replace(fetched, hops=hops, led_to=Alias(key=error.key))
            return
        host = host_of(request)
        outcome = failure_of(error, refused_host=self.context.refused_host(host))
        if request_context.endpoint is not None:
            poll = poll_of(
                self.source, request_context.endpoint, None, None, error=outcome.reason, bounds=self.context.bounds
            )
            await self._settle(poll)
            return
        yield replace(fetched, failure=outcome)

    # Accounting

    def settled(self, visit: Visit, stored: Stored) -> None:
        """Count the result of storing a visit, and notify the observer."""
        outcome = visit.outcome
        self.counts.discovered += stored.new_urls
        if isinstance(outcome, Failure):
            logger.info("%s: %s (%s)", visit.url, outcome.reason, stored.result)
        elif isinstance(outcome, NotArticle):
            logger.info("%s: not an article: %s %s", visit.url, outcome.reason, outcome.detail)
        if stored.new_urls or stored.result in ("retry", "lease_lost"):
            self.scheduler.woken()
        reason = "" if isinstance(outcome, (Article, Unchanged, Alias)) else outcome.reason
        title = outcome.title if isinstance(outcome, Article) else ""
        result = "refused" if stored.result == "failed" and is_refusal(reason) else stored.result
        self._count(result, visit.url, reason, new_urls=stored.new_urls, title=title)

    def _count(self, result: str, url: str, reason: str, *, new_urls: int = 0, title: str = "") -> None:
        self.counts.results[result] += 1
        if reason:
            self.counts.reasons[result, reason] += 1
        self.crawler.stats.inc_value(f"archive/{result}")
        self._tell(url, result, reason=reason, new_urls=new_urls, title=title)

    def _tell(self, url: str, result: str, *, reason: str = "", new_urls: int = 0, title: str = "") -> None:
        if self.context.on_event is not None:
            event = Event(
                source=self.frontier_key, url=url, result=result, reason=reason, new_urls=new_urls, title=title,
                counts=self.counts,
            )  # fmt: skip
            self.context.on_event(event)

    def _source_of(self, url: str) -> Source | None:
        return self.source

    def _close_context(self) -> None:
        self.context.close()


def _driven_by_command(spider: type[Spider]) -> bool:
    """Whether `scrapy parse`, `fetch` or `check` replaced the spider's requests with its own."""
    return spider.start.__module__.startswith("scrapy.commands.")


def discover_by_place(body: bytes, url: str, headers: dict[str, str], kind: Any, article_url: str) -> Found:
    """`discover` with positional arguments, as sent to a worker."""
    return discover(body, url=url, headers=headers, kind=kind, article_url=article_url)
