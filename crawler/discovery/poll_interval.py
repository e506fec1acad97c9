"""Rhythm: when to look at an endpoint again, learned from what each look brought. Pure.

New items are taken to arrive by chance at a rate that follows the hour of the newspaper's own day (a Poisson process).
A look costs the site a request, and a look not taken costs lateness: at a rate of r items an hour, looks every T hours
make r*T/2 item-hours of lateness an hour. The sum of both is least at T = sqrt(2 * LOOK_WORTH / r): a feed four times as
busy is looked at twice as often. (This is the rule by which a fixed number of looks, shared among feeds, makes the items
of all of them the youngest.) The rate is that of the hours ahead, not of those that were: a feed that is silent at three
in the morning is looked at when its morning begins, and a night is no outage.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Self

from crawler.discovery.found import Hints

#: What a look is worth, in item-hours: one item a minute younger. At 5 items an hour that is a look every 5 minutes, at
#: 3 a day every 31, at one a week every 2.4 hours.
LOOK_WORTH = 1 / 60
#: Days after which a look counts half: an editorial office that changes its hours is known again within two weeks.
HALF_LIFE_DAYS = 14.0
#: What is believed before anything was seen: half an item an hour (a look every 15 minutes), on half an hour's evidence.
PRIOR_ITEMS, PRIOR_H = 0.25, 0.5
#: An hour of the day is believed to be like the whole day until so many items were due in it: of a busy feed one silent
#: night tells, of a slow one weeks do.
HOUR_EVIDENCE = 1.0
#: A day of the week is believed to be like the others until so many items were due on it.
DAY_EVIDENCE = 10.0
#: How fast "now" is forgotten, in hours, and how far it may lead away from what is usual: breaking news, a holiday.
NOW_HALF_LIFE_H = 2.0
NOW_RANGE = (0.25, 8.0)
#: Items that may fail to come before their silence is believed; then waits grow with it, so that a feed that died costs
#: little, and one that comes back is found after a fraction of the time that it was away.
SILENCE = 10.0
#: After so long without a look nothing is learned from one: the feed no longer holds all that was new.
LOST_COUNT = timedelta(hours=12)
#: Most that a hint may put a look off: WordPress's feeds all say "hourly", and some newspapers of five items an hour "ttl 60".
MAX_HINT_S = 1_800.0
#: Most that skipHours and skipDays may: a weekend.
MAX_SKIP = timedelta(days=3)

_HOUR = timedelta(hours=1)
#: Names of the lists in the stored JSON, in the order of the fields.
_LISTS = ("items", "hours", "day_items", "day_usual")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalBounds:
    """Seconds between two looks at one endpoint."""

    shortest_s: float = 120.0
    longest_s: float = 21_600.0
    #: After the first failure; n times as long after the nth in a row.
    after_error_s: float = 300.0


@dataclass(slots=True)
class Rhythm:
    """What is known of an endpoint's rhythm. Small enough for a JSON column."""

    #: New items and hours watched, by local hour of the day; both halve every `HALF_LIFE_DAYS`.
    items: list[float] = field(default_factory=lambda: [0.0] * 24)
    watched_h: list[float] = field(default_factory=lambda: [0.0] * 24)
    #: New items, and those that the hours alone would have brought, by local day of the week (0 = Monday); halve likewise.
    day_items: list[float] = field(default_factory=lambda: [0.0] * 7)
    day_usual: list[float] = field(default_factory=lambda: [0.0] * 7)
    #: Items that came lately, and those that were usual for that time; both halve every `NOW_HALF_LIFE_H`.
    came: float = 0.0
    usual: float = 0.0
    #: Items that would have been usual since the last one came.
    missed: float = 0.0
    #: The last look that was answered; None before the first.
    at: datetime | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Self:
        """From what `to_json` gave; anything else is a beginning."""
        try:
            lists = [list(map(float, stored[name])) for name in _LISTS]  # type: ignore[index]
            came, usual, missed = map(float, stored["now"])  # type: ignore[index]
            at = datetime.fromisoformat(stored["at"]).astimezone(UTC)  # type: ignore[index]
        except (KeyError, TypeError, ValueError):
            return cls()
        if [*map(len, lists)] != [24, 24, 7, 7]:
            return cls()
        items, watched_h, day_items, day_usual = lists
        return cls(items, watched_h, day_items, day_usual, came, usual, missed, at)

    def to_json(self) -> dict[str, Any]:
        """Plain values, rounded to what matters."""
        lists = (self.items, self.watched_h, self.day_items, self.day_usual)
        kept: dict[str, Any] = {
            name: [round(number, 4) for number in numbers] for name, numbers in zip(_LISTS, lists, strict=True)
        }
        kept["now"] = [round(number, 4) for number in (self.came, self.usual, self.missed)]
        return kept | {"at": self.at.isoformat() if self.at is not None else None}

    def rate(self, local: datetime) -> float:
        """Items an hour that are usual at a local time."""
        by_day = (self.day_items[local.weekday()] + DAY_EVIDENCE) / (self.day_usual[local.weekday()] + DAY_EVIDENCE)
        return self._hourly(local.hour) * by_day

    def _hourly(self, hour: int) -> float:
        all_day = (sum(self.items) + PRIOR_ITEMS) / (sum(self.watched_h) + PRIOR_H)
        return (self.items[hour] + HOUR_EVIDENCE) / (self.watched_h[hour] + HOUR_EVIDENCE / all_day)

    @property
    def liveliness(self) -> float:
        """How much livelier than usual it is now; 1 = as usual."""
        return min(max((self.came + 1) / (self.usual + 1), NOW_RANGE[0]), NOW_RANGE[1])

    def learn(self, now: datetime, new: int, zone: tzinfo) -> None:
        """Take note of a look, and of how many new items it brought. The first look tells nothing of a rate."""
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
            # Nobody saw when they came: more of them in the hours in which more is usual.
            self.items[local.hour] += new * share / sum(usual)
            self.watched_h[local.hour] += hours
            self.day_items[local.weekday()] += new * share / sum(usual)
            self.day_usual[local.weekday()] += by_hour
        self.came, self.usual = self.came * kept_now + new, self.usual * kept_now + sum(usual)
        self.missed = 0.0 if new else self.missed + sum(usual)

    def interval_s(self, now: datetime, zone: tzinfo, bounds: IntervalBounds) -> float:
        """Seconds until the next look is worth it: the time over which sqrt(rate / 2 LOOK_WORTH) adds up to one."""
        step_s = max(min(300.0, bounds.longest_s / 8), 0.01)
        waited_s, due = 0.0, 0.0
        while waited_s < bounds.longest_s:
            local = (now + timedelta(seconds=waited_s + step_s / 2)).astimezone(zone)
            rate = self.rate(local) * self._liveliness_in(waited_s / 3_600)
            gain = math.sqrt(rate / (2 * LOOK_WORTH)) * min(1.0, SILENCE / max(self.missed, 1.0)) * step_s / 3_600
            if due + gain >= 1:
                waited_s += step_s * (1 - due) / gain
                break
            due, waited_s = due + gain, waited_s + step_s
        return min(max(waited_s, bounds.shortest_s), bounds.longest_s)

    def _liveliness_in(self, hours: float) -> float:
        """What is left of now's liveliness after so many hours."""
        return 1 + (self.liveliness - 1) * math.pow(0.5, hours / NOW_HALF_LIFE_H)


