"""Search on SQLite: FTS5 over the shadow of each article, rows numbered in the order of newest first.

`search` is an external-content FTS5 table. It indexes one analysed token per word, then the other forms of words that
have several (`storage.text.forms`); its content is a view of the original texts, so that FTS5's own `highlight()` and
`snippet()` find the words as written. Three rules keep it consistent: never its 'rebuild' (that would index the
originals), no triggers (they copy raw columns), and a row is removed only by 'delete' with the very shadow that was
inserted, which `search_doc` and the unchanging `version` row let us recompute.

A row number contains the second of `sort_at`, so the newest matches are the last of FTS5's own order.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import cast

from sqlalchemy import Connection, TextClause, bindparam, text
from sqlalchemy.exc import DatabaseError

from storage.database.types import TableRow
from storage.errors import StorageError
from storage.search.base import CANDIDATES, DEADLINE_S, Found, Hit, in_order, is_by_age
from storage.search.beginnings import spelled_out
from storage.search.deadline import deadline
from storage.search.document import Document
from storage.search.facets import EVERY, WITHDRAWN, day_facets, facet
from storage.search.hits import hits
from storage.search.match import match
from storage.search.query import Query
from storage.search.stored_documents import batches, documents, documents_of
from storage.text.folding import ANALYSER_VERSION
from storage.text.forms import index_tokens

_TABLES = (
    "create table if not exists search_meta (analyser_version integer not null)",
    """create table if not exists search_doc (
        docid integer primary key,
        article_id integer not null unique references article(id),
        version_id integer not null,
        authors text not null,
        facets text not null
    )""",
    """create view if not exists search_content as
        select d.docid, v.title, v.text, d.authors, d.facets
        from search_doc d join version v on v.id = d.version_id""",
    """create virtual table if not exists search using fts5(
        title, text, authors, facets, content='search_content', content_rowid='docid',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Cf'"
    )""",
)
#: Row numbers per second of `sort_at`; if more articles share one (a day without a time), they continue into the next.
A_SECOND = 1 << 10
#: Documents added with one statement, and seconds looked up with one.
_BATCH = 200
_SECONDS = 400
#: Weight of a match in the title relative to one in the text.
_TITLE_WEIGHT = 8.0
_DELETE = text(
    "insert into search (search, rowid, title, text, authors, facets)"
    " values ('delete', :docid, :title, :text, :authors, :facets)"
)
_VERSION = text("select title, text from version where id = :id")
_UNINDEXED = text(
    """select a.id from article a
    left join version v on v.article_id = a.id and v.number = a.version
    left join search_doc d on d.article_id = a.id and d.version_id = v.id
    left join search_docsize s on s.id = d.docid
    where s.id is null order by a.id"""
)
_HELD = text("select * from search_doc where article_id = :article_id")
_DOCIDS = text("select docid, article_id from search_doc where article_id in :ids").bindparams(
    bindparam("ids", expanding=True)
)
_MATCHES = text("select 1 from search where search match :match and rowid = :docid")
_HELD_OF = text("select * from search_doc where article_id in :ids").bindparams(bindparam("ids", expanding=True))
_NEWEST = text(
    """select d.article_id, null as score from search cross join search_doc d on d.docid = search.rowid
    where search.search match :match order by search.rowid desc limit :limit offset :offset"""
)
# The inner select stops after this many rows and computes bm25 only for those: over all matches of a frequent word it
# takes 60 to 170 ms at 100,000 articles, and grows with them.
_RELEVANT = text(
    f"""select d.article_id, -best.score as score from (
        select rowid, bm25(search, {_TITLE_WEIGHT}, 1.0, 0.0, 0.0) as score from search
        where search match :match order by rowid desc limit :candidates
    ) best join search_doc d on d.docid = best.rowid
    order by best.score, best.rowid desc limit :limit offset :offset"""  # noqa: S608  both are numbers of ours
)


class SqliteSearch:
    """`SearchEngine` on SQLite's FTS5."""

    def __init__(self, *, candidates: int = CANDIDATES) -> None:
        #: Number of newest matches ranked for relevance.
        self.candidates = candidates

    def create(self, connection: Connection) -> None:
        """See `SearchEngine.create`."""
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
            held = {row.article_id: row for row in connection.execute(_HELD_OF, {"ids": batch})}
            for article_id, row in held.items():
                if article_id in found and _is_current(row, found[article_id]):
                    del found[article_id]
                else:
                    _forget(connection, row)
            _add(connection, [found[article_id] for article_id in batch if article_id in found])

    def index_new(self, connection: Connection, new: Sequence[Document]) -> None:
        """See `SearchEngine.index_new`."""
        _add(connection, new)

    def remove(self, connection: Connection, article_id: int) -> None:
        """See `SearchEngine.remove`."""
        held = connection.execute(_HELD, {"article_id": article_id}).one_or_none()
        if held is not None:
            _forget(connection, held)

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
        expression = match(connection, spelled_out(connection, query) if is_by_age(query) else query)

        def find(statement: TextClause, limit: int | None, offset: int) -> Iterator[Found]:
            values = {
                "match": expression,
                "limit": -1 if limit is None else limit,
                "offset": offset,
                "candidates": self.candidates,
            }
            return ((row.article_id, row.score) for row in connection.execute(statement, values))

        return in_order(query, partial(find, _NEWEST), partial(find, _RELEVANT), candidates=self.candidates)

    def matching(self, connection: Connection, query: Query, ids: Collection[int]) -> set[int]:
        """See `SearchEngine.matching`. One FTS5 query per row is a look-up; a join would read all matches."""
        expression = match(connection, query)
        documents = connection.execute(_DOCIDS, {"ids": list(ids)}).all()
        return {
            row.article_id
            for row in documents
            if connection.execute(_MATCHES, {"match": expression, "docid": row.docid}).first() is not None
        }

    def count(self, connection: Connection, query: Query) -> int:
        """See `SearchEngine.count`."""
        statement = text("select count(*) from search where search match :match")
        with deadline(connection, DEADLINE_S):
            return int(connection.execute(statement, {"match": match(connection, query)}).scalar_one())

    def reindex(self, connection: Connection) -> int:
        """See `SearchEngine.reindex`."""
        connection.exec_driver_sql("insert into search (search) values ('delete-all')")
        connection.exec_driver_sql("delete from search_doc")
        connection.exec_driver_sql("delete from search_meta")
        connection.execute(text("insert into search_meta values (:version)"), {"version": ANALYSER_VERSION})
        found = documents(connection)
        while batch := list(islice(found, _BATCH)):
            _add(connection, batch)
        return int(connection.execute(text("select count(*) from search_doc")).scalar_one())

    def check(self, connection: Connection) -> list[str]:
        """See `SearchEngine.check`."""
        problems = []
        try:
            connection.exec_driver_sql("insert into search (search) values ('integrity-check')")
        except DatabaseError as error:
            problems.append(f"the search index is damaged: {error.orig}")
        for article_id in connection.scalars(_UNINDEXED):
            problems.append(f"article {article_id} is not in the search index in its current form")
        return problems


