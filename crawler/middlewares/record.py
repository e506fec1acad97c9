"""Write every response to the WARC as received, with its request, before it is processed.

Redirects and errors are responses too. The record travels in `request.meta["record"]`; for a redirect chain, that of
the last hop. robots.txt is recorded: it proves that the fetch was allowed. A 304 is recorded if the page it refers to
is known. Pages that ask not to be archived are not recorded if the source's `noarchive` says so.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetching.noarchive import digest_of, is_withheld
from crawler.fetching.request_context import request_context_of
from crawler.fetching.warc_exchange import exchange_of
from crawler.middlewares.crawl import Crawl, crawl_of
from storage.errors import StorageError


class RecordMiddleware:
    """Writes the records of a fetch before the response is processed.

    The writer syncs them before committing their rows.
    """

    def __init__(self, crawl: Crawl) -> None:
        self._spider = crawl
        self._context = crawl.context
        config = self._context.config
        self._context.archive.warc.introduce(
            {
                "operator": config.contact,
                "http-header-user-agent": config.user_agent,
                "robots": "obey" if self._context.obey_robots else "ignore",
            }
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        record = cls(crawl_of(crawler))
        crawler.signals.connect(record._start_timer, signal=signals.request_reached_downloader)
        return record

    def _start_timer(self, request: Request, **_: object) -> None:
        """Its turn has come: the wait before was ours, not the server's."""
        request.meta["left_at"] = time.monotonic()

    async def process_response(self, request: Request, response: Response) -> Response:
        """Raises StorageError, which ends the crawl: what cannot be stored must not be fetched."""
        request.meta["fetched_at"] = now = datetime.now(UTC)
        left = request.meta.pop("left_at", None)
        request.meta["noarchive"] = policy = self._spider.noarchive_of(response.url)
        if is_withheld(response, request_context=request_context_of(request), policy=policy):
            request.meta["record"], request.meta["withheld"] = None, digest_of(response)
            return response
        request.meta.pop("withheld", None)
        seconds = time.monotonic() - left if left is not None else None
        exchange = exchange_of(request, response, at=now, seconds=seconds, source=self._spider.frontier_key)
        try:
            # Reset after the previous hop: an unrecorded response must not be mistaken for a recorded one.
            request.meta["record"] = await asyncio.to_thread(
                self._context.archive.warc.write_exchange, exchange, sync=False
            )
        except StorageError as error:
            self._context.stop(error)
            raise
        return response
