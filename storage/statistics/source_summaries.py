"""All sources in the archive, with the data that a list of sources shows; one walk along one index."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, func, select

from storage.database.tables.core import ArticleRow, SourceRow

_sources, _articles = cast(Table, SourceRow.__table__), cast(Table, ArticleRow.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSummary:
    """A source, and its article count in the archive."""

    key: str
    name_ar: str
    name_en: str
    #: ISO 3166 code, as the source file writes it.
    country: str
    #: IANA name of its time zone.
    timezone: str
    home: str
    articles: int
    #: Time of its newest article, published or first seen; UTC. None: there is none.
    newest_at: datetime | None


def source_summaries(connection: Connection) -> list[SourceSummary]:
    """Return all sources, by key."""
    counted = select(
        _articles.c.source_key, func.count().label("number"), func.max(_articles.c.sort_at).label("newest_at")
    ).group_by(_articles.c.source_key)
    held = {row.source_key: row for row in connection.execute(counted)}
    rows = connection.execute(select(_sources).order_by(_sources.c.key)).all()
    return [
        SourceSummary(
            key=row.key,
            name_ar=row.name_ar,
            name_en=row.name_en,
            country=row.country,
            timezone=row.timezone,
            home=row.home,
            articles=held[row.key].number if row.key in held else 0,
            newest_at=held[row.key].newest_at if row.key in held else None,
        )
        for row in rows
    ]
