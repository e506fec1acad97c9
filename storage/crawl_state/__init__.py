"""Crawl state: the URL frontier, endpoints, backfills, hosts and learned boilerplate, as rows with leases."""

from typing import TYPE_CHECKING

from storage.on_demand import on_demand

if TYPE_CHECKING:
    from storage.crawl_state import backfills, boilerplate, endpoints, frontier, future_times, hosts

__all__ = ["backfills", "boilerplate", "endpoints", "frontier", "future_times", "hosts"]

__getattr__ = on_demand(__name__, {name: name for name in __all__})
