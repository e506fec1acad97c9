"""How what matches is spread over sources, kinds, languages and days: for facets and for attention over time."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, text

from storage.search.base import DEADLINE_S
from storage.search.deadline import deadline
from storage.search.match import match
from storage.search.postgres import where_clause
from storage.search.query import Query
from storage.search.sqlite import A_SECOND

#: How many matches, the newest, are counted for facets: more would cost more time than a page may take.
FACET_SAMPLE = 3_000

_FACETS = text(
    """select d.facets, 1 as number from (
        select rowid from search where search match :match order by rowid desc limit :most
    ) found cross join search_doc d on d.docid = found.rowid"""
)
#: A row number holds the second of `sort_at` (see `storage.search.sqlite`), so days are counted from the index alone:
#: 100,000 matches take 40 ms, by way of their rows 180.
_DAYS = text(
    f"select rowid / {86_400 * A_SECOND} as day, count(*) as number from search where search match :match group by 1"  # noqa: S608
)
#: What every document with a day has: the token of its century.
_DATED = "facets : (" + " OR ".join(f"day{century}" for century in range(10, 30)) + ")"
_TOKEN = re.compile(r"(?P<name>source|kind|language)(?P<value>[0-9a-f]+)|day(?P<month>\d{6})")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """Counts of matching articles."""

    #: Articles counted, the newest: all that match where they are fewer than were asked for.
    counted: int
    #: By key of the source; articles that belong to none are left out. Most first, so for the two below.
    sources: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    #: By month of publication (YYYY-MM), newest first; undated articles are left out.
    months: Mapping[str, int] = field(default_factory=dict)
    undated: int = 0


def facet_counts(connection: Connection, query: Query, *, most: int = FACET_SAMPLE) -> FacetCounts:
    """Count the newest `most` matches by what they are; `limit`, `offset` and `sort` of the query are not regarded.

    Raises QueryError where the search takes too long.
    """
    with deadline(connection, DEADLINE_S):
        return _added(_rows(connection, query, most))


def days(connection: Connection, query: Query) -> dict[date, int]:
    """Matching articles by day of publication, in UTC; a stated day without a time is taken as that day.

    Articles without a day are left out. Raises QueryError where the search takes too long.
    """
    with deadline(connection, DEADLINE_S):
        if connection.dialect.name == "sqlite":
            dated = f"({match(connection, query)}) AND {_DATED}"
            rows = connection.execute(_DAYS, {"match": dated})
            return {(_EPOCH + timedelta(days=row.day)): row.number for row in rows}
        where, values = where_clause(connection, query)
        statement = f"""select cast(sort_at at time zone 'UTC' as date) as day, count(*) as number from search_doc
            where day is not null and {where} group by 1"""  # noqa: S608  our own words only
        return {row.day: row.number for row in connection.execute(text(statement), values)}


#: What of a document is counted together, and how often.
_Row = tuple[Mapping[str, str | None], int]


def _rows(connection: Connection, query: Query, most: int) -> Iterable[_Row]:
    if connection.dialect.name == "sqlite":
        found = connection.execute(_FACETS, {"match": match(connection, query), "most": most})
        return [(_read(row.facets), row.number) for row in found]
    where, values = where_clause(connection, query)
    statement = f"""select source, kind, language, substr(day, 1, 7) as month, count(*) as number from (
        select source, kind, language, day from search_doc where {where} order by sort_at desc limit :most
    ) found group by 1, 2, 3, 4"""  # noqa: S608  our own words only
    found = connection.execute(text(statement), values | {"most": most})
    return [(dict(row._mapping), row.number) for row in found]


def _read(facets: str) -> dict[str, str | None]:
    """The values that the tokens of a document stand for, see `storage.search.facets`."""
    return dict(filter(None, map(_value, facets.split())))


@lru_cache(maxsize=20_000)
def _value(token: str) -> tuple[str, str] | None:
    """The name and value of a token; None of those that are not counted."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    if found["month"]:
        return "month", f"{found['month'][:4]}-{found['month'][4:]}"
    return found["name"], bytes.fromhex(found["value"]).decode("utf-8", "surrogatepass")


def _added(rows: Iterable[_Row]) -> FacetCounts:
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("source", "kind", "language", "month")}
    counted = undated = 0
    for values, number in rows:
        counted += number
        undated += number if not values.get("month") else 0
        for name, counter in counts.items():
            value: Any = values.get(name)
            if value:
                counter[value] += number
    months = sorted(counts["month"].items(), reverse=True)
    return FacetCounts(
        counted=counted,
        sources=dict(counts["source"].most_common()),
        kinds=dict(counts["kind"].most_common()),
        languages=dict(counts["language"].most_common()),
        months=dict(months),
        undated=undated,
    )
