"""Loader: each source file is a spider name (`scrapy.spiderloader.SpiderLoaderProtocol`)."""

from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider

from crawler.source import Source, load_all
from crawler.spiders.news import NewsSpider


class SourceLoader:
    """The built-in sources and those of `Config.sources`, as spider classes."""

    def __init__(self, sources: dict[str, Source]) -> None:
        self._sources = sources

    @classmethod
    def from_settings(cls, settings: Any) -> Self:
        """Read the source files. Raises SourceError."""
        return cls(load_all(settings["WARRAQ_CONFIG"].sources))

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of a source. Raises KeyError, in words, for an unknown one."""
        if spider_name not in self._sources:
            raise KeyError(f"no source is called {spider_name!r}; `scrapy list` shows them all")
        return spider_of(self._sources[spider_name])

    def list(self) -> list[str]:
        """Keys of all sources."""
        return list(self._sources)

    def find_by_request(self, request: Request) -> "list[str]":  # type: ignore[valid-type]  # `list` is the method above
        """Keys of the sources whose site a request goes to."""
        host = (urlsplit(request.url).hostname or "").removeprefix("www.")
        return [key for key, source in self._sources.items() if source.host == host]


def spider_of(source: Source) -> type[NewsSpider]:
    """The news spider for one source."""
    return type(f"{source.key.title()}Spider", (NewsSpider,), {"name": source.key, "source": source})