def next_look(
    stored: Mapping[str, Any] | None,
    now: datetime,
    new: int,
    *,
    zone: tzinfo,
    hints: Hints | None = None,
    bounds: IntervalBounds | None = None,
    jitter: float = 1.0,
) -> tuple[float, dict[str, Any]]:
    """Seconds until the next look, and what is known of the rhythm now.

    Args:
        stored: what this gave the last time; None or empty: nothing is known.
        now: when the look was.
        new: how many addresses it brought that nobody had named before.
        zone: the newspaper's.
        jitter: what the seconds are multiplied by (0.9 to 1.1), so that feeds do not march in step.
    """
    bounds, hints = bounds or IntervalBounds(), hints or Hints()
    rhythm = Rhythm.from_json(stored)
    rhythm.learn(now, new, zone)
    fresh_s = min(hints.fresh_s, MAX_HINT_S, bounds.longest_s)
    # What is said to be fresh is not asked for sooner, whatever the dice say.
    wait_s = max(rhythm.interval_s(now, zone, bounds) * jitter, fresh_s * max(jitter, 1.0))
    wait_s = min(max(wait_s, bounds.shortest_s), bounds.longest_s)
    return _after_skipping(now, wait_s, hints), rhythm.to_json()


def _after_skipping(now: datetime, wait_s: float, hints: Hints) -> float:
    """The first moment after the wait in which the feed is said to be awake; the wait itself where it never is."""
    moment = now.astimezone(UTC) + timedelta(seconds=wait_s)
    while moment.hour in hints.skip_hours or moment.weekday() in hints.skip_days:
        moment = (moment + _HOUR).replace(minute=0, second=0, microsecond=0)
        if moment - now > MAX_SKIP:
            return wait_s
    return (moment - now).total_seconds()


def _by_hour(start: datetime, end: datetime, zone: tzinfo) -> Sequence[tuple[datetime, float]]:
    """A span cut at the full hours: local time at which each piece begins -> hours of it, in order."""
    spans = []
    while start < end:
        local = start.astimezone(zone)
        left = _HOUR - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        stop = min(start + left, end)
        spans.append((local, (stop - start) / _HOUR))
        start = stop
    return spans
