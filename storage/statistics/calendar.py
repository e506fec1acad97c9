"""Calendar: how many articles of a source are stored per day, and which days were backfilled."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, func, select

from storage.database.tables.backfills import BackfillRow
from storage.database.tables.core import ArticleRow, UrlRow

_articles, _urls = cast(Table, ArticleRow.__table__), cast(Table, UrlRow.__table__)
_backfills = cast(Table, BackfillRow.__table__)

#: Day of a pending URL, from the URL itself and what was stated about its article; None if neither gives one.
DayOf = Callable[[str, str | None], date | None]
#: Rows in memory at once.
_BATCH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Stored articles of a source, by day in its own zone."""

    source: str
    #: Articles by the day on which they were published.
    articles: Mapping[date, int]
    #: Undated articles.
    undated: int
    #: Discovered but unfetched URLs, by the day that they or their list state.
    waiting: Mapping[date, int]
    #: The other pending URLs.
    waiting_undated: int
    #: Backfilled ranges, (first day, last day); only finished ones.
    backfilled: tuple[tuple[date, date], ...] = ()

    @property
    def days(self) -> tuple[date, date] | None:
        """Return the first and last day with any data; None: there is none."""
        ends = [*self.articles, *self.waiting, *(day for stretch in self.backfilled for day in stretch)]
        return (min(ends), max(ends)) if ends else None

    def is_backfilled(self, day: date) -> bool:
        """Whether a day was backfilled: if it has no articles, there were none to find."""
        return any(first <= day <= last for first, last in self.backfilled)

    def between(self, first: date, last: date) -> int:
        """Count the articles of some days, both ends included."""
        return sum(number for day, number in self.articles.items() if first <= day <= last)


def calendar(connection: Connection, source: str, *, zone: ZoneInfo, day_of: DayOf) -> Calendar:
    """Count a source's articles by their own day.

    An article with a known time falls on its day in `zone`, whatever zone its page used; one with only a day falls on
    that day.
    """
    articles: Counter[date] = Counter()
    undated = 0
    for day, moment, number in _published(connection, source):
        if day is None:
            undated += number
        else:
            articles[moment.astimezone(zone).date() if moment is not None else date.fromisoformat(day)] += number
    waiting: Counter[date | None] = Counter()
    pending = select(_urls.c.url, _urls.c.hint).where(_urls.c.source_key == source, _urls.c.state == "pending")
    for url, hint in connection.execute(pending).yield_per(_BATCH):
        waiting[day_of(url, (hint or {}).get("published"))] += 1
    waiting_undated = waiting.pop(None, 0)
    stretches = select(_backfills.c.since, _backfills.c.until).where(
        _backfills.c.source_key == source, _backfills.c.ended_at.is_not(None)
    )
    return Calendar(
        source=source,
        articles=dict(sorted(articles.items())),
        undated=undated,
        waiting={day: waiting[day] for day in sorted(day for day in waiting if day is not None)},
        waiting_undated=waiting_undated,
        backfilled=tuple(
            (date.fromisoformat(first), date.fromisoformat(last))
            for first, last in sorted((row.since, row.until) for row in connection.execute(stretches))
        ),
    )


def _published(connection: Connection, source: str) -> "list[tuple[str | None, datetime | None, int]]":
    """Yield (day, moment, articles): moments only where the day could differ between zones."""
    moment = (_articles.c.published_day, _articles.c.published_at)
    rows = connection.execute(select(*moment, func.count()).where(_articles.c.source_key == source).group_by(*moment))
    return [(day, at, number) for day, at, number in rows]


def weeks(first: date, last: date) -> list[list[date]]:
    """Return the days of a year or range in weeks, Saturday to Friday; the first and last may be short."""
    made: list[list[date]] = []
    day = first
    while day <= last:
        if not made or day.weekday() == 5:
            made.append([])
        made[-1].append(day)
        day += timedelta(days=1)
    return made


def bounds(found: Calendar) -> tuple[int, int, int]:
    """Return the thresholds between shades: quartiles of the days with articles."""
    numbers = sorted(found.articles.values()) or [1]
    first, second, third = (numbers[(len(numbers) - 1) * part // 4] for part in (1, 2, 3))
    return first, second, third


def level(found: Calendar, day: date, steps: tuple[int, int, int]) -> int:
    """Return the shade of a day, 1 to 4; 0: none stored though it was backfilled; -1: never backfilled."""
    number = found.articles.get(day, 0)
    if not number:
        return 0 if found.is_backfilled(day) else -1
    return 1 + sum(number > step for step in steps)


def legend(found: Calendar) -> list[tuple[int, str]]:
    """Return the shades in use, each with its range of articles: (1, "1-3")."""
    words, low = [], 1
    for shade, step in enumerate(bounds(found), 1):
        if step >= low:
            words.append((shade, str(step) if step == low else f"{low}-{step}"))
            low = step + 1
    return [*words, (4, f"{low}+")] if max(found.articles.values(), default=0) >= low else words
