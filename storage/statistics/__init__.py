"""Read-only counts: totals, calendar, gauges, and the figures that health checks use."""
