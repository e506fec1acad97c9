"""Search on PostgreSQL: our own analysed words as `tsvector`, under a GIN index.

PostgreSQL's `arabic` configuration has a recall of 58 % where our analyser has more than 80 %, and its parser splits
words differently from FTS5. So vectors and queries are written out here, word by word, as the `simple` configuration
would make them from `storage.text.folding.analyse`, without its parser.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial

from sqlalchemy import Connection, text

from storage.database.advisory_locks import AdvisoryLock, lock_until_commit
from storage.search.base import CANDIDATES, DEADLINE_S, Found, Hit, in_order
from storage.search.condition import quoted, where_clause
from storage.search.deadline import deadline
from storage.search.document import Document
from storage.search.hits import hits
from storage.search.query import Query
from storage.search.stored_documents import batches, documents, documents_of
from storage.text.folding import ANALYSER_VERSION

_TABLES = (
    "create table if not exists search_meta (analyser_version integer not null)",
    """create table if not exists search_doc (
        article_id bigint primary key references article(id),
        version_id bigint not null,
        source text, language text, kind text not null, day text,
        sort_at timestamptz not null,
        words tsvector not null,
        authors tsvector not null
    )""",
    "create index if not exists ix_search_words on search_doc using gin (words)",
    "create index if not exists ix_search_authors on search_doc using gin (authors)",
    "create index if not exists ix_search_newest on search_doc (sort_at desc, article_id desc)",
    "create index if not exists ix_search_source on search_doc (source, sort_at desc, article_id desc)",
)
#: Position gap between title and text and between two authors, so that no phrase matches across.
_GAP = 10
#: PostgreSQL's limits: the largest position, positions per word, bytes per vector.
_LAST_POSITION, _MOST_POSITIONS, _MOST_BYTES = 16_383, 255, 900_000
_UPSERT = text(
    """insert into search_doc (article_id, version_id, source, language, kind, day, sort_at, words, authors)
    values (:article_id, :version_id, :source, :language, :kind, :day, :sort_at,
            cast(:words as tsvector), cast(:authors as tsvector))
    on conflict (article_id) do update set version_id = excluded.version_id, source = excluded.source,
        language = excluded.language, kind = excluded.kind, day = excluded.day, sort_at = excluded.sort_at,
        words = excluded.words, authors = excluded.authors
    where (search_doc.version_id, search_doc.source, search_doc.language, search_doc.kind, search_doc.day,
           search_doc.sort_at, search_doc.authors)
        is distinct from (excluded.version_id, excluded.source, excluded.language, excluded.kind, excluded.day,
                          excluded.sort_at, excluded.authors)"""
)
_UNINDEXED = text(
    """select a.id from article a
    join version v on v.article_id = a.id and v.number = a.version
    left join search_doc d on d.article_id = a.id and d.version_id = v.id
    where d.article_id is null order by a.id"""
)


class PostgresSearch:
    """`SearchEngine` on PostgreSQL."""

    def __init__(self, *, candidates: int = CANDIDATES) -> None:
        #: Number of newest matches ranked for relevance.
        self.candidates = candidates

    def create(self, connection: Connection) -> None:
        """See `SearchEngine.create`."""
        lock_until_commit(connection, AdvisoryLock.SEARCH)
        for statement in _TABLES:
            connection.exec_driver_sql(statement)
        if connection.scalar(text("select analyser_version from search_meta")) != ANALYSER_VERSION:
            self.reindex(connection)

    def index(self, connection: Connection, article_id: int) -> None:
        """See `SearchEngine.index`."""
        self.index_all(connection, [article_id])

    def index_all(self, connection: Connection, ids: Iterable[int]) -> None:
        """See `SearchEngine.index_all`."""
        for batch in batches(ids):
            found = documents_of(connection, batch)
            for article_id in batch:
                if article_id not in found:
                    self.remove(connection, article_id)
            self.index_new(connection, list(found.values()))

    def index_new(self, connection: Connection, new: Sequence[Document]) -> None:
        """See `SearchEngine.index_new`."""
        if new:
            connection.execute(_UPSERT, list(map(_row, new)))

    def remove(self, connection: Connection, article_id: int) -> None:
        """See `SearchEngine.remove`."""
        connection.execute(text("delete from search_doc where article_id = :id"), {"id": article_id})

    def search(self, connection: Connection, query: Query) -> Iterator[Hit]:
        """See `SearchEngine.search`."""
        return hits(connection, self.matches(connection, query), query)

    def matches(self, connection: Connection, query: Query) -> list[Found]:
        """See `SearchEngine.matches`."""
        with deadline(connection, DEADLINE_S):
            return list(self._matches(connection, query))

    def ids(self, connection: Connection, query: Query) -> Iterator[int]:
        """See `SearchEngine.ids`."""
        return (article_id for article_id, _ in self._matches(connection, query))

    def _matches(self, connection: Connection, query: Query) -> Iterator[Found]:
        condition, values = where_clause(connection, query)
        order = "order by sort_at desc, article_id desc"
        newest = f"select article_id, null as score from search_doc where {condition} {order}"  # noqa: S608  our own words
        relevant = f"""select article_id, ts_rank_cd(words, cast(:ranked as tsquery), 1) as score from (
                select article_id, sort_at, words from search_doc where {condition} {order} limit {self.candidates}
            ) best order by score desc, sort_at desc, article_id desc"""  # noqa: S608  our own words

        def find(statement: str, limit: int | None, offset: int) -> Iterator[Found]:
            rows = connection.execute(
                text(f"{statement} limit :limit offset :offset"), values | {"limit": limit, "offset": offset}
            )
            return ((row.article_id, row.score) for row in rows)

        return in_order(query, partial(find, newest), partial(find, relevant), candidates=self.candidates)

    def matching(self, connection: Connection, query: Query, ids: Collection[int]) -> set[int]:
        """See `SearchEngine.matching`."""
        condition, values = where_clause(connection, query)
        statement = text(f"select article_id from search_doc where article_id = any(:among) and {condition}")  # noqa: S608  our own words only
        return set(connection.scalars(statement, values | {"among": list(ids)}))

    def count(self, connection: Connection, query: Query) -> int:
        """See `SearchEngine.count`."""
        condition, values = where_clause(connection, query)
        with deadline(connection, DEADLINE_S):
            statement = text(f"select count(*) from search_doc where {condition}")  # noqa: S608  our own words only
            return int(connection.execute(statement, values).scalar_one())

    def reindex(self, connection: Connection) -> int:
        """See `SearchEngine.reindex`."""
        connection.exec_driver_sql("delete from search_doc")
        connection.exec_driver_sql("delete from search_meta")
        connection.execute(text("insert into search_meta values (:version)"), {"version": ANALYSER_VERSION})
        for new in documents(connection):
            connection.execute(_UPSERT, _row(new))
        return int(connection.execute(text("select count(*) from search_doc")).scalar_one())

    def check(self, connection: Connection) -> list[str]:
        """See `SearchEngine.check`."""
        return [
            f"article {article_id} is not in the search index in its current form"
            for article_id in connection.scalars(_UNINDEXED)
        ]


def _row(new: Document) -> dict[str, object]:
    title, words = new.tokens
    return {
        "article_id": new.article_id,
        "version_id": new.version_id,
        "source": new.source and new.source.lower(),
        "language": new.language and new.language.lower(),
        "kind": new.kind.lower(),
        "day": new.day,
        "sort_at": new.sort_at,
        "words": vector([("A", title.split()), ("D", words.split())]),
        "authors": vector([("D", new.authors.split())]),
    }


def vector(parts: Iterable[tuple[str, list[str]]]) -> str:
    """Return a `tsvector` literal built from (weight, tokens), one after the other.

    >>> vector([("A", ["رفح"]), ("D", ["غزة", "رفح"])])
    "'رفح':1A,13D 'غزة':12D"
    """
    positions: dict[str, list[str]] = {}
    at, size = 0, 0
    for weight, tokens in parts:
        for token in tokens:
            at += 1
            places = positions.setdefault(token, [])
            size += 0 if places else len(token.encode()) + 20
            if size > _MOST_BYTES:
                del positions[token]
                return _tsvector_text(positions)
            if len(places) < _MOST_POSITIONS:
                places.append(f"{min(at, _LAST_POSITION)}{weight}")
                size += 8
        at += _GAP
    return _tsvector_text(positions)


def _tsvector_text(positions: dict[str, list[str]]) -> str:
    return " ".join(f"{quoted(token)}:{','.join(places)}" for token, places in positions.items())
