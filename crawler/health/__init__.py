"""Source health: what is wrong with each source, since when, and what to do. Pure: figures in, findings out.

`storage.statistics.health` counts, `diagnose` judges, `warraq/cli/commands/health/command.py` presents.
"""

from crawler.health.diagnose import diagnose
from crawler.health.findings import KINDS, Diagnosis, Finding, Report

__all__ = ["KINDS", "Diagnosis", "Finding", "Report", "diagnose"]
