"""The crawl interface that middlewares use, for our own spiders and ordinary Scrapy spiders."""

from typing import Protocol
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler.config import Config, NoArchive
from crawler.context import CrawlContext
from pipelines.extraction.pool import Pool

#: Seconds between two requests of an ordinary spider to one host, unless it or the configuration sets them.
DELAY_S = 1.0


class Crawl(Protocol):
    """The spider of a crawl, as the middlewares use it."""

    context: CrawlContext

    @property
    def frontier_key(self) -> str | None:
        """Key of the crawled source; None if there is none."""

    @property
    def delay_s(self) -> float:
        """Seconds between two requests to one host."""

    @property
    def host_concurrency(self) -> int:
        """Requests at once to one host."""

    def noarchive_of(self, url: str) -> NoArchive:
        """Treatment of a page that asks not to be archived."""


class OrdinaryCrawl:
    """The crawl of a spider unrelated to warraq: polite, robots.txt obeyed, recorded; its items are its own."""

    frontier_key = None

    def __init__(self, crawler: Crawler, *, recorded: bool) -> None:
        config: Config = crawler.settings["WARRAQ_CONFIG"]
        self.context = CrawlContext.open(config) if recorded else without_archive(config)
        self._recorded = recorded
        self._settings = crawler.settings

    @property
    def delay_s(self) -> float:
        """DOWNLOAD_DELAY if set by the user, else the configuration's, else DELAY_S."""
        given = self.context.config.delay_s
        return set_by_user(self._settings, "DOWNLOAD_DELAY", DELAY_S if given is None else given)

    @property
    def host_concurrency(self) -> int:
        """CONCURRENT_REQUESTS_PER_DOMAIN if set by the user, else one."""
        return int(set_by_user(self._settings, "CONCURRENT_REQUESTS_PER_DOMAIN", 1))

    def noarchive_of(self, url: str) -> NoArchive:
        """The configured treatment."""
        return self.context.config.noarchive

    def close(self) -> None:
        """Close the archive, if there is one."""
        if self._recorded:
            self.context.close()
        else:
            self.context.pool.close()


_CRAWLS: WeakKeyDictionary[Crawler, OrdinaryCrawl] = WeakKeyDictionary()


def crawl_of(crawler: Crawler) -> Crawl:
    """Return the crawl of a middleware; for an ordinary spider the add-on opened it (crawler/engine/addon.py)."""
    if crawler in _CRAWLS:
        return _CRAWLS[crawler]
    spider: Crawl = crawler.spider  # type: ignore[assignment]  # ours, or the add-on would have opened one
    return spider


def open_ordinary(crawler: Crawler, *, recorded: bool) -> OrdinaryCrawl:
    """Open the resources of an ordinary crawl. `recorded`: whether its pages go into the archive's WARC files."""
    return _CRAWLS.setdefault(crawler, OrdinaryCrawl(crawler, recorded=recorded))


def without_archive(config: Config) -> CrawlContext:
    """Create a context that stores nothing: for `scrapy shell`, `fetch`, `parse`."""
    return CrawlContext(config=config, archive=None, pool=Pool(1))  # type: ignore[arg-type]  # nothing is stored


def set_by_user(settings: BaseSettings, name: str, otherwise: float) -> float:
    """Return a number set by a spider or `-s`, else `otherwise`: our own settings do not count."""
    own = SETTINGS_PRIORITIES["project"]
    return settings.getfloat(name) if (settings.getpriority(name) or 0) > own else otherwise
