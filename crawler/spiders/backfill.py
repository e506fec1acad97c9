"""Backfill spider: walks the listings of a newspaper's past, then fetches what they list, with the lowest priority."""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from scrapy import Request
from scrapy.http import Response

from crawler.backfill.progress import BackfillProgress, OnProgress
from crawler.backfill.walk import BackfillRequest, BackfillWalk
from crawler.fetching.request_context import MAX_ENDPOINT_BYTES, RequestContext
from crawler.spiders.listings import read_listing
from crawler.spiders.one_source import OneSourceSpider
from pipelines.extraction.pool import ExtractionError
from storage.crawl_state.backfills import StepClaim
from storage.errors import StorageError
from storage.model.visit import Failure, Stored, Visit

T = TypeVar("T")

#: Number of steps claimed at once: one request for the host, and the next ready.
_STEPS = 2


class BackfillSpider(OneSourceSpider):
    """A crawl of one source's past. Its feeds and sections are not polled."""

    def __init__(
        self, order: BackfillRequest | None = None, on_progress: OnProgress | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        assert order is not None
        self.order = order
        self.on_progress = on_progress
        self.walk: BackfillWalk
        self._first: BackfillProgress | None = None
        self._told_end = False
        #: Keys of settled URLs, one of which the walk may wait for.
        self._settled: deque[str] = deque()
        self._told: set[str] = set()

    def declare(self) -> None:
        """Add the source to the archive, and resume the backfill."""
        super().declare()
        self.walk = BackfillWalk(self.context.archive, self.source, self.order)
        self._first = self._progress() if self.on_progress is not None else None

    def declared(self) -> None:
        if self.on_progress is not None and self._first is not None:
            self.on_progress(self._first)

    # Called by the scheduler

    @property
    def walking(self) -> bool:
        return self.walk.waits

    @property
    def room(self) -> int:
        """Pages that may still be claimed: none for an estimate, one at a time while the walk needs it."""
        if self.order.estimate:
            return 0
        return min(1, super().room) if self.walk.probe is not None else super().room

    @property
    def walks(self) -> bool:
        return True

    def walk_steps(self) -> list[StepClaim]:
        """The next pages of the walk."""
        while self._settled:
            self.walk.probed(self._settled.popleft())
        if self.over or self.walk.is_over():
            return []
        return self.walk.next_steps(max(_STEPS, 1 + self.host_concurrency))

    async def walk_requests(self, steps: Sequence[StepClaim]) -> list[Request]:
        """Requests for pages of the walk."""
        made = []
        for step in steps:
            request = self.request_for(
                RequestContext(step=step, url=step.url), self.parse_step, maxsize=MAX_ENDPOINT_BYTES
            )
            if isinstance(request, Request):
                made.append(request)
            else:
                await self._walk(self.walk.failed, step, status=None, error="bad address", final=True)
        if self.walk.is_over() and not self._told_end:
            self._told_end = True
            await self._report_walk()
        return made

    async def give_back(self) -> None:
        """Release claimed steps at the end of the crawl, and report the final progress."""
        await self._walk(self.walk.release)
        await self._report_walk()

    async def _walk(self, function: Callable[..., T], *arguments: object, **named: object) -> T:
        """Call a function of the walk on the writer's thread; it keeps a state, so it is in no group."""
        try:
            return await self.context.writer.run(partial(function, *arguments, **named), alone=True)
        except StorageError as error:
            self.context.stop(error)
            raise

    # Responses

    async def parse_step(self, response: Response) -> None:
        """Parse a listing in a worker, and store its content."""
        step: StepClaim = response.meta["request_context"].step
        if response.status != 200:
            await self._fail(step, f"http {response.status}", status=response.status)
            return
        kind = "sitemap" if step.how == "sitemap" else None
        try:
            found = await read_listing(self.context.pool, response, kind=kind, article_url=self.source.article_url)
        except ExtractionError as problem:
            reason = f"cannot be read: {problem.reason}"
            await self._fail(step, reason, status=response.status, final=not problem.passing)
            return
        if found.kind is None:
            error = "; ".join(found.problems) or "nothing that we know"
            await self._fail(step, error, status=response.status, final=True)
            return
        robots = self._robots_sitemaps(response)
        new = await self._walk(self.walk.read, step, found, url=response.url, robots=robots)
        self.counts.polls += 1
        self.counts.discovered += new
        self.scheduler.woken()
        self.tell(step.url, "poll", new_urls=new)
        await self._report_walk()

    async def listing_failed(self, request_context: RequestContext, failure: Failure) -> bool:
        if request_context.step is None:
            return False
        await self._fail(request_context.step, failure.reason, final=failure.final)
        return True

    def settled(self, visit: Visit, stored: Stored) -> None:
        super().settled(visit, stored)
        if self.walk.probe is not None:
            self._settled.append(visit.key)
            self.scheduler.woken()

    async def _fail(self, step: StepClaim, error: str, *, status: int | None = None, final: bool = False) -> None:
        await self._walk(self.walk.failed, step, status=status, error=error, final=final)
        self.counts.polls += 1
        # A day without a page, and a missing sitemap, are not mishaps.
        self.counts.poll_errors += status not in (404, 410)
        self.scheduler.woken()
        self.tell(step.url, "error", reason=error)
        await self._report_walk()

    def _robots_sitemaps(self, response: Response) -> tuple[str, ...]:
        """Return the sitemaps in this origin's robots.txt, once."""
        place = "/".join(response.url.split("/", 3)[:3])
        known = self.context.robots.get(place)
        if known is None or place in self._told:
            return ()
        self._told.add(place)
        return known[0].sitemaps

    async def _report_walk(self) -> None:
        if self.on_progress is not None:
            self.on_progress(await self._walk(self._progress))

    def _progress(self) -> BackfillProgress:
        backfills, number = self.context.archive.backfills, self.walk.backfill.id
        asked = max((rules.crawl_delay_s for rules, _ in list(self.context.robots.values())), default=0.0)
        return BackfillProgress(
            backfill=backfills.get(number),
            began=self.walk.began,
            progress=backfills.progress(number),
            delay_s=max(self.delay_s, asked),
            troubles=backfills.troubles(number),
        )
