"""Addresses that wait and belong to no known newspaper: imported lists, captures that did not succeed at once."""

from crawler.spiders.capture import CaptureSpider
from crawler.spiders.news import NewsSpider


class PendingSpider(CaptureSpider):
    """Fetches them from the frontier, leased and tried again as those of a newspaper; as a capture, each for itself."""

    name = "pending"

    @property
    def room(self) -> int:
        """As many as the next few requests."""
        return NewsSpider.room.fget(self)  # type: ignore[attr-defined, no-any-return]  # a capture's own is 0
