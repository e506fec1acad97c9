"""Poll interval: when to poll an endpoint again, learned from the results of its polls. Pure.

New items are modelled as a Poisson process whose rate follows the hour of the newspaper's own day. A poll costs the
site a request, and a poll not made costs lateness: at a rate of r items an hour, polls every T hours cause r*T/2
item-hours of lateness an hour. The sum of both is minimal at T = sqrt(2 * POLL_WORTH / r): a feed four times as busy is
polled twice as often. (This rule also minimizes the mean age of items for a fixed number of polls shared among feeds.)
The rate is that of the coming hours, not of the past ones: a feed that is silent at three in the morning is polled when
its morning begins, and a night is not an outage.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

from crawler.discovery.found import Hints

#: The value of a poll, in item-hours: one item a minute younger. At 5 items an hour that means a poll every 5 minutes,
#: at 3 a day every 31, at one a week every 2.4 hours.
POLL_WORTH = 1 / 60
#: Days after which a poll's weight halves: a changed working schedule is learned within two weeks.
HALF_LIFE_DAYS = 14.0
#: Prior before any observation: half an item an hour (a poll every 15 minutes), with the weight of half an hour.
PRIOR_ITEMS, PRIOR_H = 0.25, 0.5
#: An hour of the day is assumed to equal the daily mean until this many items were expected in it: for a busy feed one
#: silent night is enough, for a slow one it takes weeks.
HOUR_EVIDENCE = 1.0
#: A weekday is assumed to equal the others until this many items were expected on it.
DAY_EVIDENCE = 10.0
#: Half-life of "now" in hours, and its maximum deviation from the usual rate: breaking news, a holiday.
NOW_HALF_LIFE_H = 2.0
NOW_RANGE = (0.25, 8.0)
#: Expected items that may be missing before silence is assumed; then intervals grow with it, so that a dead feed costs
#: little, and a revived one is found after a fraction of its absence.
SILENCE = 10.0
#: After this long without a poll nothing is learned from one: the feed no longer lists everything new.
LOST_COUNT = timedelta(hours=12)
#: Maximum delay through a hint: WordPress's feeds all say "hourly", and some newspapers of five items an hour "ttl 60".
MAX_HINT_S = 1_800.0
#: Maximum delay through skipHours and skipDays: a weekend.
MAX_SKIP = timedelta(days=3)

_HOUR = timedelta(hours=1)
#: Names of the lists in the stored JSON, in the order of the fields.
_LISTS = ("items", "hours", "day_items", "day_usual")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalBounds:
    """Bounds of the seconds between two polls of one endpoint."""

    shortest_s: float = 120.0
    longest_s: float = 21_600.0
    #: After the first failure; n times as long after the nth in a row.
    after_error_s: float = 300.0


@dataclass(slots=True)
class Rhythm:
    """Learned state of an endpoint. Small enough for a JSON column."""

    #: New items and hours observed, by local hour of the day; both halve every `HALF_LIFE_DAYS`.
    items: list[float] = field(default_factory=lambda: [0.0] * 24)
    watched_h: list[float] = field(default_factory=lambda: [0.0] * 24)
    #: New items, and those expected from the hours alone, by local weekday (0 = Monday); they halve likewise.
    day_items: list[float] = field(default_factory=lambda: [0.0] * 7)
    day_usual: list[float] = field(default_factory=lambda: [0.0] * 7)
    #: Recent items, and the number expected in that time; both halve every `NOW_HALF_LIFE_H`.
    came: float = 0.0
    usual: float = 0.0
    #: Expected number of items since the last one.
    missed: float = 0.0
    #: The last successful poll; None before the first.
    at: datetime | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, object] | None) -> Self:
        """Restore from `to_json`; anything else is an initial state."""
        if stored is None:
            return cls()
        try:
            lists = [_numbers(stored, name) for name in _LISTS]
            came, usual, missed = _numbers(stored, "now")
            at = datetime.fromisoformat(str(stored["at"])).astimezone(UTC)
        except (KeyError, TypeError, ValueError):
            return cls()
        if [*map(len, lists)] != [24, 24, 7, 7]:
            return cls()
        items, watched_h, day_items, day_usual = lists
        return cls(items, watched_h, day_items, day_usual, came, usual, missed, at)

    def to_json(self) -> dict[str, object]:
        """Plain values, rounded to relevant digits."""
        lists = (self.items, self.watched_h, self.day_items, self.day_usual)
        kept: dict[str, object] = {
            name: [round(number, 4) for number in numbers] for name, numbers in zip(_LISTS, lists, strict=True)
        }
        kept["now"] = [round(number, 4) for number in (self.came, self.usual, self.missed)]
        return kept | {"at": self.at.isoformat() if self.at is not None else None}

    def rate(self, local: datetime) -> float:
        """Expected items per hour at a local time."""
        by_day = (self.day_items[local.weekday()] + DAY_EVIDENCE) / (self.day_usual[local.weekday()] + DAY_EVIDENCE)
        return self._hourly(local.hour) * by_day

    def _hourly(self, hour: int) -> float:
        all_day = (sum(self.items) + PRIOR_ITEMS) / (sum(self.watched_h) + PRIOR_H)
        return (self.items[hour] + HOUR_EVIDENCE) / (self.watched_h[hour] + HOUR_EVIDENCE / all_day)

    @property
    def liveliness(self) -> float:
        """Current rate relative to the expected one; 1 = as expected."""
        return min(max((self.came + 1) / (self.usual + 1), NOW_RANGE[0]), NOW_RANGE[1])

    def learn(self, now: datetime, new: int, zone: tzinfo) -> None:
        """Learn from a poll and its number of new items. The first poll gives no rate."""
        before, self.at = self.at, now
        if before is None or not timedelta(0) < now - before <= LOST_COUNT:
            self.came = self.usual = self.missed = 0.0
            return
        elapsed_h = (now - before) / _HOUR
        kept = math.pow(0.5, elapsed_h / 24 / HALF_LIFE_DAYS)
        kept_now = math.pow(0.5, elapsed_h / NOW_HALF_LIFE_H)
        spans = _by_hour(before, now, zone)
        hourly = [self._hourly(local.hour) * hours for local, hours in spans]
        usual = [self.rate(local) * hours for local, hours in spans]
        for numbers in (self.items, self.watched_h, self.day_items, self.day_usual):
            numbers[:] = [number * kept for number in numbers]
        for (local, hours), by_hour, share in zip(spans, hourly, usual, strict=True):
            # Their arrival times are unknown: distribute them in proportion to the expected rate.
            self.items[local.hour] += new * share / sum(usual)
            self.watched_h[local.hour] += hours
            self.day_items[local.weekday()] += new * share / sum(usual)
            self.day_usual[local.weekday()] += by_hour
        self.came, self.usual = self.came * kept_now + new, self.usual * kept_now + sum(usual)
        self.missed = 0.0 if new else self.missed + sum(usual)

    def interval_s(self, now: datetime, zone: tzinfo, bounds: IntervalBounds) -> float:
        """Return the seconds until the next poll is worth it: the time over which sqrt(rate / 2 POLL_WORTH) integrates
        to one."""
        step_s = max(min(300.0, bounds.longest_s / 8), 0.01)
        waited_s, due = 0.0, 0.0
        while waited_s < bounds.longest_s:
            local = (now + timedelta(seconds=waited_s + step_s / 2)).astimezone(zone)
            rate = self.rate(local) * self._liveliness_in(waited_s / 3_600)
            gain = math.sqrt(rate / (2 * POLL_WORTH)) * min(1.0, SILENCE / max(self.missed, 1.0)) * step_s / 3_600
            if due + gain >= 1:
                waited_s += step_s * (1 - due) / gain
                break
            due, waited_s = due + gain, waited_s + step_s
        return min(max(waited_s, bounds.shortest_s), bounds.longest_s)

    def _liveliness_in(self, hours: float) -> float:
        """Return what remains of the current deviation after this many hours."""
        return 1 + (self.liveliness - 1) * math.pow(0.5, hours / NOW_HALF_LIFE_H)


def _numbers(stored: Mapping[str, object], name: str) -> list[float]:
    """The list of numbers of this name. Raises KeyError, TypeError or ValueError if there is none."""
    numbers = stored[name]
    if not isinstance(numbers, list):
        raise TypeError(name)
    return [float(number) for number in numbers]


def next_poll(
    stored: Mapping[str, object] | None,
    now: datetime,
    new: int,
    *,
    zone: tzinfo,
    hints: Hints | None = None,
    bounds: IntervalBounds | None = None,
    jitter: float = 1.0,
) -> tuple[float, dict[str, object]]:
    """Return the seconds until the next poll, and the updated state.

    Args:
        stored: the state returned last time; None or empty: nothing is known.
        now: time of the poll.
        new: number of URLs that were unknown before.
        zone: the newspaper's.
        jitter: factor for the seconds (0.9 to 1.1), so that feeds are not polled in lockstep.
    """
    bounds, hints = bounds or IntervalBounds(), hints or Hints()
    rhythm = Rhythm.from_json(stored)
    rhythm.learn(now, new, zone)
    fresh_s = min(hints.fresh_s, MAX_HINT_S, bounds.longest_s)
    # Content stated to be fresh is not requested sooner, whatever the jitter.
    wait_s = max(rhythm.interval_s(now, zone, bounds) * jitter, fresh_s * max(jitter, 1.0))
    wait_s = min(max(wait_s, bounds.shortest_s), bounds.longest_s)
    return _after_skipping(now, wait_s, hints), rhythm.to_json()


def _after_skipping(now: datetime, wait_s: float, hints: Hints) -> float:
    """Return the first moment after the wait outside the skipped hours; the wait itself if there is none."""
    moment = now.astimezone(UTC) + timedelta(seconds=wait_s)
    while moment.hour in hints.skip_hours or moment.weekday() in hints.skip_days:
        moment = (moment + _HOUR).replace(minute=0, second=0, microsecond=0)
        if moment - now > MAX_SKIP:
            return wait_s
    return (moment - now).total_seconds()


def _by_hour(start: datetime, end: datetime, zone: tzinfo) -> Sequence[tuple[datetime, float]]:
    """Split a span at the full hours: local start time of each piece -> its length in hours, in order."""
    spans = []
    while start < end:
        local = start.astimezone(zone)
        left = _HOUR - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        stop = min(start + left, end)
        spans.append((local, (stop - start) / _HOUR))
        start = stop
    return spans
