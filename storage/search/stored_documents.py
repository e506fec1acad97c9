"""The documents of stored articles, read from their rows."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import cast

from sqlalchemy import Connection, Select, Table, bindparam, func, select

from storage.database.tables.core import ArticleRow, SourceRow, VersionRow
from storage.database.types import TableRow
from storage.search.document import Document, author_tokens

_article = cast(Table, ArticleRow.__table__)
_source = cast(Table, SourceRow.__table__)
_version = cast(Table, VersionRow.__table__)
#: Articles per batch while indexing all of them.
_BATCH = 500


def documents_of(connection: Connection, ids: Sequence[int]) -> dict[int, Document]:
    """Read some hundred articles, by number; those without a row are left out."""
    return {row.id: _document(row) for row in connection.execute(_SOME, {"ids": ids})}


def batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield numbers of articles, as many at a time as `documents_of` takes."""
    numbers = iter(ids)
    while batch := list(islice(numbers, _BATCH)):
        yield batch


def documents(connection: Connection) -> Iterator[Document]:
    """Read every article, oldest first in the order of `sort_at`."""
    statement = _columns().order_by(_article.c.sort_at, _article.c.id)
    with connection.execute(statement, execution_options={"yield_per": _BATCH}) as rows:
        yield from map(_document, rows)


def _columns() -> "Select[*tuple[object, ...]]":
    shown = (_version.c.article_id == _article.c.id) & (_version.c.number == _article.c.version)
    return select(
        _article.c.id,
        _version.c.id.label("version_id"),
        _version.c.title,
        _version.c.text,
        _article.c.authors,
        _article.c.source_key,
        _article.c.language,
        _article.c.kind,
        _article.c.published_day,
        _article.c.withdrawn_at,
        _article.c.sort_at,
    ).join_from(_article, _version, shown)


_SOME = _columns().where(_article.c.id.in_(bindparam("ids", expanding=True)))


def _document(row: TableRow) -> Document:
    return Document(
        article_id=row.id,
        version_id=row.version_id,
        title=row.title,
        text=row.text,
        authors=author_tokens(row.authors),
        source=row.source_key,
        language=row.language,
        kind=row.kind,
        day=row.published_day,
        withdrawn=row.withdrawn_at is not None,
        sort_at=row.sort_at,
    )


def sources_of(connection: Connection, countries: Iterable[str]) -> list[str]:
    """Return the keys of the sources of these countries; case is ignored."""
    wanted = [country.lower() for country in countries]
    keys = select(_source.c.key).where(func.lower(_source.c.country).in_(wanted)).order_by(_source.c.key)
    return list(connection.scalars(keys))
