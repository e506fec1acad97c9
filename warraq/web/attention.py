"""Attention over time: how many articles match, by day, week or month, as numbers and as shares of all articles."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from storage.archive import Archive
from storage.search.query import Query

Step = Literal["day", "week", "month", "year"]
STEPS: tuple[Step, ...] = ("day", "week", "month", "year")
#: Steps drawn at most; older ones are left out.
_MOST = 400
#: Days up to which a step of its own is the natural one.
_NATURAL: tuple[tuple[int, Step], ...] = ((62, "day"), (400, "week"), (366 * 12, "month"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Counts of several queries over the same steps of time."""

    step: Step
    #: First day of each step, oldest first, without gaps.
    starts: Sequence[date]
    #: By query, in the order asked: articles of each step.
    numbers: Sequence[Sequence[int]]
    #: All articles of each step, whatever they say, under the same filters.
    totals: Sequence[int]

    def shares(self, place: int) -> list[float]:
        """Of one query: its articles of each step as a share of all; 0 where there are none at all."""
        pairs = zip(self.numbers[place], self.totals, strict=True)
        return [number / total if total else 0.0 for number, total in pairs]


def attention(archive: Archive, queries: Sequence[Query], everything: Query, *, step: Step | None) -> Attention:
    """Count. `everything`: the same filters without words; `step`: None takes the natural one. Raises QueryError."""
    counted = [archive.days(query) for query in queries]
    total = archive.days(everything)
    found = [day for days in counted for day in days]
    if not found:
        return Attention(step=step or "day", starts=[], numbers=[[] for _ in queries], totals=[])
    first, last = min(found), max(found)
    chosen = step or _natural((last - first).days)
    start = _START[chosen]
    starts = _every(start(first), start(last), chosen)[-_MOST:]
    return Attention(
        step=chosen,
        starts=starts,
        numbers=[_gathered(days, starts, start) for days in counted],
        totals=_gathered(total, starts, start),
    )


def _natural(days: int) -> Step:
    return next((step for most, step in _NATURAL if days <= most), "year")


_START: dict[Step, Callable[[date], date]] = {
    "day": lambda day: day,
    # The week of most Arab countries' press begins on Sunday.
    "week": lambda day: day - timedelta(days=(day.weekday() + 1) % 7),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}


def _every(first: date, last: date, step: Step) -> list[date]:
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


def _gathered(days: Mapping[date, int], starts: Sequence[date], start: Callable[[date], date]) -> list[int]:
    sums: Counter[date] = Counter()
    for day, number in days.items():
        sums[start(day)] += number
    return [sums[one] for one in starts]
