"""Decide which URLs may be requested at all. First on the way out, so that every redirect passes it too."""

from collections import Counter
from typing import Self
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.fetching.failures import BadAddress
from pipelines.urls.canonical import BadUrl, absolute

#: Maximum URL length in letters: an Arabic slug is six times as long when percent-encoded (facts, A45).
MAX_LETTERS = 2_000
#: Maximum repetitions of one path segment: relative links on an error page build /a/b/a/b/a/b/... endlessly.
MAX_REPEATS = 3


class GuardMiddleware:
    """Refuses every scheme but http and https, user names, and endless URLs."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def process_request(self, request: Request) -> None:
        """Raises BadAddress."""
        judge(request.url)


def judge(url: str) -> None:
    """Raise BadAddress if no request may be made to a URL."""
    try:
        absolute(url)
    except BadUrl as error:
        raise BadAddress(f"bad address: {str(error).rpartition('(')[2].rstrip(')')}") from error
    if len(unquote(url)) > MAX_LETTERS:
        raise BadAddress("bad address: too long")
    if max(Counter(part for part in urlsplit(url).path.split("/") if part).values(), default=0) > MAX_REPEATS:
        raise BadAddress("bad address: repeats itself")
