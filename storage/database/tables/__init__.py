"""Table definitions (SQLAlchemy ORM), one file per subject. Importing any of them registers all, so `Base.metadata` is
complete."""

from storage.database.tables import alerts, backfills, core, hosts, parts, stories, withdrawals

__all__ = ["alerts", "backfills", "core", "hosts", "parts", "stories", "withdrawals"]
