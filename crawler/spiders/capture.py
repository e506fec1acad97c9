"""Capture spider: given URLs of any site, fetched once, now."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy import Request

from crawler.fetching.request_context import MAX_PAGE_BYTES, RequestContext
from crawler.spiders.any_site import AnySiteSpider
from storage.model.visit import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedPage:
    """What came of one given URL."""

    url: str
    #: As in `storage.model.visit.Result`, and "refused".
    result: str
    reason: str = ""
    #: Number of the article that is stored of it; None if there is none.
    article_id: int | None = None


class CaptureSpider(AnySiteSpider):
    """Fetches given URLs; claims nothing from the frontier."""

    name = "capture"

    def __init__(self, request_contexts: Sequence[RequestContext] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.request_contexts = list(request_contexts)

    def declare(self) -> None:
        """Add the sources of the captured pages, so that their articles are assigned to them."""
        for source in {self.source_of(request_context.url) for request_context in self.request_contexts}:
            if source is not None:
                self.context.put_source(source)

    async def start(self) -> AsyncIterator[Request]:
        """Yield the given URLs."""
        for request_context in self.request_contexts:
            self.counts.offered += 1
            made = self.request_for(request_context, self.parse, maxsize=MAX_PAGE_BYTES)
            if isinstance(made, Failure):
                self.count("failed", request_context.url, made.reason)
            else:
                yield made

    @property
    def room(self) -> int:
        return 0

    def host_rests(self, request: Request, request_context: RequestContext, seconds: float) -> None:
        """A page is not retried: beyond the crawl's patience, it has failed."""
        if seconds > self.context.config.patience_s:
            self.count("failed", request_context.url, "host rests")
        else:
            super().host_rests(request, request_context, seconds)
