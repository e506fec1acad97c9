"""Log format: Scrapy's lines about pages and items, without the pages."""

from typing import Any

from scrapy.logformatter import LogFormatter

from pipelines.stages import Fetched


class BriefLogFormatter(LogFormatter):
    """Names only the URL of an item: its body would be 10 MB of log."""

    def scraped(self, item: Any, response: Any, spider: Any) -> None:  # type: ignore[override]
        """Log nothing: the spider reports the result of each URL."""
        return

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any) -> Any:
        """Log nothing for a URL without an article: the spider reports that too. A user's own drops are logged."""
        return None if isinstance(item, Fetched) else super().dropped(item, exception, response, spider)

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Any) -> Any:
        """Log only the URL."""
        return super().item_error(getattr(item, "url", item), exception, response, spider)
