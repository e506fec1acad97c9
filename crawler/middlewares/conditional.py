"""Conditional: endpoints are asked for only if they changed since the last poll (ETag, Last-Modified)."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.errand import errand_of


class Conditional:
    """Sends the validators of an endpoint's last answer; what 304 means is the spider's to say."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def process_request(self, request: Request) -> None:
        """Add If-None-Match and If-Modified-Since."""
        errand = errand_of(request)
        if errand is None or errand.endpoint is None:
            return
        for header, value in (
            ("If-None-Match", errand.endpoint.etag),
            ("If-Modified-Since", errand.endpoint.last_modified),
        ):
            if value:
                request.headers.setdefault(header, value)
