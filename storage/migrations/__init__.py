"""Alembic's folder: one file a step in `versions/`. Run by `storage.migrate`, never by hand."""
