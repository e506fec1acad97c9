"""Find the range of article numbers that belongs to a range of days, by bisection. Pure.

Numbers rise with time, roughly: drafts wait, old articles get a new date. So the search trusts single points as little
as possible, and the resulting range is widened by `MARGIN` at both ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

#: A cut is found once this few numbers are left between the point before and the point after it.
FINE = 8
#: Numbers added at both ends.
MARGIN = 20
#: Maximum numbers that a backfill walks.
MAX_NUMBERS = 500_000
#: Distance from the middle at which to ask for a number if the middle is a gap.
_BESIDE = (0, *(sign * away for away in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377) for sign in (1, -1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NextId:
    """The number that must be fetched before the search can continue."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdRange:
    """The numbers of the range, both ends included; empty if `last < first`."""

    first: int
    last: int
    #: Share of the known numbers among them that are articles; 1.0 if few are known.
    density: float


def numbers_of(points: Mapping[int, date | None], since: date, until: date) -> NextId | IdRange | None:
    """Return the numbers of a range, or the number to fetch next; None if no number with a day is known.

    Args:
        points: number -> day of its article; None for a gap, or an undated article.
    """
    dated = {number: day for number, day in points.items() if day is not None}
    if not dated:
        return None
    low = _cut(points, dated, since)
    if isinstance(low, NextId):
        return low
    high = _cut(points, dated, until + timedelta(days=1))
    if isinstance(high, NextId):
        return high
    first, last = max(1, low[0] + 1 - MARGIN), min(max(dated), high[1] - 1 + MARGIN)
    if max(dated.values()) < since or min(last, first + MAX_NUMBERS) < first:
        return IdRange(first=1, last=0, density=1.0)
    asked = [day for number, day in points.items() if first <= number <= last]
    density = sum(day is not None for day in asked) / len(asked) if len(asked) >= FINE else 1.0
    return IdRange(first=first, last=min(last, first + MAX_NUMBERS - 1), density=density)


def _cut(points: Mapping[int, date | None], dated: Mapping[int, date], target: date) -> NextId | tuple[int, int]:
    """Return the numbers between which `target` begins: (last before it, first on or after it)."""
    low, high = 0, max(dated) + 1
    while high - low > FINE:
        middle, quarter = (low + high) // 2, (high - low) // 4
        inside = [number for number in dated if low + quarter <= number <= high - quarter and low < number < high]
        if not inside:
            if (number := _neighbour_with_date(points, low, middle, high)) is None:
                break  # only gaps here: the range becomes wider
            return NextId(number=number)
        nearest = min(inside, key=lambda number: (abs(number - middle), number))
        if dated[nearest] < target:
            low = nearest
        else:
            high = nearest
    return low, high


def _neighbour_with_date(points: Mapping[int, date | None], low: int, middle: int, high: int) -> int | None:
    for away in _BESIDE:
        if low < middle + away < high and middle + away not in points:
            return middle + away
    return None
