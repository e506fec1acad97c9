"""Read-only counts: totals, calendar, gauges, and the figures that source health is judged by."""
