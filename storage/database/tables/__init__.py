"""Table definitions (SQLAlchemy ORM), one file a subject. Importing any of them registers all, so `Base.metadata` is whole."""

from storage.database.tables import backfills, core, hosts, stories, withdrawals

__all__ = ["backfills", "core", "hosts", "stories", "withdrawals"]
