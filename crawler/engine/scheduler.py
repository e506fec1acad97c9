"""Scheduler: Scrapy asks for the next request, the frontier in the database provides it.

Claims are asked for ahead of need and in batches, on the writer's thread: nothing here touches the database itself.
Nothing durable is held: redirects and claims live in memory, and what is not settled when the crawl ends is given back.
A crash leaves leases, which the next crawl takes over (crawler/engine/lease_owner.py). Retries are the frontier's: one
that falls due within `Config.patience_s` is waited for, so that a server that asks for a second gets it.
"""

import asyncio
import logging
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from scrapy import Request, Spider
from scrapy.core.scraper import Slot
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred

from crawler.engine.lease_owner import is_dead, new_owner
from crawler.fetching.http import host_of
from crawler.fetching.request_context import request_context_of
from crawler.spiders.frontier import FrontierSpider
from crawler.spiders.scheduling import ScheduledCrawl
from storage.crawl_state.backfills import StepClaim
from storage.crawl_state.endpoints import EndpointClaim
from storage.crawl_state.frontier import LEASE_S
from storage.errors import StorageError
from storage.model.address import Claim

logger = logging.getLogger(__name__)

#: Seconds after which the database is queried again without a known change, because other processes write too.
_CHECK_S = 5.0
#: Pages of a spider that are read or wait to be stored, at most: fetching more only fills the memory, and has to be
#: stored before a stopped crawl can end, and fetched again after a kill. Scrapy's own bound is 5 MB of bodies,
#: thousands of small pages.
MOST_UNSTORED = 32
#: Endpoints claimed at once: few, their leases run while they wait for their turn at the host.
_ENDPOINTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claimed:
    """What one refill brought."""

    endpoints: list[EndpointClaim]
    steps: list[StepClaim]
    pages: list[Claim]
    #: More may be due now.
    more: bool
    #: When the next row falls due; None: never, or something was claimed.
    due: datetime | None


