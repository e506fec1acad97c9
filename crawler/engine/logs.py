"""Logs: Scrapy's lines about pages and items, without the pages."""

from typing import Any

from scrapy.logformatter import LogFormatter

from pipelines.stages import Fetched


class BriefLogFormatter(LogFormatter):
    """Says of an item which address it was: its body would be 10 MB of log."""

    def scraped(self, item: Any, response: Any, spider: Any) -> None:  # type: ignore[override]
        """Nothing: the spider tells what became of each address."""
        return

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any) -> Any:
        """Nothing of an address that brought no article: the spider tells that too. A user's own drops are told."""
        return None if isinstance(item, Fetched) else super().dropped(item, exception, response, spider)

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Any) -> Any:
        """The address alone."""
        return super().item_error(getattr(item, "url", item), exception, response, spider)
