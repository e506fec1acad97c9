"""Full-text search of the archive, the same on SQLite and PostgreSQL. Entry point: `engines.search_engine`."""
