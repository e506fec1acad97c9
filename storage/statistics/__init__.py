"""Read-only counts: totals, calendar, gauges, and the figures that health checks use."""

from typing import TYPE_CHECKING

from storage.on_demand import on_demand

if TYPE_CHECKING:
    from storage.statistics import counts

__all__ = ["counts"]

__getattr__ = on_demand(__name__, {name: name for name in __all__})
