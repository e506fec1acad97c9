"""Full-text search of the archive, the same on SQLite and PostgreSQL."""
