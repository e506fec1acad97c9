"""Figures about each source. Counted here, judged in `crawler.health`.

Every query walks an index from the table `source` down (`ix_article_source`, `ix_snapshot_source`, `ix_url_due`), so a
year of history costs no more than the requested weeks.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, func, select

from storage.database.tables.core import RunRow, SourceRow
from storage.statistics.health.articles import counted, newest, sampled
from storage.statistics.health.fetches import earliest, fetch_days, last_fetches, unanswered
from storage.statistics.health.polls import endpoints_of, robots_of, visited_days
from storage.statistics.health.values import (
    HISTORY,
    EndpointFigures,
    FetchDay,
    Figures,
    Sample,
    SourceFigures,
    Unanswered,
)

__all__ = [
    "HISTORY",
    "EndpointFigures",
    "FetchDay",
    "Figures",
    "Sample",
    "SourceFigures",
    "Unanswered",
    "figures",
]

_sources, _runs = cast(Table, SourceRow.__table__), cast(Table, RunRow.__table__)


def figures(connection: Connection, *, now: datetime, keys: Collection[str] | None = None) -> Figures:
    """Count everything up to `now`. `keys`: the requested sources; None: all sources in the archive."""
    rows = connection.execute(select(_sources).order_by(_sources.c.key)).all()
    known = [row for row in rows if keys is None or row.key in keys]
    names = [row.key for row in known]
    hours = counted(connection, names, since=now - HISTORY, now=now)
    samples = sampled(connection, hours, now=now)
    fetches = fetch_days(connection, names, now=now)
    endpoints = endpoints_of(connection, names)
    visited = visited_days(connection, since=now - HISTORY)
    robots = robots_of(connection)
    latest, first, last = newest(connection, names), earliest(connection, names), last_fetches(connection, names)
    unheard = unanswered(connection, names, now=now)
    return Figures(
        at=now,
        last_run_at=_last_run(connection),
        sources=tuple(
            SourceFigures(
                source=row.key,
                name_ar=row.name_ar,
                name_en=row.name_en,
                country=row.country,
                timezone=row.timezone,
                home=row.home,
                hours=hours.get(row.key, {}),
                newest_at=latest.get(row.key),
                samples=tuple(samples.get(row.key, ())),
                fetches=tuple(fetches.get(row.key, ())),
                unanswered=tuple(unheard.get(row.key, ())),
                endpoints=tuple(endpoints.get(row.key, ())),
                robots=robots.of(_addresses(row.home, endpoints.get(row.key, ()), samples.get(row.key, ()))),
                visited=visited.of(_addresses(row.home, endpoints.get(row.key, ()), ())),
                first_fetch_at=first.get(row.key),
                last_fetch_at=last.get(row.key),
            )
            for row in known
        ),
    )


def _addresses(home: str, endpoints: Sequence[EndpointFigures], samples: Sequence[Sample]) -> list[str]:
    return [home, *(one.url for one in endpoints), *(one.url for one in samples[:20])]


def _last_run(connection: Connection) -> datetime | None:
    crawls = _runs.c.kind.in_(("crawl", "watch", "worker"))
    latest: datetime | None = connection.scalar(select(func.max(_runs.c.started_at)).where(crawls))
    return latest
