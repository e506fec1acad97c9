"""Health: what is wrong with each source, since when, and what to try. Pure: figures of the archive in, findings out.

`storage.statistics.health` counts, `diagnose` judges, `warraq/cli/commands/health/command.py` says it in words.
"""

from crawler.health.diagnose import diagnose
from crawler.health.findings import KINDS, Diagnosis, Finding, Report

__all__ = ["KINDS", "Diagnosis", "Finding", "Report", "diagnose"]
