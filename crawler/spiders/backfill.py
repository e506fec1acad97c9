"""Backfill: a newspaper's past: walks its listings, then fetches what they named behind whatever else waits."""

import asyncio
from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.backfill.progress import BackfillProgress, OnProgress
from crawler.backfill.walk import BackfillRequest, BackfillWalk
from crawler.discovery.found import Found
from crawler.fetching.failures import failure_of
from crawler.fetching.http import host_of
from crawler.fetching.request_context import MAX_ENDPOINT_BYTES, RequestContext
from crawler.fetching.responses import plain_headers
from crawler.politeness.host_queue import HostResting, Stopped
from crawler.spiders.news import DISCOVER_S, NewsSpider, discover_by_place
from pipelines.extraction.pool import ExtractionError
from storage.crawl_state.backfills import StepClaim
from storage.errors import StorageError
from storage.model.visit import Stored, Visit

#: Steps in hand at once: the host takes one request, and the next stands ready.
_STEPS = 2


class BackfillSpider(NewsSpider):
    """A crawl of one source's past. Its feeds and sections are not polled."""

    def __init__(
        self, order: BackfillRequest | None = None, on_progress: OnProgress | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        assert order is not None
        self.order = order
        self.on_progress = on_progress
        self.polls = False
        self.walk: BackfillWalk
        self._told: set[str] = set()

    def declare(self) -> None:
        """Tell the archive of the source, and take the backfill up where it was."""
        super().declare()
        self.walk = BackfillWalk(self.context.archive, self.source, self.order)
        self._tell_walk()

    # What the scheduler asks

    @property
    def walking(self) -> bool:
        return self.walk.waits

    @property
    def room(self) -> int:
        """Pages that may still be taken: none for an estimate, one at a time while the walk needs it."""
        if self.order.estimate:
            return 0
        return min(1, super().room) if self.walk.probe is not None else super().room

    def walk_requests(self) -> Iterator[Request]:
        """Requests for the next pages of the walk."""
        if self.over or self.walk.is_over():
            return
        try:
            steps = self.walk.next_steps(max(_STEPS, 1 + self.host_concurrency))
        except Exception as error:
            self.context.stop(error)  # a scheduler that raises is asked again for ever
            raise
        for step in steps:
            request_context = RequestContext(step=step, url=step.url)
            request = self._request(request_context, self.parse_step, maxsize=MAX_ENDPOINT_BYTES)
            if request is None:
                self.walk.failed(step, status=None, error="bad address", final=True)
            else:
                yield request
        if self.walk.is_over():
            self._tell_walk()

    def give_back(self) -> None:
        """The crawl ends: steps in hand are given back, and how things stand is told."""
        self.walk.release()
        self._tell_walk()

    # Answers

    async def parse_step(self, response: Response) -> None:
        """Have a listing read by a worker, and store what it named."""
        step: StepClaim = response.meta["request_context"].step
        if response.status != 200:
            self._fail(step, f"http {response.status}", status=response.status)
            return
        kind = "sitemap" if step.how == "sitemap" else None
        try:
            found: Found = await self.context.pool.run(
                discover_by_place,
                response.body,
                response.url,
                plain_headers(response),
                kind,
                self.source.article_url,
                timeout=DISCOVER_S,
            )
        except ExtractionError as problem:
            reason = f"cannot be read: {problem.reason}"
            self._fail(step, reason, status=response.status, final=not problem.passing)
            return
        if found.kind is None:
            error = "; ".join(found.problems) or "nothing that we know"
            self._fail(step, error, status=response.status, final=True)
            return
        try:
            new = await asyncio.to_thread(
                self.walk.read, step, found, url=response.url, robots=self._robots_sitemaps(response)
            )
        except StorageError as error_:
            self.context.stop(error_)
            raise
        self.counts.polls += 1
        self.counts.discovered += new
        self.scheduler.woken()
        self._tell(step.url, "poll", new_urls=new)
        self._tell_walk()

    async def failed(self, failure: TwistedFailure) -> Any:
        """A request that brought no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]
        step = request.meta["request_context"].step
        if step is None:
            async for outcome in super().failed(failure):
                yield outcome
            return
        error: BaseException = failure.value  # type: ignore[assignment]  # Twisted types it as optional
        if isinstance(error, HostResting):
            self.scheduler.put_back(request)
            return
        if isinstance(error, (Stopped, StorageError)):
            return
        outcome = failure_of(error, refused_host=self.context.refused_host(host_of(request)))
        self._fail(step, outcome.reason, final=outcome.final)

    def settled(self, visit: Visit, stored: Stored) -> None:
        super().settled(visit, stored)
        if self.walk.probe is not None:
            self.walk.probed(visit.key)

    def _fail(self, step: StepClaim, error: str, *, status: int | None = None, final: bool = False) -> None:
        try:
            self.walk.failed(step, status=status, error=error, final=final)
        except StorageError as fatal:
            self.context.stop(fatal)
            raise
        self.counts.polls += 1
        # A day without a page, and a sitemap that is no more, are no mishap.
        self.counts.poll_errors += status not in (404, 410)
        self.scheduler.woken()
        self._tell(step.url, "error", reason=error)
        self._tell_walk()

    def _robots_sitemaps(self, response: Response) -> tuple[str, ...]:
        """The sitemaps that robots.txt of this place names, told once."""
        place = "/".join(response.url.split("/", 3)[:3])
        known = self.context.robots.get(place)
        if known is None or place in self._told:
            return ()
        self._told.add(place)
        return known[0].sitemaps

    def _tell_walk(self) -> None:
        if self.on_progress is None:
            return
        backfills, number = self.context.archive.backfills, self.walk.backfill.id
        asked = max((rules.crawl_delay_s for rules, _ in self.context.robots.values()), default=0.0)
        self.on_progress(
            BackfillProgress(
                backfill=backfills.get(number),
                began=self.walk.began,
                progress=backfills.progress(number),
                delay_s=max(self.delay_s, asked),
                troubles=backfills.troubles(number),
            )
        )
