"""Frontier spider: fetches pages claimed by the scheduler, and passes each response to the stages."""

import logging
from abc import ABCMeta, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.config import NoArchive
from crawler.counts import CrawlCounts, Event
from crawler.fetching.failures import failure_of, is_refusal
from crawler.fetching.http import host_of
from crawler.fetching.request_context import MAX_PAGE_BYTES, RequestContext
from crawler.fetching.responses import fetched_from
from crawler.fetching.unchanged import mark_unchanged
from crawler.middlewares.stored_redirect import LeadsToStored
from crawler.politeness.host_queue import HostResting, Stopped
from crawler.sources.source import Source
from crawler.spiders.in_context import ContextSpider
from crawler.spiders.scheduling import CrawlScheduler
from pipelines.extraction.judge import judge
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

#: Claims are taken so many seconds ahead of their turn at the host, and never more than so many.
AHEAD_S = 2.0
MOST_AHEAD = 16


class FrontierSpider(ContextSpider, metaclass=ABCMeta):
    """A crawl whose pages come from the frontier; the base of all our spiders, and a `ScheduledCrawl`.

    Not derived from `abc.ABC`: zope marks that class with an attribute that no instance has, and a feed export of
    Scrapy reads every attribute of its spider.
    """

    #: Accept a page from another site than the source's.
    anywhere = False
    #: Set by the scheduler when it opens.
    scheduler: CrawlScheduler

    def __init__(
        self,
        limit: int | str | None = None,
        revisit: bool = False,
        **kwargs: Any,
    ) -> None:
        """Args:
        limit: maximum pages to fetch.
        revisit: revisit every page that still has scheduled revisits, now.
        """
        super().__init__(**kwargs)
        self.limit = int(limit) if limit is not None else None
        self.revisit = revisit
        #: The turn is over: nothing more is claimed, claimed work is finished.
        self.over = False
        self.counts = CrawlCounts()

    # What a crawl is about

    @property
    @abstractmethod
    def frontier_key(self) -> str | None:
        """Source key of the frontier rows to fetch."""

    @property
    @abstractmethod
    def delay_s(self) -> float:
        """Seconds between two requests to one host."""

    @property
    @abstractmethod
    def host_concurrency(self) -> int:
        """Concurrent requests to one host."""

    @abstractmethod
    def source_of(self, url: str) -> Source | None:
        """The source that a page belongs to; None if it is not known."""

    @property
    def revisit_budget(self) -> int | None:
        """Revisits an hour; None: no bound."""
        return None

    def declare(self) -> None:
        """Tell the archive what this crawl is about. Called on the writer's thread."""

    def declared(self) -> None:
        """The archive knows the source now."""

    def wants(self, url: str) -> bool:
        """Whether a link on an article page belongs in the frontier."""
        return False

    def noarchive_of(self, url: str) -> NoArchive:
        """Treatment of a page that asks not to be archived."""
        source = self.source_of(url)
        return (source.noarchive if source is not None else None) or self.context.config.noarchive

    # What the scheduler may claim

    @property
    def in_hand(self) -> int:
        """Number of claims per batch: what the host accepts in `AHEAD_S`, so that news never waits in a long queue."""
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

    def claim_endpoints(self, *, owner: str, limit: int, since: datetime) -> list[EndpointClaim]:
        """Lease endpoints that are due. Called on the writer's thread."""
        return []

    def walk_steps(self) -> list[StepClaim]:
        """The next listings of a walk. Called on the writer's thread."""
        return []

    async def give_back(self) -> None:
        """The crawl ends: give back what the spider itself holds."""

    # Requests

    async def start(self) -> AsyncIterator[Request]:
        """Yield nothing: the scheduler takes everything from the frontier."""
        nothing: tuple[Request, ...] = ()
        for one in nothing:
            yield one

    def endpoint_request(self, endpoint: EndpointClaim) -> Request | None:
        """The request for an endpoint; None if its URL can never be one."""
        return None

    async def walk_requests(self, steps: Sequence[StepClaim]) -> list[Request]:
        """Requests for listings."""
        return []

    async def page_request(self, claim: Claim) -> Request | None:
        """The request for a page; None, and the claim is settled, if its URL can never be one."""
        request_context = RequestContext(claim=claim, url=claim.url, key=claim.key)
        made = self.request_for(request_context, self.parse, maxsize=MAX_PAGE_BYTES)
        if isinstance(made, Request):
            return made
        source = self.source_of(claim.url) if self.frontier_key is not None else None
        visit = Visit(
            claim=claim, url=claim.url, key=claim.key, source=self.frontier_key, outcome=made,
            schedule=source.schedule if source is not None else (),
        )  # fmt: skip
        self.settled(visit, await self.context.writer.run(self.context.archive.store, visit))
        return None

    def request_for(
        self, request_context: RequestContext, callback: Callable[[Response], object], *, maxsize: int
    ) -> Request | Failure:
        """The request of a context; a Failure if its URL can never be one."""
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
        source = self.source_of(response.url)
        fetched = fetched_from(response, source=source, anywhere=self.anywhere)
        yield mark_unchanged(replace(fetched, schedule=source.schedule if source else ()), response)

    def _preview(self, response: Response) -> Iterable[Record]:
        """Return the article of an unstored page, as a plain item; nothing if there is none."""
        request_context = RequestContext(url=response.url, key=canonical_key(response.url))
        response.meta["request_context"] = request_context
        page = fetched_from(response, source=self.source_of(response.url)).page
        outcome = judge(page).outcome if page is not None else None
        if isinstance(outcome, Article):
            yield article_record(outcome)
        elif isinstance(outcome, NotArticle):
            logger.warning("%s is not an article: %s", response.url, outcome.reason)

    async def failed(self, failure: TwistedFailure) -> AsyncIterator[Fetched]:
        """Handle a request without a response."""
        request: Request = failure.request  # type: ignore[attr-defined]
        request_context: RequestContext = request.meta["request_context"]
        error: BaseException = failure.value  # type: ignore[assignment]  # Twisted types it as optional
        if isinstance(error, HostResting):
            self.host_rests(request, request_context, error.seconds)
            return
        if isinstance(error, (Stopped, StorageError)):
            return  # the lease is released at the end, as if it had never been taken
        source = self.source_of(request_context.url)
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
        outcome = failure_of(error, refused_host=self.context.refused_host(host_of(request)))
        if not await self.listing_failed(request_context, outcome):
            yield replace(fetched, failure=outcome)

    def host_rests(self, request: Request, request_context: RequestContext, seconds: float) -> None:
        """The host takes no request for so many seconds: the scheduler keeps it until then."""
        self.scheduler.put_back(request)

    async def listing_failed(self, request_context: RequestContext, failure: Failure) -> bool:
        """Settle a failed request for a listing; False if it was for a page."""
        return False

    # Accounting

    def settled(self, visit: Visit, stored: Stored) -> None:
        """Count the result of storing a visit, and notify the observer."""
        outcome = visit.outcome
        self.context.backlog.freed()
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
        self.count(result, visit.url, reason, new_urls=stored.new_urls, title=title, article_id=stored.article_id)

    def count(
        self,
        result: str,
        url: str,
        reason: str,
        *,
        new_urls: int = 0,
        title: str = "",
        article_id: int | None = None,
    ) -> None:
        """Count the result for a page, and notify the observer."""
        self.counts.results[result] += 1
        if reason:
            self.counts.reasons[result, reason] += 1
        self.crawler.stats.inc_value(f"archive/{result}")
        self.tell(url, result, reason=reason, new_urls=new_urls, title=title, article_id=article_id)

    def tell(
        self,
        url: str,
        result: str,
        *,
        reason: str = "",
        new_urls: int = 0,
        title: str = "",
        article_id: int | None = None,
    ) -> None:
        """Notify the observer."""
        if self.context.on_event is not None:
            event = Event(
                source=self.frontier_key, url=url, result=result, reason=reason, new_urls=new_urls, title=title,
                article_id=article_id, counts=self.counts,
            )  # fmt: skip
            self.context.on_event(event)
