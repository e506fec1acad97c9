"""Attention over time: number of matching articles by day, week or month, also as a share of all articles."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from storage.search.query import Query

Step = Literal["day", "week", "month", "year"]
CountDays = Callable[[Query], Mapping[date, int]]
STEPS: tuple[Step, ...] = ("day", "week", "month", "year")
#: Maximum number of time steps; older ones are omitted.
_MAX_STEPS = 400
#: Longest range, in days, that is divided into days and into weeks by default.
_DEFAULT_STEPS: tuple[tuple[int, Step], ...] = ((62, "day"), (400, "week"), (366 * 12, "month"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Counts of several queries over the same steps of time."""

    step: Step
    #: First day of each step, oldest first, without gaps.
    starts: Sequence[date]
    #: Per query, in the requested order: number of articles in each step.
    numbers: Sequence[Sequence[int]]
    #: Number of all articles in each step under the same filters, without the search words.
    totals: Sequence[int]

    def shares(self, place: int) -> list[float]:
        """Return one query's share of all articles in each step; 0 if the step has no articles."""
        pairs = zip(self.numbers[place], self.totals, strict=True)
        return [number / total if total else 0.0 for number, total in pairs]


def attention(days: CountDays, queries: Sequence[Query], everything: Query, *, step: Step | None) -> Attention:
    """Count matching articles over time. Raises QueryError.

    Args:
        days: counts the articles of a query by day, as `Archive.days` does.
        everything: the same filters without search words.
        step: day, week or month; None: chosen by the length of the range.
    """
    counted = [days(query) for query in queries]
    total = days(everything)
    found = [day for of_query in counted for day in of_query]
    if not found:
        return Attention(step=step or "day", starts=[], numbers=[[] for _ in queries], totals=[])
    first, last = min(found), max(found)
    chosen = step or _default_step((last - first).days)
    start = _START[chosen]
    starts = _steps_between(start(first), start(last), chosen)[-_MAX_STEPS:]
    return Attention(
        step=chosen,
        starts=starts,
        numbers=[_sums_by_step(of_query, starts, start) for of_query in counted],
        totals=_sums_by_step(total, starts, start),
    )


def _default_step(days: int) -> Step:
    return next((step for most, step in _DEFAULT_STEPS if days <= most), "year")


_START: dict[Step, Callable[[date], date]] = {
    "day": lambda day: day,
    # In most Arab countries the working week begins on Sunday.
    "week": lambda day: day - timedelta(days=(day.weekday() + 1) % 7),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}


def _steps_between(first: date, last: date, step: Step) -> list[date]:
    starts = [first]
    while starts[-1] < last:
        day = starts[-1]
        if step in ("day", "week"):
            starts.append(day + timedelta(days=1 if step == "day" else 7))
        elif step == "month":
            starts.append(date(day.year + day.month // 12, day.month % 12 + 1, 1))
        else:
            starts.append(date(day.year + 1, 1, 1))
    return starts


def _sums_by_step(days: Mapping[date, int], starts: Sequence[date], start: Callable[[date], date]) -> list[int]:
    """Days before the first step and after the last are left out."""
    sums = [0] * len(starts)
    for day, number in days.items():
        if starts[0] <= day and (day < starts[-1] or start(day) == starts[-1]):
            sums[bisect_right(starts, day) - 1] += number
    return sums
