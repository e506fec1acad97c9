"""All tables: importing this registers each of them, so that `Base.metadata` is complete."""

from storage.database.tables import alerts, backfills, boilerplate, core, endpoints, hosts, parts, stories, withdrawals
from storage.database.tables.core import Base

__all__ = [
    "Base", "alerts", "backfills", "boilerplate", "core", "endpoints", "hosts", "parts", "stories", "withdrawals",
]  # fmt: skip
