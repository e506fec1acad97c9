"""Log format: Scrapy's lines about pages and items, without the pages."""

import logging

from scrapy import Spider
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
        logged = super().item_error(getattr(item, "url", item), exception, response, spider)
        # Scrapy adds a traceback; an archive that cannot be written is reported once, by what stops the crawl.
        return {**logged, "level": logging.DEBUG} if isinstance(exception, StorageError) else logged
