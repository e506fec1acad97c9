"""Numbers: which numbers of a newspaper's articles stand for a stretch of days, found by bisection. Pure.

Numbers rise with time, roughly: drafts wait, old pieces are given a new day. So a search never trusts one point twice
as far as it must, and the stretch found is widened by `MARGIN` at both ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

#: A cut is found where so few numbers are left between what lies before it and what lies after.
FINE = 8
#: Numbers that are added at both ends.
MARGIN = 20
#: Numbers that a backfill walks, at most.
MAX_NUMBERS = 500_000
#: How far from the middle a number is asked for where the middle is a gap.
_BESIDE = (0, *(sign * away for away in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377) for sign in (1, -1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NextId:
    """This number must be fetched before more can be said."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdRange:
    """The numbers of the stretch, both ends included; empty where `last < first`."""

    first: int
    last: int
    #: Share of the known numbers among them that are articles; 1.0 where few are known.
    density: float


def numbers_of(points: Mapping[int, date | None], since: date, until: date) -> NextId | IdRange | None:
    """The numbers of a stretch, or which one to ask for next; None where no number with a day is known.

    Args:
        points: number -> day of its article; None for a gap, or an article that tells no day.
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
    """The numbers between which `target` begins: (last before it, first on or after it)."""
    low, high = 0, max(dated) + 1
    while high - low > FINE:
        middle, quarter = (low + high) // 2, (high - low) // 4
        inside = [number for number in dated if low + quarter <= number <= high - quarter and low < number < high]
        if not inside:
            if (number := _beside(points, low, middle, high)) is None:
                break  # nothing but gaps here: the stretch is the wider for it
            return NextId(number=number)
        nearest = min(inside, key=lambda number: (abs(number - middle), number))
        if dated[nearest] < target:
            low = nearest
        else:
            high = nearest
    return low, high


def _beside(points: Mapping[int, date | None], low: int, middle: int, high: int) -> int | None:
    for away in _BESIDE:
        if low < middle + away < high and middle + away not in points:
            return middle + away
    return None