class FrontierScheduler:
    """Declared endpoints first, then news, then backlog, then revisits; a few claims more than may be in flight."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._spider: ScheduledCrawl
        self._owner = new_owner()
        self._hops: deque[Request] = deque()
        self._ready: deque[Request] = deque()
        #: A refill is running; something stored since the last one began may be due; the last one left due URLs.
        self._refilling: asyncio.Future[None] | None = None
        self._stale = True
        self._more = False
        self._looked = 0.0
        #: Endpoints may be due.
        self._endpoints_due = True
        self._due: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._renewal: asyncio.Future[None] | None = None
        self._opened = datetime.now(UTC)
        self._declared = False
        self._finishing: asyncio.Future[None] | None = None
        #: What ended this crawl because it should never happen; `crawler.engine.run` raises it.
        self.broken: Exception | None = None
        #: Declared endpoints that are being polled: until they are read, it is not known what is news.
        self._polling: set[int] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open(self, spider: Spider) -> "Deferred[None]":
        """Declare the source, release the leases of dead owners, start renewing this crawl's leases."""
        if not isinstance(spider, FrontierSpider):
            raise TypeError(f"this scheduler serves our spiders only, not {type(spider).__name__}")
        self._spider = spider
        self._spider.scheduler = self
        return deferred_from_coro(self._open())

    async def _open(self) -> None:
        writer = self._spider.context.writer
        try:
            await writer.run(self._spider.declare, alone=True)
            await writer.run(self._take_over, alone=True)
        except StorageError as error:
            # Raised here, it would make Scrapy close parts that it has not opened yet, with a traceback for each.
            self._spider.context.stop(error)
            return
        self._declared = True
        self._spider.declared()
        self._renewal = asyncio.ensure_future(self._renew_for_ever())

    def _take_over(self) -> None:
        archive = self._spider.context.archive
        for owner in archive.frontier.owners():
            # Not counted as an attempt: pages are judged in child processes, so it was not the page that killed the
            # crawl, and five kills in a row would set aside whatever is first in the queue.
            if is_dead(owner):
                logger.info("%s died with URLs leased; they are due again", owner)
                archive.frontier.release(owner)
        for owner in archive.endpoints.owners():
            if is_dead(owner):
                archive.endpoints.release(owner)
        if self._spider.revisit:
            archive.frontier.recall(self._spider.frontier_key)

    def close(self, reason: str) -> "Deferred[None]":
        """`finish`, as Scrapy calls it."""
        return deferred_from_coro(self.finish())

    async def finish(self) -> None:
        """Give back what was not settled. Safe to call twice."""
        if self._finishing is None:
            self._finishing = asyncio.ensure_future(self._give_back())
        await asyncio.shield(self._finishing)

    async def _give_back(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._renewal is not None:
            self._renewal.cancel()
        if self._refilling is not None:
            await self._refilling  # its claims are counted, and released with the others
        if not self._declared or self._spider.context.fatal is not None:
            return
        try:
            self._spider.counts.returned += await self._spider.context.writer.run(self._release)
            await self._spider.give_back()
        except StorageError as error:  # the leases end by themselves
            self._spider.context.stop(error)

    def _release(self) -> int:
        archive = self._spider.context.archive
        archive.endpoints.release(self._owner)
        return archive.frontier.release(self._owner)

    def enqueue_request(self, request: Request) -> bool:
        """Accept a redirect's next hop, or a request whose host is busy."""
        self._hops.append(request)
        return True

    def put_back(self, request: Request) -> None:
        """Keep a request whose host rests; it is sent when the rest is over, or released at the end."""
        self._ready.append(request)
        if (request_context := request_context_of(request)) is not None and request_context.endpoint is not None:
            self._polling.discard(request_context.endpoint.id)

    def polled(self, endpoint: EndpointClaim) -> None:
        """An endpoint was polled."""
        self._polling.discard(endpoint.id)
        self._endpoints_due = True
        self.woken()

    def woken(self) -> None:
        """Something was stored that may be due: ask the database again."""
        self._stale = True
        self._nudge()

    def next_request(self) -> Request | None:
        """Return the next request that may be sent now; None if there is none."""
        if self._hops:
            return self._hops.popleft()
        if self._spider.context.stopping or self._unstored() >= MOST_UNSTORED:
            return None  # Scrapy asks again whenever a page is stored
        request = self._awake()
        self._refill()
        if request is None and self._refilling is None:
            self._wait()
        return request

    def has_pending_requests(self) -> bool:
        """Whether the crawl continues: something is ready, or will be soon enough to wait for."""
        if self._hops:
            return True
        if self._spider.context.stopping or self.broken is not None:
            return False
        if any(self._soon(host_of(request)) for request in self._ready):
            return True
        self._refill()
        return self._refilling is not None or self._due is not None

    def _unstored(self) -> int:
        """Number of answers that are read or wait to be stored."""
        slot = scraped(self._crawler)
        return len(slot.queue) + len(slot.active) if slot is not None else 0

    def _awake(self) -> Request | None:
        """Return the first ready request whose host is not resting."""
        for place, request in enumerate(self._ready):
            if self._spider.context.host_queue.resting_s(host_of(request)) <= 0:
                del self._ready[place]
                return request
        return None

    def _soon(self, host: str) -> bool:
        return self._spider.context.host_queue.resting_s(host) <= self._patience

    def _rests(self) -> float | None:
        """Return the seconds until the first resting host of a ready request is available; None if that is too long."""
        rests = [self._spider.context.host_queue.resting_s(host_of(request)) for request in self._ready]
        return min((rest for rest in rests if rest <= self._patience), default=None)

    @property
    def _patience(self) -> float:
        return self._spider.context.config.patience_s

    # Claims, made ahead of need

    def _refill(self) -> None:
        """Start claiming due URLs, unless that is running or nothing can be due."""
        if self._refilling is not None or self._finishing is not None or self.broken is not None:
            return
        if len(self._ready) > self._spider.in_hand // 2:
            return
        if self._stale or self._more or time.monotonic() - self._looked > _CHECK_S:
            self._refilling = asyncio.ensure_future(self._refilled())

    async def _refilled(self) -> None:
        context = self._spider.context
        if time.monotonic() - self._looked > _CHECK_S:
            self._endpoints_due = True
        endpoints, self._endpoints_due = self._endpoints_due, False
        self._stale, self._looked = False, time.monotonic()
        try:
            found = await context.writer.run(self._claim, endpoints, urgent=True, alone=self._spider.walks)
            await self._accept(found)
        except StorageError as error:
            context.stop(error)
        except Exception as error:
            # A bug. Raised here, it would be lost and the crawl would never end.
            self.broken, self._due = error, None
        finally:
            self._refilling = None
        self._nudge()

    def _claim(self, endpoints: bool) -> _Claimed:
        """Claim due URLs on the writer's thread."""
        spider, archive = self._spider, self._spider.context.archive
        polls: list[EndpointClaim] = []
        if endpoints:
            polls = spider.claim_endpoints(owner=self._owner, limit=_ENDPOINTS, since=self._opened)
        steps = spider.walk_steps()
        room = min(spider.in_hand, spider.room)
        waits = bool(self._polling) or any(poll.depth == 0 for poll in polls) or spider.walking
        pages = self._claim_pages(room) if room > 0 and not waits else []
        due = None
        if spider.room > 0 and not (polls or steps or pages):
            due = archive.frontier.next_due(spider.frontier_key)
        more = len(polls) == _ENDPOINTS or bool(steps) or bool(pages)
        return _Claimed(endpoints=polls, steps=steps, pages=pages, more=more, due=due)

    def _claim_pages(self, room: int) -> list[Claim]:
        spider, frontier = self._spider, self._spider.context.archive.frontier
        claims = frontier.claim(source=spider.frontier_key, owner=self._owner, limit=room)
        if not claims and spider.frontier_key is not None:
            # Only if no news is pending: stored articles are safe, new ones may be gone in an hour.
            budget = None if spider.revisit else spider.revisit_budget
            claims = frontier.claim_revisits(source=spider.frontier_key, owner=self._owner, limit=room, budget=budget)
        return claims

    async def _accept(self, found: _Claimed) -> None:
        """Build requests from claims."""
        spider = self._spider
        spider.counts.offered += len(found.pages)
        self._more = found.more
        self._endpoints_due = self._endpoints_due or len(found.endpoints) == _ENDPOINTS
        self._polling |= {endpoint.id for endpoint in found.endpoints if endpoint.depth == 0}
        for endpoint in found.endpoints:
            request = spider.endpoint_request(endpoint)
            if request is None:
                self._polling.discard(endpoint.id)
            else:
                self._ready.append(request)
        self._ready.extend(await spider.walk_requests(found.steps))
        for claim in found.pages:
            if (request := await spider.page_request(claim)) is not None:
                self._ready.append(request)
        left = (found.due - datetime.now(UTC)).total_seconds() if found.due is not None else None
        self._due = None if left is None or left > self._patience else time.monotonic() + max(left, 0.0)

    def _nudge(self) -> None:
        """Have Scrapy ask for requests, and whether there will be any: its own heart beats every five seconds only."""
        slot = getattr(self._crawler.engine, "_slot", None)  # no public way without a request
        if slot is not None and slot.closing is None and self._crawler.engine.running:
            slot.nextcall.schedule()

    def _wait(self) -> None:
        """Come back by ourselves when something falls due."""
        rest = self._rests()
        times = [time.monotonic() + rest] if rest is not None else []
        times += [self._due] if self._due is not None else []
        if not times or (self._timer is not None and not self._timer.cancelled() and self._timer.when() > self._now()):
            return
        left = max(min(times) - time.monotonic(), 0.02)
        self._timer = asyncio.get_running_loop().call_later(left, self._come_back)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _come_back(self) -> None:
        self._timer = None
        self.woken()

    async def _renew_for_ever(self) -> None:
        while self._spider.context.fatal is None:
            try:
                await self._spider.context.writer.run(self._renew)
            except StorageError as error:
                self._spider.context.stop(error)
            await asyncio.sleep(LEASE_S / 3)

    def _renew(self) -> None:
        self._spider.context.archive.frontier.renew(self._owner)
        self._spider.context.archive.endpoints.renew(self._owner)


def scraped(crawler: Crawler) -> Slot | None:
    """Return Scrapy's account of the answers that are read or wait to be stored; None before a crawl begins."""
    return crawler.engine.scraper.slot if crawler.engine is not None else None
