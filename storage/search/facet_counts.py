"""Count matches by source, kind, language and day: for facets and for coverage over time."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, text

from storage.search.base import DEADLINE_S
from storage.search.condition import where_clause
from storage.search.deadline import deadline
from storage.search.match import match
from storage.search.query import Query
from storage.search.sqlite import A_SECOND

#: Number of newest matches counted for facets: more would take longer than a page may.
FACET_SAMPLE = 3_000

_FACETS = text(
    """select d.facets from (
        select rowid from search where search match :match order by rowid desc limit :most
    ) found cross join search_doc d on d.docid = found.rowid"""
)
#: A row number holds the second of `sort_at` (see `storage.search.sqlite`), so days are counted from the index alone:
#: by way of their rows the same count takes some four times as long.
_DAYS = text(
    f"select rowid / {86_400 * A_SECOND} as day, count(*) as number from search where search match :match group by 1"  # noqa: S608
)
#: What every document with a day has: the token of its century. Each one more costs a search some milliseconds.
_DATED = "facets : (" + " OR ".join(f"day{century}" for century in (18, 19, 20)) + ")"
_TOKEN = re.compile(r"(?P<name>source|kind|language)(?P<value>[0-9a-f]+)|day(?P<month>\d{6})")
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """Counts of matching articles."""

    #: Articles counted, the newest: all matches if there are fewer than requested.
    counted: int
    #: By source key; articles without a source are left out. Most frequent first, as in the two below.
    sources: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    #: By month of publication (YYYY-MM), newest first; undated articles are left out.
    months: Mapping[str, int] = field(default_factory=dict)
    undated: int = 0


def facet_counts(connection: Connection, query: Query, *, most: int | None = None) -> FacetCounts:
    """Count the newest `most` matches by their attributes; `limit`, `offset` and `sort` of the query are ignored.

    `most`: None means `FACET_SAMPLE`. Raises QueryError if the search takes too long.
    """
    with deadline(connection, DEADLINE_S):
        return _count_matches(connection, query, FACET_SAMPLE if most is None else most)


def days(connection: Connection, query: Query) -> dict[date, int]:
    """Count matching articles by day of publication, in UTC; a day stated without a time is taken as that day.

    Articles without a day are left out. Raises QueryError if the search takes too long.
    """
    with deadline(connection, DEADLINE_S):
        if connection.dialect.name == "sqlite":
            dated = f"({match(connection, query)}) AND {_DATED}"
            rows = connection.execute(_DAYS, {"match": dated})
            return {date.fromordinal(_EPOCH + day): number for day, number in rows}
        where, values = where_clause(connection, query)
        statement = f"""select cast(sort_at at time zone 'UTC' as date) as day, count(*) as number from search_doc
            where day is not null and {where} group by 1"""  # noqa: S608  our own words only
        return {row[0]: row[1] for row in connection.execute(text(statement), values)}


def _count_matches(connection: Connection, query: Query, most: int) -> FacetCounts:
    if connection.dialect.name != "sqlite":
        return _counted_rows(connection, query, most)
    found = connection.scalars(_FACETS, {"match": match(connection, query), "most": most}).all()
    # Tokens are counted before they are read: 3,000 documents have some 27,000 of them and a few hundred are distinct.
    counts: dict[str, Counter[str]] = {name: Counter() for name in _NAMES}
    for token, number in Counter(" ".join(found).split()).items():
        value = _value(token)
        if value is not None:
            counts[value[0]][value[1]] += number
    return _facet_counts(counts, counted=len(found))


def _counted_rows(connection: Connection, query: Query, most: int) -> FacetCounts:
    where, values = where_clause(connection, query)
    statement = f"""select source, kind, language, substr(day, 1, 7) as month, count(*) as number from (
        select source, kind, language, day from search_doc where {where} order by sort_at desc limit :most
    ) found group by 1, 2, 3, 4"""  # noqa: S608  our own words only
    counts: dict[str, Counter[str]] = {name: Counter() for name in _NAMES}
    counted = 0
    for row in connection.execute(text(statement), values | {"most": most}):
        counted += row.number
        for name, value in zip(_NAMES, row, strict=False):
            if value:
                counts[name][value] += row.number
    return _facet_counts(counts, counted=counted)


#: What is counted, in the order of the columns above.
_NAMES = ("source", "kind", "language", "month")


@lru_cache(maxsize=20_000)
def _value(token: str) -> tuple[str, str] | None:
    """Return the facet and value of a token, see `storage.search.facets`; None: it is not counted."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    if found["month"]:
        return "month", f"{found['month'][:4]}-{found['month'][4:]}"
    return found["name"], bytes.fromhex(found["value"]).decode("utf-8", "surrogatepass")


def _facet_counts(counts: Mapping[str, Counter[str]], *, counted: int) -> FacetCounts:
    return FacetCounts(
        counted=counted,
        sources=dict(counts["source"].most_common()),
        kinds=dict(counts["kind"].most_common()),
        languages=dict(counts["language"].most_common()),
        months=dict(sorted(counts["month"].items(), reverse=True)),
        undated=counted - counts["month"].total(),
    )
