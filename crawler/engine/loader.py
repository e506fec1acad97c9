"""Loader: each source file is a spider name (`scrapy.spiderloader.SpiderLoaderProtocol`)."""

from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider

from crawler.sources.source import Source, load, paths
from crawler.spiders.news import NewsSpider


class SourceLoader:
    """The built-in sources and those of `Config.sources`, as spider classes."""

    def __init__(self, paths: dict[str, Path]) -> None:
        self._paths = paths

    @classmethod
    def from_settings(cls, settings: Any) -> Self:
        """See which source files there are; each is read when it is asked for."""
        return cls(paths(settings["WARRAQ_CONFIG"].sources))

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of a source. Raises KeyError, in words, for an unknown one, and SourceError."""
        if spider_name not in self._paths:
            raise KeyError(f"no source is called {spider_name!r}; `scrapy list` shows them all")
        return spider_of(load(self._paths[spider_name]))

    def list(self) -> list[str]:
        """Keys of all sources."""
        return list(self._paths)

    def find_by_request(self, request: Request) -> "list[str]":  # type: ignore[valid-type]  # `list` is the method above
        """Keys of the sources whose site a request goes to. Raises SourceError."""
        host = (urlsplit(request.url).hostname or "").removeprefix("www.")
        return [key for key, path in self._paths.items() if load(path).host == host]


def spider_of(source: Source) -> type[NewsSpider]:
    """The news spider for one source."""
    return type(f"{source.key.title()}Spider", (NewsSpider,), {"name": source.key, "source": source})