def _add(connection: Connection, found: Sequence[Document]) -> None:
    """Add documents that are not in the index. Uses the driver directly, which takes half the time for long texts."""
    if not found:
        return
    numbers = _Numbers(connection, [new.sort_at for new in found])
    facets = [_facets(new) for new in found]
    docids = [numbers.free(new.sort_at) for new in found]
    connection.exec_driver_sql(
        "insert into search_doc (docid, article_id, version_id, authors, facets) values (?, ?, ?, ?, ?)",
        [
            (docid, new.article_id, new.version_id, new.authors, tokens)
            for docid, new, tokens in zip(docids, found, facets, strict=True)
        ],
    )
    connection.exec_driver_sql(
        "insert into search (rowid, title, text, authors, facets) values (?, ?, ?, ?, ?)",
        [(docid, *new.tokens, new.authors, tokens) for docid, new, tokens in zip(docids, found, facets, strict=True)],
    )


class _Numbers:
    """Hands out row numbers that are free, in the seconds of some documents."""

    def __init__(self, connection: Connection, instants: Iterable[datetime]) -> None:
        self._connection = connection
        #: The first free number of each second asked for.
        self._next: dict[int, int] = {}
        firsts = iter(sorted({_first_of(one) for one in instants}))
        while some := list(islice(firsts, _SECONDS)):
            self._next |= self._first_free(some)

    def free(self, sort_at: datetime) -> int:
        """The first free row number of that second, or of the next one with space."""
        first = _first_of(sort_at)
        while (number := self._number(first)) >= first + A_SECOND:
            first += A_SECOND
        self._next[first] = number + 1
        return number

    def _number(self, first: int) -> int:
        if first not in self._next:
            self._next |= self._first_free([first])
        return self._next[first]

    def _first_free(self, firsts: Sequence[int]) -> dict[int, int]:
        """The first free number of each of some seconds, given by their first numbers: in one statement."""
        marks = ", ".join(["(?)"] * len(firsts))
        statement = (
            f"with asked(first) as (values {marks}) select first, (select max(docid) from search_doc"  # noqa: S608  marks
            f" where docid >= first and docid < first + {A_SECOND}) from asked"
        )
        rows = cast("Iterable[tuple[int, int | None]]", self._connection.exec_driver_sql(statement, tuple(firsts)))
        return {first: first if top is None else top + 1 for first, top in rows}


def _first_of(instant: datetime) -> int:
    """The first row number of a second."""
    return int(instant.timestamp()) * A_SECOND


def _facets(new: Document) -> str:
    tokens = [EVERY, facet("kind", new.kind)]
    tokens += [facet("source", new.source)] if new.source else []
    tokens += [facet("language", new.language)] if new.language else []
    tokens += day_facets(new.day) if new.day else []
    tokens += [WITHDRAWN] if new.withdrawn else []
    return " ".join(tokens)


def _is_current(held: TableRow, new: Document) -> bool:
    second = held.docid // A_SECOND
    return (held.version_id, held.authors, held.facets, second) == (
        new.version_id,
        new.authors,
        _facets(new),
        int(new.sort_at.timestamp()),
    )


def _forget(connection: Connection, held: TableRow) -> None:
    """Remove a document with the very tokens that were inserted."""
    version = connection.execute(_VERSION, {"id": held.version_id}).one_or_none()
    if version is None:
        raise StorageError(
            f"article {held.article_id}: its version was deleted before it was removed from the search index; "
            "rebuild the search index"
        )
    shadows = {"title": index_tokens(version.title), "text": index_tokens(version.text)}
    connection.execute(_DELETE, {"docid": held.docid, "authors": held.authors, "facets": held.facets} | shadows)
    connection.execute(text("delete from search_doc where docid = :docid"), {"docid": held.docid})
