"""Log format: Scrapy's lines about pages and items, without the pages."""

import logging

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from pipelines.stages import Fetched
from storage.errors import StorageError


class BriefLogFormatter(LogFormatter):
    """Names only the URL of an item: its body would be 10 MB of log."""

    def scraped(self, item: object, response: Response | Failure | None, spider: Spider) -> None:  # type: ignore[override]
        """Log nothing: the spider reports the result of each URL."""
        return

    def dropped(  # type: ignore[override]  # Scrapy logs nothing for None
        self, item: object, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult | None:
        """Log nothing for a URL without an article: the spider reports that too. A user's own drops are logged."""
        return None if isinstance(item, Fetched) else super().dropped(item, exception, response, spider)

    def item_error(
        self, item: object, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Log only the URL."""
        return _once(super().item_error(getattr(item, "url", item), exception, response, spider), exception)

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        return _once(super().spider_error(failure, request, response, spider), failure.value)


def _once(logged: LogFormatterResult, error: BaseException | None) -> LogFormatterResult:
    """Hide Scrapy's traceback for an archive that cannot be written: what stops the crawl reports it in a line."""
    return {**logged, "level": logging.DEBUG} if isinstance(error, StorageError) else logged
