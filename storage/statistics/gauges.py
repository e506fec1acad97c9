"""Gauges: the current state of the archive, for a monitor that polls every few seconds. One index step each."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, case, func, select

from storage.database.tables.core import ArticleRow, SourceRow, UrlRow
from storage.database.tables.endpoints import EndpointRow

_sources, _articles = cast(Table, SourceRow.__table__), cast(Table, ArticleRow.__table__)
_urls, _endpoints = cast(Table, UrlRow.__table__), cast(Table, EndpointRow.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """The current state, by source; None is the key of what has no source."""

    #: (source, state) -> URLs.
    urls: dict[tuple[str | None, str], int] = field(default_factory=dict)
    #: Source -> sort time of its newest article: published, or first seen if it has no time. UTC.
    newest: dict[str, datetime] = field(default_factory=dict)
    #: Source -> endpoints whose last poll failed.
    failing: dict[str, int] = field(default_factory=dict)


def gauges(connection: Connection) -> Gauges:
    """Read them."""
    grouped = select(_urls.c.source_key, _urls.c.state, func.count().label("number"))
    newest = select(func.max(_articles.c.sort_at)).where(_articles.c.source_key == _sources.c.key).scalar_subquery()
    sources = connection.execute(select(_sources.c.key, newest.label("newest"))).all()
    return Gauges(
        urls={
            (row.source_key, row.state): row.number
            for row in connection.execute(grouped.group_by(_urls.c.source_key, _urls.c.state))
        },
        newest={row.key: row.newest for row in sources if row.newest is not None},
        failing=_failing(connection),
    )


def _failing(connection: Connection) -> dict[str, int]:
    number = func.sum(case((_endpoints.c.errors > 0, 1), else_=0)).label("number")
    rows = select(_endpoints.c.source_key, number).where(_endpoints.c.retired.is_(False))
    return {row.source_key: row.number for row in connection.execute(rows.group_by(_endpoints.c.source_key))}


def source_keys(connection: Connection) -> list[str]:
    """Return the keys of all sources in the archive."""
    return list(connection.scalars(select(_sources.c.key).order_by(_sources.c.key)))
