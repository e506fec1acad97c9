"""Scheduler: Scrapy asks for the next request, the frontier in the database answers.

Nothing durable is held here: redirects and claims in hand live in memory, and what is not settled when the crawl ends
is given back. A crash leaves leases, which the next crawl takes over (crawler/engine/lease_owner.py). Retries are the frontier's:
one that falls due within `Config.patience_s` is waited for, so that a server that asks for a second gets it.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler

from crawler.engine.lease_owner import is_dead, new_owner
from crawler.fetching.http import host_of
from crawler.fetching.request_context import request_context_of
from storage.crawl_state.endpoints import EndpointClaim
from storage.crawl_state.frontier import LEASE_S
from storage.errors import StorageError

logger = logging.getLogger(__name__)

#: Between two looks into the database while nothing is due there, in seconds.
_LOOK_S = 0.25
#: Endpoints claimed at once: few, their leases run while they wait for their turn at the host.
_ENDPOINTS = 4


class FrontierScheduler:
    """Declared endpoints first, then news, then backlog, then what is looked at again; a few claims more in hand than may be in flight."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._spider: Any = None
        self._owner = new_owner()
        self._hops: deque[Request] = deque()
        self._ready: deque[Request] = deque()
        self._looked = 0.0
        self._due: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._renewal: asyncio.TimerHandle | None = None
        self._opened = datetime.now(UTC)
        self._closed = False
        #: What ended this crawl because it should never happen; `crawler.engine.run` raises it.
        self.broken: Exception | None = None
        #: Declared endpoints that are being looked at: until they are read, nobody knows what is news.
        self._polling: set[int] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Take over what dead owners left, begin to renew our own leases."""
        self._spider = spider
        self._spider.scheduler = self
        archive = self._spider.context.archive
        for owner in archive.frontier.owners():
            # Not counted as an attempt: pages are judged in child processes, so it was not the page that killed the
            # crawl, and five kills in a row would set aside whatever stood first in the queue.
            if is_dead(owner):
                logger.info("%s died with addresses in hand; they are due again", owner)
                archive.frontier.release(owner)
        for owner in archive.endpoints.owners():
            if is_dead(owner):
                archive.endpoints.release(owner)
        if self._spider.revisit:
            archive.frontier.recall(self._spider.frontier_key)
        self._renew()

    def close(self, reason: str) -> None:
        """Give back what was not settled. Safe to call twice."""
        for timer in (self._timer, self._renewal):
            if timer is not None:
                timer.cancel()
        if self._closed or self._spider is None or self._spider.context.fatal is not None:
            return
        self._closed = True
        archive = self._spider.context.archive
        self._spider.counts.returned += archive.frontier.release(self._owner)
        archive.endpoints.release(self._owner)
        self._spider.give_back()

    def enqueue_request(self, request: Request) -> bool:
        """Take a redirect's next hop, or a request that its host could not take now."""
        self._hops.append(request)
        return True

    def put_back(self, request: Request) -> None:
        """Keep a request whose host rests; it goes out when the rest is over, or back to the frontier at the end."""
        self._ready.append(request)
        if (request_context := request_context_of(request)) is not None and request_context.endpoint is not None:
            self._polling.discard(request_context.endpoint.id)

    def polled(self, endpoint: EndpointClaim) -> None:
        """An endpoint was looked at."""
        self._polling.discard(endpoint.id)
        self.woken()

    def woken(self) -> None:
        """Something was stored that may be due: look at once."""
        self._looked = 0.0

    def next_request(self) -> Request | None:
        """The next request that may go out now; None if there is none."""
        if self._hops:
            return self._hops.popleft()
        if self._spider.context.stopping:
            return None
        request = self._awake()
        if request is None and self._look():
            request = self._awake()
        if request is None:
            self._wait()
        return request

    def has_pending_requests(self) -> bool:
        """Whether the crawl goes on: something is ready, or will be soon enough to wait for."""
        if self._hops:
            return True
        if self._spider.context.stopping or self.broken is not None:
            return False
        if any(self._soon(host_of(request)) for request in self._ready):
            return True
        self._look()
        return bool(self._ready and self._rests() is not None) or self._due is not None

    def _awake(self) -> Request | None:
        """The first request in hand whose host does not rest."""
        for place, request in enumerate(self._ready):
            if self._spider.context.host_queue.resting_s(host_of(request)) <= 0:
                del self._ready[place]
                return request
        return None

    def _soon(self, host: str) -> bool:
        return bool(self._spider.context.host_queue.resting_s(host) <= self._patience)

    def _rests(self) -> float | None:
        """Seconds until the first resting host of a request in hand may be asked; None if that is too long to wait."""
        rests = [self._spider.context.host_queue.resting_s(host_of(request)) for request in self._ready]
        return min((rest for rest in rests if rest <= self._patience), default=None)

    @property
    def _patience(self) -> float:
        return float(self._spider.context.config.patience_s)

    def _look(self) -> bool:
        """Claim what is due, once in a while; whether anything was. Sets when the next thing falls due."""
        if (
            self.broken is not None
            or time.monotonic() - self._looked < _LOOK_S
            or len(self._ready) >= self._spider.in_hand
        ):
            return False
        try:
            self._ready.extend(self._claimed())
            self._due = None if self._ready else self._next_due()
        except StorageError as error:
            self._spider.context.stop(error)
            return False
        except Exception as error:
            # A defect of ours. Raised here, Scrapy would log it and ask again for ever: the crawl would never end.
            self.broken, self._due = error, None
            return False
        self._looked = 0.0 if self._ready else time.monotonic()
        return bool(self._ready)

    def _claimed(self) -> Iterator[Request]:
        spider = self._spider
        archive = spider.context.archive
        if spider.polls and not spider.over:
            for endpoint in archive.endpoints.claim(
                source=spider.source.key, owner=self._owner, limit=_ENDPOINTS, force=spider.force, since=self._opened
            ):
                if endpoint.depth == 0:
                    self._polling.add(endpoint.id)
                yield from spider.endpoint_requests(endpoint)
        yield from spider.walk_requests()
        if self._polling or spider.walking:
            return
        room = min(spider.in_hand, spider.room)
        if room <= 0:
            return
        claims = archive.frontier.claim(source=spider.frontier_key, owner=self._owner, limit=room)
        if not claims and spider.frontier_key is not None:
            # Only when no news waits: what was stored is safe, what was not may be gone in an hour.
            budget = None if spider.revisit else spider.source.revisit_budget
            claims = archive.frontier.claim_revisits(
                source=spider.frontier_key, owner=self._owner, limit=room, budget=budget
            )
        spider.counts.offered += len(claims)
        for claim in claims:
            yield from spider.page_requests(claim)

    def _next_due(self) -> float | None:
        """Monotonic time at which a retry falls due, if that is worth waiting for."""
        if self._spider.room <= 0:
            return None
        due = self._spider.context.archive.frontier.next_due(self._spider.frontier_key)
        if due is None:
            return None
        left = (due - datetime.now(UTC)).total_seconds()
        return time.monotonic() + max(left, 0.0) if left <= self._patience else None

    def _wait(self) -> None:
        """Come back by ourselves when something falls due: Scrapy's own heart beats every five seconds only."""
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
        engine = self._crawler.engine
        if engine.running and (request := self.next_request()) is not None:
            engine.crawl(request)

    def _renew(self) -> None:
        if self._spider.context.fatal is None:
            try:
                self._spider.context.archive.frontier.renew(self._owner)
                self._spider.context.archive.endpoints.renew(self._owner)
            except StorageError as error:
                self._spider.context.stop(error)
        self._renewal = asyncio.get_running_loop().call_later(LEASE_S / 3, self._renew)
