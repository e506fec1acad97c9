"""Table definitions (SQLAlchemy ORM), one file per subject. Importing any of them registers all, so `Base.metadata` is
complete."""

from storage.database.tables import backfills, core, hosts, stories, withdrawals

__all__ = ["backfills", "core", "hosts", "stories", "withdrawals"]
