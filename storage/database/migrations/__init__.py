"""Alembic's folder: one file per step in `versions/`. `storage.database.migrate` runs it; never run it by hand."""
