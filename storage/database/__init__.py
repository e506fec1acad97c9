"""The database: engine, column types, table definitions, row builders and schema migrations."""
