"""Request no page before its host's robots.txt was read. The rules are in crawler/politeness/robots_rules.py.

Scrapy's own middleware lets the first requests of a host through while robots.txt is being fetched (13 of 20 disallowed
pages) and ignores the file's status. Here all of them wait for the same fetch.
"""

import asyncio
import logging
import time
from datetime import UTC, datetime
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetching.failures import BadAddress, Refused, RobotsDisallowed, RobotsUnreachable, failure_of
from crawler.fetching.http import host_of
from crawler.fetching.request_context import RequestContext, request_context_of
from crawler.middlewares.crawl import crawl_of
from crawler.politeness.host_queue import HostResting, Stopped
from crawler.politeness.robots_rules import MAX_BYTES, Rules, read_rules, text_of
from storage.errors import StorageError

logger = logging.getLogger(__name__)


class RobotsMiddleware:
    """Fetches robots.txt once per scheme, host and port; the result is shared by all crawls of the process."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._context = crawl_of(crawler).context
        self._coming: dict[str, asyncio.Future[Rules]] = {}
        crawler.signals.connect(self._cut, signal=signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises RobotsDisallowed, RobotsUnreachable, and BadAddress if the host may not be contacted at all."""
        request_context = request_context_of(request)
        if not self._context.obey_robots or (request_context is not None and request_context.is_robots):
            return
        rules = await self._rules(request)
        request.meta["robots_words"] = rules.words
        verdict = rules.verdict(request.url)
        if verdict == "disallowed":
            raise RobotsDisallowed("robots.txt")
        if verdict == "unreachable":
            if self._context.refused_host(urlparse_cached(request).hostname or ""):
                raise BadAddress("private address")
            raise RobotsUnreachable(f"robots.txt unreachable: {rules.cause}")

    async def _rules(self, request: Request) -> Rules:
        parts = urlparse_cached(request)
        place = f"{parts.scheme}://{parts.netloc}"
        known = self._context.robots.get(place)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        if place not in self._coming:
            self._coming[place] = asyncio.ensure_future(self._fetch(place))
            self._coming[place].add_done_callback(lambda _: self._coming.pop(place, None))
        return await asyncio.shield(self._coming[place])

    async def _fetch(self, place: str) -> Rules:
        url = f"{place}/robots.txt"
        request = Request(
            url,
            callback=NO_CALLBACK,
            dont_filter=True,
            headers={"Accept": "text/plain,*/*;q=0.8", "Accept-Encoding": "identity"},
            meta={"request_context": RequestContext(url=url, is_robots=True)},
        )
        status, body, cause = await self._answer(request)
        await self._keep(place, status, body)
        rules = read_rules(status, body, cause=cause)
        self._context.robots[place] = (rules, time.monotonic() + rules.fresh_s)
        if not rules.unreachable:
            self._context.host_queue.set_crawl_delay(host_of(request), rules.crawl_delay_s)
        return rules

    async def _keep(self, place: str, status: int | None, body: bytes) -> None:
        """Add it to the origin's robots.txt history."""
        if self._context.hosts is None:
            return
        try:
            await self._context.writer.run(
                self._context.hosts.robots_seen, place, status=status, body=text_of(body), at=datetime.now(UTC)
            )
        except StorageError as error:
            self._context.stop(error)
            raise

    async def _answer(self, request: Request) -> tuple[int | None, bytes, str]:
        """Return status, body, and the error; no status if there was no response."""
        try:
            response = await self._crawler.engine.download_async(request)
        except (HostResting, Stopped, StorageError):
            raise
        except Refused as error:
            return None, b"", error.reason
        except IgnoreRequest:  # more than ten redirects: unavailable, section 2.3.1.2
            return 310, b"", ""
        except Exception as error:
            logger.info("robots.txt of %s: %s", request.url, error)
            return None, b"", failure_of(error).reason
        return response.status, response.body, ""

    def _cut(self, data: bytes, request: Request, **_: object) -> None:
        """Stop the download of a robots.txt at the size limit."""
        request_context = request_context_of(request)
        if request_context is not None and request_context.is_robots:
            request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(data)
            if request.meta["robots_bytes"] >= MAX_BYTES:
                raise StopDownload(fail=False)
