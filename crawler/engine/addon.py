"""The add-on that makes this an ordinary Scrapy project: any spider runs in it, under any of Scrapy's commands.

Three kinds of crawl: of a source (our spiders, our scheduler, articles stored), of a user's own spider (Scrapy's
scheduler; polite, robots.txt obeyed, pages recorded, items unchanged), and by `scrapy shell`, `fetch`, `parse` and
`check` (nothing is stored).
"""

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from crawler.engine.refused_settings import SCRAPYS_OWN
from crawler.engine.settings import ITEM_STAGE, OUR_MIDDLEWARES, STAGES
from crawler.middlewares.crawl import open_ordinary
from crawler.spiders.frontier import FrontierSpider

#: Above our own settings ("project", 20), below a spider's (30).
_PRIORITY = 25
#: Middlewares without work if requests do not come from the frontier.
_OF_THE_FRONTIER = (
    "crawler.middlewares.stored_redirect.StoredRedirectMiddleware",
    "crawler.middlewares.conditional.ConditionalMiddleware",
)


class OrdinaryProject:
    """Adapts the settings to the spider that runs."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def update_settings(self, settings: BaseSettings) -> None:
        """Raises StorageError if the archive cannot be opened."""
        if by_command(self._crawler):
            self._ordinary(settings, recorded=False)
        elif isinstance(self._crawler.spider, FrontierSpider):
            _merge(settings, "ITEM_PIPELINES", STAGES | ITEM_STAGE)
            _merge(settings, "DOWNLOADER_MIDDLEWARES", OUR_MIDDLEWARES)
        else:
            self._ordinary(settings, recorded=True)

    def _ordinary(self, settings: BaseSettings, *, recorded: bool) -> None:
        crawl = open_ordinary(self._crawler, recorded=recorded)
        self._crawler.signals.connect(crawl.close, signal=signals.spider_closed, weak=False)
        for name, value in SCRAPYS_OWN.items():
            settings.set(name, value, priority=_PRIORITY)
        off = _OF_THE_FRONTIER if recorded else (*_OF_THE_FRONTIER, "crawler.middlewares.record.RecordMiddleware")
        ours = {name: place for name, place in OUR_MIDDLEWARES.items() if name not in off}
        given = {name: place for name, place in settings["DOWNLOADER_MIDDLEWARES"].items() if name not in off}
        settings.set("DOWNLOADER_MIDDLEWARES", given | _SCRAPYS_MIDDLEWARES | ours, priority="cmdline")
        for stage in (*STAGES, *ITEM_STAGE):
            settings["ITEM_PIPELINES"].pop(stage, None)


#: Scrapy's middlewares that a frontier crawl does not need, but an ordinary spider expects.
_SCRAPYS_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": 50,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": 300,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
}


def by_command(crawler: Crawler) -> bool:
    """Whether one of Scrapy's commands sends the requests, not the spider: the shell has no spider yet, the others set
    `start`."""
    start = getattr(crawler.spidercls, "start", None)
    return crawler.spider is None or str(getattr(start, "__module__", "")).startswith("scrapy.commands.")


def _merge(settings: BaseSettings, name: str, ours: dict[str, int]) -> None:
    """Merge our components with the user's: `-s ITEM_PIPELINES={...}` would otherwise silently remove ours."""
    settings.set(name, ours | dict(settings[name] or {}), priority="cmdline")
