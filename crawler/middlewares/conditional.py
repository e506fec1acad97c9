"""Conditional: endpoints, and pages looked at again, are asked for only if they changed (ETag, Last-Modified)."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.fetching.request_context import errand_of

_HEADERS = ("If-None-Match", "If-Modified-Since")


class Conditional:
    """Sends the validators of the last answer; what 304 means is the spider's to say."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def process_request(self, request: Request) -> None:
        """Add If-None-Match and If-Modified-Since; a redirect's next hop is another page, and is asked for whole."""
        errand = errand_of(request)
        asked = None if errand is None else errand.endpoint or errand.claim
        if request.meta.get("redirect_urls") and errand is not None and errand.claim is not None:
            for header in _HEADERS:
                request.headers.pop(header, None)
            return
        if asked is None or (errand is not None and errand.claim is not None and errand.claim.earlier is None):
            return
        for header, value in zip(_HEADERS, (asked.etag, asked.last_modified), strict=True):
            if value:
                request.headers.setdefault(header, value)
