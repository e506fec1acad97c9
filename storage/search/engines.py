"""The search engine of each database."""

from sqlalchemy import Connection, Engine

from storage.search.base import SearchEngine
from storage.search.postgres import PostgresSearch
from storage.search.sqlite import SqliteSearch

ENGINES: dict[str, type[SearchEngine]] = {
    "sqlite": SqliteSearch,
    "postgresql": PostgresSearch,
}


def search_engine(database: Engine | Connection) -> SearchEngine:
    """Return the search engine of this database."""
    return ENGINES[database.dialect.name]()
