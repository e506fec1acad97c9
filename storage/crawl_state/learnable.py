"""Articles as input of learning: the few columns from which a source's boilerplate is learned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, Table, select

from storage.database.tables.core import ArticleRow, VersionRow
from storage.model.article import Removed

_articles, _versions = cast(Table, ArticleRow.__table__), cast(Table, VersionRow.__table__)
#: Articles read with one statement: of each the removed parts come along, ten times as much as is kept of them.
_BATCH = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnableArticle:
    """An article's current text, with the learned lines that were removed from it."""

    article_id: int
    url: str
    #: YYYY-MM-DD; None if the article is not dated.
    day: str | None
    text: str
    authors: tuple[str, ...]
    #: Lines removed under the rule "learned" whose place is known, in page order.
    learned: tuple[Removed, ...]


def learnable(connection: Connection, ids: Sequence[int]) -> Iterator[LearnableArticle]:
    """Yield the articles with these numbers, in their order; unknown ones are omitted.

    A whole article costs three times as much to read: its evidence, snapshot, story and parts teach nothing here.
    """
    shown = (_versions.c.article_id == _articles.c.id) & (_versions.c.number == _articles.c.version)
    statement = select(
        _articles.c.id, _articles.c.url, _articles.c.published_day, _articles.c.text, _articles.c.authors,
        _versions.c.removed,
    ).join(_versions, shown)  # fmt: skip
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        rows = {row.id: row for row in connection.execute(statement.where(_articles.c.id.in_(some)))}
        for article_id in some:
            if (row := rows.get(article_id)) is not None:
                yield LearnableArticle(
                    article_id=row.id,
                    url=row.url,
                    day=row.published_day,
                    text=row.text,
                    authors=tuple(row.authors),
                    learned=tuple(
                        Removed(**one)
                        for one in row.removed
                        if one["rule"] == "learned" and one["after_line"] is not None
                    ),
                )
