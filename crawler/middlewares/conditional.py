"""Conditional requests: endpoints and revisited pages are requested only if they changed (ETag, Last-Modified)."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.fetching.request_context import request_context_of

_HEADERS = ("If-None-Match", "If-Modified-Since")


class ConditionalMiddleware:
    """Sends the validators of the last response; the spider interprets a 304."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def process_request(self, request: Request) -> None:
        """Add If-None-Match and If-Modified-Since; a redirect's next hop is another page, and is requested
        unconditionally."""
        request_context = request_context_of(request)
        asked = None if request_context is None else request_context.endpoint or request_context.claim
        if request.meta.get("redirect_urls") and request_context is not None and request_context.claim is not None:
            for header in _HEADERS:
                request.headers.pop(header, None)
            return
        if asked is None or (
            request_context is not None and request_context.claim is not None and request_context.claim.earlier is None
        ):
            return
        for header, value in zip(_HEADERS, (asked.etag, asked.last_modified), strict=True):
            if value:
                request.headers.setdefault(header, value)
