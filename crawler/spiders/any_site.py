"""Any-site spider: pages of any site; the source is found by host if it is known."""

from typing import Any

from crawler.sources.source import DELAY_S, Source, source_of
from crawler.spiders.frontier import FrontierSpider


class AnySiteSpider(FrontierSpider):
    """A crawl of pages of no one source: polls nothing and follows no link."""

    anywhere = True

    def __init__(self, sources: dict[str, Source] | None = None, **kwargs: Any) -> None:
        """`sources`: the known ones, by key."""
        super().__init__(**kwargs)
        self.known = sources or {}

    @property
    def frontier_key(self) -> str | None:
        return None

    @property
    def delay_s(self) -> float:
        return DELAY_S if self.context.config.delay_s is None else self.context.config.delay_s

    @property
    def host_concurrency(self) -> int:
        return 1

    def source_of(self, url: str) -> Source | None:
        return source_of(url, self.known)
