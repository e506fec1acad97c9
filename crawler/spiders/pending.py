"""Pending URLs of no known newspaper: imported lists, captures that failed at first."""

from crawler.spiders.capture import CaptureSpider
from crawler.spiders.news import NewsSpider


class PendingSpider(CaptureSpider):
    """Fetches them from the frontier with leases and retries like those of a newspaper; stored as captures."""

    name = "pending"

    @property
    def room(self) -> int:
        """As many as the next few requests."""
        return NewsSpider.room.fget(self)  # type: ignore[attr-defined, no-any-return]  # a capture's own is 0
