"""Full-text search of the archive, the same on SQLite and PostgreSQL. The door: `search_engine`."""

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from storage.models import ArticleRow
from storage.search.base import SearchEngine
from storage.search.postgres import PostgresSearch
from storage.search.sqlite import SqliteSearch

ENGINES: dict[str, type[SearchEngine]] = {
    "sqlite": SqliteSearch,
    "postgresql": PostgresSearch,
}


def search_engine(database: Engine | Connection) -> SearchEngine:
    """Return the engine that searches in this database."""
    return ENGINES[database.dialect.name]()


class ArticleIndexer:
    """`storage.save.Indexer`: lets the search engine follow each article that is stored."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    def index(self, session: Session, row: ArticleRow) -> None:
        """Index the row as it stands, in the session's transaction."""
        session.flush()
        self._engine.index(session.connection(), row.id)
