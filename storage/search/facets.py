"""Facets: filters as tokens of the index, so that a frequent word under a narrow filter is as cheap as without it.

FTS5 knows only tokens and row numbers. Filtering its matches by a join would scan every match of a frequent word until
enough pass; a token for source, language, kind and day turns the filter into one more list that FTS5 itself intersects.
"""

from collections.abc import Iterator
from datetime import date, timedelta

#: A token of every document: the start of a query without words.
EVERY = "every"
#: The token of withdrawn articles.
WITHDRAWN = "withdrawn"
_PREFIXES = (2, 3, 4, 6, 8)
_FIRST, _LAST = date(1, 1, 1), date(9999, 12, 31)


def facet(name: str, value: str) -> str:
    """Return the token of one filter value; hexadecimal, because only letters and digits reliably form one token.

    >>> facet("source", "al-x")
    'source616c2d78'
    """
    return name + value.lower().encode("utf-8", "surrogatepass").hex()


def day_facets(day: str) -> list[str]:
    """Return the tokens of a day (YYYY-MM-DD): century, decade, year, month and day."""
    digits = day.replace("-", "")
    return [f"day{digits[:length]}" for length in _PREFIXES]


def between(since: date | None, until: date | None) -> list[str]:
    """Return the fewest tokens that together cover the days from `since` to `until`, both included.

    >>> between(date(2023, 12, 30), date(2024, 12, 31))
    ['day20231230', 'day20231231', 'day2024']
    """
    return list(_cover(since or _FIRST, until or _LAST))


def _cover(day: date, last: date) -> Iterator[str]:
    while day <= last:
        for length in _PREFIXES:
            prefix = f"{day.year:04}{day.month:02}{day.day:02}"[:length]
            end = _end(prefix)
            if _start(prefix) == day and end <= last:
                break
        yield f"day{prefix}"
        if end == _LAST:
            return
        day = end + timedelta(days=1)


def _start(prefix: str) -> date:
    year = max(1, int(prefix[:4].ljust(4, "0")))
    return date(year, int(prefix[4:6] or 1), int(prefix[6:8] or 1))


def _end(prefix: str) -> date:
    if len(prefix) == 8:
        return _start(prefix)
    year, month = int(prefix[:4].ljust(4, "9")), int(prefix[4:6] or 12)
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)
