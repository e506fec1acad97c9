"""Alembic's folder: one file a step in `versions/`. Run by `storage.database.migrate`, never by hand."""
