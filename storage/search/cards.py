"""Cards: what a list shows of an article, read for many articles in two queries and without full texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, func, select

from storage.database.tables.core import ArticleRow
from storage.database.tables.stories import StoryRow

_article, _story = cast(Table, ArticleRow.__table__), cast(Table, StoryRow.__table__)
#: Characters read from the beginning of a text.
LEAD = 420


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An article as lists show it. Instants are in UTC."""

    article_id: int
    #: Canonical key, the same in every archive.
    key: str
    url: str
    source: str | None
    title: str
    #: The beginning of the text, at most `LEAD` characters, cut anywhere.
    lead: str
    #: ISO 8601 at the known precision, in the article's own zone; None if the date is not known.
    published: str | None
    published_at: datetime | None
    #: Its sort key for "newest first": published, or first seen if it has no date.
    sort_at: datetime
    first_seen_at: datetime
    changed_at: datetime | None
    withdrawn_at: datetime | None
    section: str | None
    kind: str
    language: str | None
    #: Number of the version shown; more than 1: it was changed.
    version: int
    #: Its story: shared by near-duplicates; its own number if it has none.
    story: int


def cards(connection: Connection, ids: Sequence[int]) -> list[Card]:
    """Return the cards of these articles, in the given order; unknown numbers are left out."""
    columns = (
        _article.c.id,
        _article.c.key,
        _article.c.url,
        _article.c.source_key,
        _article.c.title,
        func.substr(_article.c.text, 1, LEAD).label("lead"),
        _article.c.published,
        _article.c.published_at,
        _article.c.sort_at,
        _article.c.first_seen_at,
        _article.c.changed_at,
        _article.c.withdrawn_at,
        _article.c.section,
        _article.c.kind,
        _article.c.language,
        _article.c.version,
        _story.c.story_id,
    )
    joined = _article.outerjoin(_story, _story.c.article_id == _article.c.id)
    found = {
        row.id: Card(
            article_id=row.id,
            key=row.key,
            url=row.url,
            source=row.source_key,
            title=row.title,
            lead=row.lead,
            published=row.published,
            published_at=row.published_at,
            sort_at=row.sort_at,
            first_seen_at=row.first_seen_at,
            changed_at=row.changed_at,
            withdrawn_at=row.withdrawn_at,
            section=row.section,
            kind=row.kind,
            language=row.language,
            version=row.version,
            story=row.story_id or row.id,
        )
        for row in connection.execute(select(*columns).select_from(joined).where(_article.c.id.in_(ids)))
    }
    return [found[article_id] for article_id in ids if article_id in found]
