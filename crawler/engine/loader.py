"""Spider loader: each source file is a spider name (`scrapy.spiderloader.SpiderLoaderProtocol`)."""

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoader

from crawler.engine.refused_settings import refused
from crawler.sources.source import Source, load, paths
from crawler.spiders.news import NewsSpider

#: Within the class, `list` is its method.
_Names = list[str]


class UnknownSpiderError(KeyError, UsageError):
    """No source and no spider has the name: a KeyError for the loader's callers, one line on Scrapy's command line."""

    def __init__(self, message: str) -> None:
        UsageError.__init__(self, message, print_help=False)

    def __str__(self) -> str:
        return str(self.args[0])


class SourceLoader:
    """The built-in sources, those of `Config.sources` and the spiders of SPIDER_MODULES, as spider classes."""

    def __init__(self, settings: BaseSettings) -> None:
        self._paths = paths(settings["WARRAQ_CONFIG"].sources)
        self._settings = settings
        #: The user's own spiders: those of SPIDER_MODULES.
        self._own = SpiderLoader.from_settings(settings)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """List the source files; each is read on demand."""
        return cls(settings)

    def load(self, spider_name: str) -> type[Spider]:
        """Return the spider of a source, or one of the user's own.

        Raises:
            UnknownSpiderError: there is no such source.
            SourceError: its file is wrong.
            UsageError: a setting was given that a crawl of a source does not support.
        """
        if spider_name in self._own.list():
            return self._own.load(spider_name)
        if spider_name not in self._paths:
            raise UnknownSpiderError(f"there is no source {spider_name!r}; `scrapy list` shows them all")
        if (why := refused(self._settings)) is not None:
            raise UsageError(why, print_help=False)
        return spider_of(load(self._paths[spider_name]))

    def list(self) -> list[str]:
        """Names of all spiders: keys of all sources, then the user's own."""
        return [*self._paths, *self._own.list()]

    def find_by_request(self, request: Request) -> _Names:
        """Return the keys of the sources whose site the request is for. Raises SourceError."""
        host = (urlsplit(request.url).hostname or "").removeprefix("www.")
        sources = [key for key, path in self._paths.items() if load(path).host == host]
        return sources + self._own.find_by_request(request)


def spider_of(source: Source) -> type[NewsSpider]:
    """The news spider for one source."""
    return type(f"{source.key.title()}Spider", (NewsSpider,), {"name": source.key, "source": source})
