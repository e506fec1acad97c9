"""Pending spider: pending URLs of no known newspaper, from imported lists and captures that failed at first."""

from crawler.spiders.any_site import AnySiteSpider


class PendingSpider(AnySiteSpider):
    """Fetches them from the frontier with leases and retries like those of a newspaper; stored as captures."""

    name = "pending"
