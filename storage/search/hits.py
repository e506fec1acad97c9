"""Hits: matches prepared for display."""

from collections.abc import Iterator, Sequence
from typing import cast

from sqlalchemy import Connection, Table, select

from storage.database.tables.core import ArticleRow
from storage.search.base import Found, Hit
from storage.search.query import Query
from storage.search.snippet import excerpt

_article = cast(Table, ArticleRow.__table__)
#: Articles per batch.
_BATCH = 50


def hits(connection: Connection, found: Sequence[Found], query: Query) -> Iterator[Hit]:
    """Yield a hit for each (article id, score), in the order given; without those that were removed meanwhile."""
    columns = (_article.c.id, _article.c.url, _article.c.source_key, _article.c.published, _article.c.title)
    for start in range(0, len(found), _BATCH):
        batch = found[start : start + _BATCH]
        statement = select(*columns, _article.c.text).where(_article.c.id.in_([article_id for article_id, _ in batch]))
        rows = {row.id: row for row in connection.execute(statement)}
        for article_id, score in batch:
            if (row := rows.get(article_id)) is None:
                continue
            yield Hit(
                article_id=article_id,
                url=row.url,
                source=row.source_key,
                published=row.published,
                title=excerpt(row.title, query.terms, words=None),
                snippet=excerpt(row.text, query.terms),
                score=score,
            )
