"""Articles per source and hour, and a sample of them for closer inspection."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, Integer, Table, and_, func, or_, select
from sqlalchemy import cast as sql_cast

from storage.database.tables.core import ArticleRow, SourceRow
from storage.statistics.health.values import Sample

#: Sample size per source: from the reference days, and from the latest.
_BEFORE, _LATELY = 60, 40
#: Age of "the latest", and how far back the reference days reach.
_LATE, _EARLY = timedelta(days=3), timedelta(days=35)
#: Some newspapers' clocks run ahead by hours; further in the future is not a valid date.
_AHEAD = timedelta(hours=26)

_sources, _articles = cast(Table, SourceRow.__table__), cast(Table, ArticleRow.__table__)


def counted(
    connection: Connection, keys: Sequence[str], *, since: datetime, now: datetime
) -> dict[str, dict[int, int]]:
    """Return source -> hour since the epoch -> articles. Reads only the index."""
    if connection.dialect.name == "sqlite":
        # Not `/`: that is float division, and every second would be a group of its own.
        hour = sql_cast(func.strftime("%s", func.substr(_articles.c.sort_at, 1, 19)), Integer) // 3600
    else:
        hour = func.floor(func.extract("epoch", _articles.c.sort_at) / 3600)
    of = _articles.c.source_key == _sources.c.key
    asked = (
        select(_sources.c.key, hour.label("hour"), func.count().label("number"))
        .select_from(
            _sources.join(_articles, and_(of, _articles.c.sort_at >= since, _articles.c.sort_at <= now + _AHEAD))
        )
        .where(_sources.c.key.in_(keys))
        .group_by(_sources.c.key, "hour")
    )
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for key, at, number in connection.execute(asked):
        found[key][int(at)] = number
    return found


def newest(connection: Connection, keys: Sequence[str]) -> dict[str, datetime]:
    """Return source -> time of its newest article."""
    latest = select(func.max(_articles.c.sort_at)).where(_articles.c.source_key == _sources.c.key).scalar_subquery()
    rows = connection.execute(select(_sources.c.key, latest.label("at")).where(_sources.c.key.in_(keys)))
    return {row.key: row.at for row in rows if row.at is not None}


def sampled(
    connection: Connection, hours: Mapping[str, Mapping[int, int]], *, now: datetime
) -> dict[str, list[Sample]]:
    """Return source -> sampled articles, oldest first: about as many for each, whatever it publishes.

    Sampled by a hash of the number and not at random, so that repeated checks see the same.
    """
    late, early = now - _LATE, now - _EARLY
    strides: dict[tuple[int, int], list[str]] = defaultdict(list)
    for key, by_hour in hours.items():
        numbers = [sum(n for at, n in by_hour.items() if at * 3600 >= since.timestamp()) for since in (early, late)]
        strides[_stride(numbers[0], _BEFORE), _stride(numbers[1], _LATELY)].append(key)
    found: dict[str, list[Sample]] = defaultdict(list)
    for (before, lately), keys in sorted(strides.items()):
        mixed = (_articles.c.id * 7_919) % 10_007
        drawn = or_(mixed % before == 0, and_(_articles.c.sort_at >= late, mixed % lately == 0))
        columns = ("url", "sort_at", "first_seen_at", "published_at", "published_precision", "source_key")
        asked = (
            select(*(_articles.c[name] for name in columns), (_articles.c.title != "").label("titled"))
            .add_columns(func.length(_articles.c.text).label("length"))
            .where(_articles.c.source_key.in_(keys), _articles.c.sort_at.between(early, now + _AHEAD), drawn)
        )
        for row in connection.execute(asked):
            found[row.source_key].append(
                Sample(
                    url=row.url,
                    at=row.sort_at,
                    first_seen_at=row.first_seen_at,
                    published_at=row.published_at,
                    precision=row.published_precision,
                    titled=bool(row.titled),
                    length=row.length,
                )
            )
    return {key: sorted(samples, key=lambda one: (one.at, one.url)) for key, samples in found.items()}


def _stride(number: int, wanted: int) -> int:
    """Return the sampling stride: a power of two, so that few queries serve all sources."""
    stride = 1
    while number > 2 * wanted * stride:
        stride *= 2
    return stride
