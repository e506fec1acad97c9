"""Table definitions (SQLAlchemy ORM), one file per subject. Importing any of them registers all, so `Base.metadata` is
complete."""

from storage.database.tables import backfills, core, hosts, parts, stories, withdrawals

__all__ = ["backfills", "core", "hosts", "parts", "stories", "withdrawals"]
