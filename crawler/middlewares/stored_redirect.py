"""Do not follow a redirect to a stored page: the URL becomes an alias of that article.

The redirect itself is in the WARC by then. Only the first fetch of a URL is cut short; a revisit must see where it
leads now, and a capture fetches the requested page.
"""

import asyncio
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from crawler.fetching.request_context import request_context_of
from crawler.middlewares.crawl import Crawl, crawl_of
from pipelines.urls.canonical import BadUrl, canonical_key, same_site
from storage.errors import StorageError


class LeadsToStored(IgnoreRequest):
    """The next hop is a URL of a stored article. `key`: of that URL."""

    def __init__(self, key: str) -> None:
        super().__init__("stored already")
        self.key = key


class StoredRedirectMiddleware:
    """Looks up the next hop of a redirect in the frontier before it is requested."""

    def __init__(self, spider: Crawl) -> None:
        self._context = spider.context

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawl_of(crawler))

    async def process_request(self, request: Request) -> None:
        """Raises LeadsToStored; StorageError ends the crawl."""
        request_context = request_context_of(request)
        claim = request_context.claim if request_context is not None else None
        if request_context is None or claim is None or claim.revisit or not request.meta.get("redirect_urls"):
            return
        if not same_site(request.url, request_context.url):
            return
        try:
            key = canonical_key(request.url)
            known = await asyncio.to_thread(self._context.archive.frontier.is_stored, key, asked=claim.id)
        except BadUrl:
            return
        except StorageError as error:
            self._context.stop(error)
            raise
        if known:
            raise LeadsToStored(key)
