"""Delay of discovery and number of requests: learned intervals compared with fixed and doubling ones.

usage: python -m tests.bench.rhythm

Synthetic newspapers whose items arrive by chance at a known rate, each watched for eight weeks; the first two weeks, in
which a rhythm is learned, are not counted. Lateness: from an item's appearance to the look that finds it.
"""

import random
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.discovery.poll_interval import IntervalBounds, next_poll

ZONE = ZoneInfo("Asia/Amman")
START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS, LEARNING_DAYS = 56, 14
SHORTEST_S, LONGEST_S = 120.0, 21_600.0

#: Items an hour at a moment of local time.
Rate = Callable[[datetime], float]
#: Seconds until the next look, told when this one was and what it brought.
Looker = Callable[[datetime, int], float]


def by_day(rate: float) -> Rate:
    return lambda now: rate if 7 <= now.hour < 23 else 0.0


def bursts(now: datetime) -> float:
    """5 an hour by day; every ninth day the news breaks at 14:00 and for four hours it is 40."""
    breaking = now.toordinal() % 9 == 0 and 14 <= now.hour < 18
    return 40.0 if breaking else by_day(5.0)(now)


#: Newspaper -> its rate. "dead": nothing after the learning weeks.
PAPERS: dict[str, Rate] = {
    "5/h by day, 0 by night": by_day(5.0),
    "the same, with bursts of 40/h": bursts,
    "5/h by day, not on Fridays": lambda now: 0.0 if now.weekday() == 4 else by_day(5.0)(now),
    "agency, 20/h day and night": lambda now: 20.0,
    "1/h by day": by_day(1.0),
    "3 a day": by_day(3 / 16),
    "1 a week": lambda now: 1 / 168,
    "dead": lambda now: 5.0 if now < START + timedelta(days=LEARNING_DAYS) else 0.0,
}


def learned(dice: random.Random) -> Looker:
    stored: dict[str, object] = {}

    def look(now: datetime, new: int) -> float:
        nonlocal stored
        jitter = dice.uniform(0.9, 1.1)
        wait_s, stored = next_poll(stored, now, new, zone=ZONE, bounds=IntervalBounds(), jitter=jitter)
        return wait_s

    return look


def fixed(seconds: float) -> Callable[[random.Random], Looker]:
    return lambda dice: lambda now, new: seconds * dice.uniform(0.9, 1.1)


def doubling(dice: random.Random) -> Looker:
    """Half as long after something new, twice as long after nothing."""
    wait_s = 600.0

    def look(now: datetime, new: int) -> float:
        nonlocal wait_s
        wait_s = min(max(wait_s / 2 if new else wait_s * 2, SHORTEST_S), LONGEST_S)
        return wait_s * dice.uniform(0.9, 1.1)

    return look


LOOKERS: dict[str, Callable[[random.Random], Looker]] = {
    "learned": learned,
    "10 min": fixed(600.0),
    "x2, /2": doubling,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Lateness in minutes, and looks a day."""

    median: float
    p95: float
    looks: float
    mean: float
    items: int


def items(rate: Rate, dice: random.Random) -> Iterator[datetime]:
    """Moments at which items appear, a minute's accuracy of the rate."""
    for minute in range(DAYS * 1_440):
        now = START + timedelta(minutes=minute)
        each = rate(now.astimezone(ZONE)) / 60
        if each and dice.random() < each:
            yield now + timedelta(seconds=dice.uniform(0, 60))


def watched(rate: Rate, looker: Callable[[random.Random], Looker], *, seed: int = 1) -> Measured:
    """Watch a newspaper; the items are the same for every schedule."""
    coming = list(items(rate, random.Random(seed)))
    look, now, place, looks = looker(random.Random(seed + 1)), START, 0, 0
    lateness: list[float] = []
    counted_from, end = START + timedelta(days=LEARNING_DAYS), START + timedelta(days=DAYS)
    while now < end:
        new = 0
        while place < len(coming) and coming[place] <= now:
            if coming[place] >= counted_from:
                lateness.append((now - coming[place]).total_seconds() / 60)
            place, new = place + 1, new + 1
        looks += now >= counted_from
        now += timedelta(seconds=look(now, new))
    ordered = sorted(lateness) or [float("nan")]
    return Measured(
        median=statistics.median(ordered),
        p95=ordered[int(0.95 * (len(ordered) - 1))],
        looks=looks / (DAYS - LEARNING_DAYS),
        mean=statistics.fmean(ordered),
        items=len(lateness),
    )


def main() -> None:
    """Print the table, and the means over all newspapers as ratios."""
    print(f"{'newspaper':32}{'rule':>10}{'median min':>12}{'p95 min':>10}{'looks/day':>11}")
    sums: dict[str, list[Measured]] = {}
    for name, rate in PAPERS.items():
        for rule, looker in LOOKERS.items():
            found = watched(rate, looker)
            sums.setdefault(rule, []).append(found)
            print(f"{name:32}{rule:>10}{found.median:12.1f}{found.p95:10.1f}{found.looks:11.1f}")
    ours = sums["learned"]
    for rule in ("10 min", "x2, /2"):
        share = sum(each.looks for each in sums[rule]) / sum(each.looks for each in ours)
        print(f"looks in all, {rule}: {share:.2f} times the learned rhythm's")
    # The fair comparison: the same requests, shared out evenly.
    even = fixed(86_400 * len(ours) / sum(each.looks for each in ours))
    even_intervals = [watched(rate, even) for rate in PAPERS.values()]
    late, later = _mean_lateness(ours), _mean_lateness(even_intervals)
    print(
        f"mean lateness of an item: {late:.1f} min, with as many looks at even intervals {later:.1f} ({later / late:.2f} x)"  # noqa: E501  one value
    )


def _mean_lateness(measured: list[Measured]) -> float:
    """Over all items of all newspapers, in minutes."""
    items = sum(each.items for each in measured)
    return sum(each.mean * each.items for each in measured if each.items) / items


if __name__ == "__main__":
    main()
