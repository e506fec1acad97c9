"""Context spider: a spider that is given the resources of its crawl, or opens them itself under `scrapy crawl`."""

from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.context import CrawlContext
from crawler.middlewares.crawl import without_archive


class ContextSpider(Spider):
    """A spider with a `CrawlContext`."""

    def __init__(self, context: CrawlContext | None = None, **kwargs: Any) -> None:
        """`context`: None: `scrapy crawl` runs this spider alone; a context is opened from the environment."""
        super().__init__(**kwargs)
        self._owns_context = context is None
        self.context: CrawlContext = context  # type: ignore[assignment]  # set in from_crawler where it is None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        if spider._owns_context and _driven_by_command(cls):
            spider.context = without_archive(crawler.settings["WARRAQ_CONFIG"])
            return spider
        if spider._owns_context:
            spider.context = CrawlContext.open(crawler.settings["WARRAQ_CONFIG"])
            crawler.signals.connect(spider._close_context, signal=signals.spider_closed)
        return spider

    def _close_context(self) -> None:
        self.context.close()


def _driven_by_command(spider: type[Spider]) -> bool:
    """Whether `scrapy parse`, `fetch` or `check` replaced the spider's requests with its own."""
    return spider.start.__module__.startswith("scrapy.commands.")
