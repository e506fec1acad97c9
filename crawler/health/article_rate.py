"""Compare the number of articles of a newspaper with its own previous weeks. Pure.

The baseline is the mean of 28 days, times a factor per weekday (Friday is not Sunday), weighted by that weekday's
number of articles. Counts vary more than Poisson, by a factor estimated from the same days. The week that ended is
judged: today so far, yesterday, two, three and seven days together; and the silence since the last article, however
long. Days without polls say nothing about the newspaper.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crawler.health.chance import at_most
from storage.model.time_zones import known_zone
from storage.statistics.health import HISTORY, SourceFigures

#: Number of baseline days, and of judged days after them.
BASELINE_DAYS, JUDGED_DAYS = 28, 7
#: With fewer days there is no judgement.
LEAST_DAYS = 14
#: A weekday is assumed to equal the others until this many articles were expected on it.
DAY_EVIDENCE = 10.0
#: The same for an hour of the day, in articles over all days.
HOUR_EVIDENCE = 2.0
#: Normal drift of a newspaper's rate from one month to the next: a standard deviation.
DRIFT = 0.08
#: Prior for the dispersion, and its weight in days.
PRIOR_SCATTER, PRIOR_DAYS = 1.5, 4
#: Maximum false alarm rate per window and day; and the share of the expected number that must not be reached.
CHANCE, SHARE = 3e-3, 0.7
#: Silence is tested again after every article.
SILENCE_CHANCE = 5e-4
#: An article is found some time after its publication, and in Ramadan offices begin two hours later.
LAG = timedelta(hours=3)
#: How far back the beginning is searched.
SINCE_DAYS = 21

_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Judged windows, in days, the last of which is yesterday; and whether today so far is added.
_WINDOWS = ((0, True), (1, False), (1, True), (3, False), (7, False))

#: Share of the expected number that all newspapers reach on a day; 1 = as expected.
PressLevel = Callable[[date], float]


def calm(_: date) -> float:
    """All newspapers as expected."""
    return 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Expected values of a newspaper."""

    #: Articles per day.
    level: float
    #: Factor by weekday (0 = Monday).
    weekday: tuple[float, ...]
    #: Share of a day's articles published by the end of each hour, 24 values.
    by_hour: tuple[float, ...]
    #: Variance of a day's count over its mean.
    scatter: float
    #: Number of days it is based on.
    days: int

    def of(self, day: date) -> float:
        """Expected articles on a day."""
        return self.level * self.weekday[day.weekday()]

    def until(self, moment: datetime) -> float:
        """Expected share of the day's articles by a local time."""
        before = self.by_hour[moment.hour - 1] if moment.hour else 0.0
        return before + (self.by_hour[moment.hour] - before) * moment.minute / 60

    def variance(self, mean: float) -> float:
        """Variance of a count with this mean: chance, drift, and the baseline's own uncertainty."""
        unknown = self.scatter / (self.days * self.level) if self.level else 0.0
        return self.scatter * mean + (DRIFT**2 + unknown) * mean * mean


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRate:
    """A newspaper's articles by local day and hour, and the time up to which they are known."""

    counts: Mapping[date, int]
    #: Local hours of day, over all known days.
    hours: tuple[int, ...]
    #: Local time of the last poll.
    until: datetime
    #: First local day with complete data.
    first: date
    #: Its articles state only the day: hours are unknown.
    by_day: bool
    #: Whether it was polled on a day.
    looked: Callable[[date], bool]
    newest: datetime | None

    @property
    def today(self) -> date:
        return self.until.date()

    def days(self, start: date, number: int) -> list[date]:
        """Return the days from there on that can be judged."""
        run = [start + timedelta(days=at) for at in range(number)]
        return [day for day in run if day >= self.first and self.looked(day)]

    def count(self, days: Collection[date]) -> int:
        return sum(self.counts.get(day, 0) for day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Too few articles, and since when."""

    #: Articles found in the window, and the expected number.
    found: int
    usual: float
    #: Whether there were none at all since.
    silent: bool
    since: datetime
    #: Only the day of the beginning is known.
    since_day: bool
    #: Probability if nothing is wrong.
    chance: float


def pace_of(source: SourceFigures, *, now: datetime) -> ArticleRate:
    """Return a newspaper's rate, in its own zone."""
    lately = source.samples[-60:]
    by_day = bool(lately) and sum(one.precision == "day" for one in lately) > len(lately) / 2
    # A day without an hour is stored as that day's midnight in UTC.
    # The archive may be another's: this machine need not know its zones.
    zone = UTC if by_day else known_zone(source.timezone) or UTC
    counts: dict[date, int] = {}
    hours = [0] * 24
    until = min(now, source.looked_at or now).astimezone(zone)
    for hour, number in source.hours.items():
        local = (_EPOCH + hour * _HOUR).astimezone(zone)
        if local.date() <= until.date():
            counts[local.date()] = counts.get(local.date(), 0) + number
            hours[local.hour] += number
    begun = source.first_fetch_at or min((_EPOCH + hour * _HOUR for hour in source.hours), default=now)
    visited = source.visited

    known_from = min(visited, default=date.max)

    def looked(day: date) -> bool:
        # What was published after the last poll of a day is found by the first of the next one.
        next_too = day + timedelta(days=1) in visited or day >= until.date()
        return day < known_from or (day in visited and next_too)

    return ArticleRate(
        counts=counts,
        hours=tuple(hours),
        until=until,
        first=max(begun, now - HISTORY).astimezone(zone).date() + timedelta(days=1),
        by_day=by_day,
        looked=looked,
        newest=min(source.newest_at, now).astimezone(zone) if source.newest_at else None,
    )


def usual_of(pace: ArticleRate, *, before: date) -> Baseline | None:
    """Return the baseline of the four weeks before a day; None if too little is known."""
    days = pace.days(before - timedelta(days=BASELINE_DAYS), BASELINE_DAYS)
    counts = [pace.counts.get(day, 0) for day in days]
    if len(days) < LEAST_DAYS or not any(counts):
        return None
    level = _level(counts)
    weekday = []
    for number in range(7):
        same = [pace.counts.get(day, 0) for day in days if day.weekday() == number]
        weekday.append((_level(same) * len(same) + DAY_EVIDENCE) / (level * len(same) + DAY_EVIDENCE) if same else 1.0)
    usual = [level * weekday[day.weekday()] for day in days]
    strays = [min((count - mean) ** 2 / mean, 16.0) for count, mean in zip(counts, usual, strict=True)]
    free = max(len(days) - 7, 1)
    scatter = (sum(strays) + PRIOR_SCATTER * PRIOR_DAYS) / (free + PRIOR_DAYS)
    total = sum(pace.hours) + 24 * HOUR_EVIDENCE
    passed = 0.0
    by_hour = []
    for number in pace.hours:
        passed += (number + HOUR_EVIDENCE) / total
        by_hour.append(passed)
    return Baseline(
        level=level, weekday=tuple(weekday), by_hour=tuple(by_hour), scatter=max(scatter, 1.0), days=len(days)
    )


def _level(counts: list[int]) -> float:
    """Return their mean; for large counts the highest and the lowest tenth are replaced by their neighbours."""
    ordered = sorted(counts)
    if not ordered or ordered[len(ordered) // 2] < 5:
        return sum(ordered) / max(len(ordered), 1)
    cut = max(1, len(ordered) // 10) if len(ordered) > 2 else 0
    kept = [min(max(count, ordered[cut]), ordered[-1 - cut]) for count in ordered]
    return sum(kept) / len(kept)


def fall_of(pace: ArticleRate, usual: Baseline, *, tide: PressLevel = calm) -> Drop | None:
    """Return a drop if there are too few articles now; None: within chance."""
    silence = _silence(pace, usual, tide)
    if silence is not None:
        return silence
    found: Drop | None = None
    for length, with_today in _WINDOWS:
        days = pace.days(pace.today - timedelta(days=length), length)
        number, mean = pace.count(days), sum(usual.of(day) * tide(day) for day in days)
        if with_today and not pace.by_day:
            number, mean = (
                number + pace.counts.get(pace.today, 0),
                mean + so_far(pace, usual, lag=LAG) * tide(pace.today),
            )
        chance = at_most(number, mean, usual.variance(mean)) if mean else 1.0
        if chance < CHANCE and number < SHARE * mean and (found is None or chance < found.chance):
            since = _since(pace, usual, tide)
            found = Drop(found=number, usual=mean, silent=False, since=since, since_day=True, chance=chance)
    return found


def so_far(pace: ArticleRate, usual: Baseline, *, lag: timedelta = timedelta(0)) -> float:
    """Return the expected articles of today until now, or until some time before."""
    moment = pace.until - lag
    return usual.of(pace.today) * usual.until(moment) if moment.date() == pace.today else 0.0


def _silence(pace: ArticleRate, usual: Baseline, tide: PressLevel) -> Drop | None:
    if pace.newest is None:
        return None
    mean = 0.0
    moment = pace.until - LAG
    day = pace.newest.date() + timedelta(days=1) if pace.by_day else pace.newest.date()
    while day < pace.today or (day == pace.today and not pace.by_day):
        share = usual.until(moment) if day == moment.date() else float(day < moment.date())
        share -= usual.until(pace.newest) if day == pace.newest.date() else 0.0
        if share > 0 and pace.looked(day):
            mean += usual.of(day) * tide(day) * share
        day += timedelta(days=1)
    chance = at_most(0, mean, usual.variance(mean))
    if chance >= SILENCE_CHANCE:
        return None
    since = pace.newest.astimezone(UTC)
    return Drop(found=0, usual=mean, silent=True, since=since, since_day=pace.by_day, chance=chance)


def _since(pace: ArticleRate, usual: Baseline, tide: PressLevel) -> datetime:
    """Return the day from which on a lower rate explains the counts best."""
    best, begun = 0.0, pace.today
    found = mean = 0.0
    for back in range(SINCE_DAYS):
        day = pace.today - timedelta(days=back)
        if not pace.days(day, 1) or (back == 0 and pace.by_day):
            continue
        found += pace.counts.get(day, 0)
        mean += so_far(pace, usual, lag=LAG) if back == 0 else usual.of(day) * tide(day)
        if found < mean:
            gain = (found * math.log(found / mean) if found else 0.0) - (found - mean)
            if gain > best:
                best, begun = gain, day
    return datetime(begun.year, begun.month, begun.day, tzinfo=pace.until.tzinfo).astimezone(UTC)
