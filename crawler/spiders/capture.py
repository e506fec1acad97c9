"""One-off capture: given URLs of any site; the source is found by host if it is known."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from crawler.fetching.request_context import MAX_PAGE_BYTES, RequestContext
from crawler.sources.source import DELAY_S, Source, source_of
from crawler.spiders.news import NewsSpider
from storage.model.visit import Failure


class CaptureSpider(NewsSpider):
    """Fetches given URLs once, now; polls nothing and follows no link."""

    name = "capture"

    def __init__(
        self, request_contexts: Sequence[RequestContext] = (), sources: dict[str, Source] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.request_contexts = list(request_contexts)
        self.known = sources or {}
        self.polls = False
        self.anywhere = True

    def declare(self) -> None:
        """Add the sources of the captured pages, so that their articles are assigned to them."""
        for source in {self._source_of(request_context.url) for request_context in self.request_contexts}:
            if source is not None:
                self.context.put_source(source)

    async def start(self) -> AsyncIterator[Any]:
        """Yield the given URLs."""
        for request_context in self.request_contexts:
            self.counts.offered += 1
            made = self._request(request_context, self.parse, maxsize=MAX_PAGE_BYTES)
            if isinstance(made, Failure):
                self._count("failed", request_context.url, made.reason)
            else:
                yield made

    @property
    def room(self) -> int:
        """Claim nothing from the frontier."""
        return 0

    @property
    def frontier_key(self) -> str | None:
        return None

    @property
    def delay_s(self) -> float:
        return DELAY_S if self.context.config.delay_s is None else self.context.config.delay_s

    @property
    def host_concurrency(self) -> int:
        return 1

    def wants(self, url: str) -> bool:
        return False

    def _source_of(self, url: str) -> Source | None:
        return source_of(url, self.known)
