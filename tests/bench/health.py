"""False alarms and detection delays of health findings, compared with the rule "fewer than half of the mean".

usage: python -m tests.bench.health

Synthetic newspapers of 0.3 to 200 articles a day: a weekly shape (Friday is the day off), office hours, counts that
scatter more than chance (negative binomial, variance over mean 1 to 4, the mood of a day shared by its hours), a slow
drift, a Ramadan in which offices begin two hours later and publish a sixth less, and an Eid of three days at half.
Healthy ones are looked at twice a day over 150 days; an alarm that goes on is counted once. Broken ones every three
hours, for 21 days at most.

The plain alternative judges yesterday, after midnight: fewer articles than half of the mean of the 28 days before;
texts shorter than half of the mean of those; more than a quarter of fetches turned away.
"""

import math
import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crawler.health import diagnose
from storage.statistics.health import FetchDay, Figures, Sample, SourceFigures

RATES = (0.3, 1, 3, 10, 30, 100, 200)
PAPERS_A_RATE = 6
START = datetime(2026, 1, 5, tzinfo=UTC)
#: Days before the first look, days of looks.
LEARNED, LOOKED = 64, 150
RAMADAN, EID = (100, 130), (130, 133)
PATIENCE = timedelta(days=21)
_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _day_share(day: datetime) -> float:
    return (1.08, 1.08, 1.08, 1.05, 0.55, 0.96, 1.2)[day.weekday()]


def _hour_share(hour: int) -> float:
    return (0.2 if hour < 7 else 1.4 if hour < 20 else 1.0) / 24.6 * 1.07


@dataclass(frozen=True, slots=True)
class Paper:
    """A newspaper: hour since the epoch -> articles."""

    key: str
    rate: float
    hours: dict[int, int]


def _poisson(dice: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    limit, product, number = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        number += 1
    return number


def paper(key: str, rate: float, *, seed: int, days: int, press: bool = True) -> Paper:
    """Draw a newspaper."""
    dice = random.Random(seed)
    # Each day has a mood: the variance over the mean of a day's count is 1 + rate * spread^2.
    spread = min(0.25, math.sqrt(dice.uniform(0.2, 3.0) / rate))
    drift, hours = 0.0, {}
    for day in range(days):
        moment = START + timedelta(days=day)
        drift = 0.98 * drift + dice.gauss(0, 0.015)
        mood = dice.gammavariate(1 / spread**2, spread**2)
        season = 1.0
        if press and RAMADAN[0] <= day < RAMADAN[1]:
            season = 0.84
        if press and EID[0] <= day < EID[1]:
            season = 0.5
        late = 2 if press and RAMADAN[0] <= day < RAMADAN[1] else 0
        for hour in range(24):
            mean = rate * season * mood * math.exp(drift) * _day_share(moment) * _hour_share((hour - late) % 24)
            if number := _poisson(dice, mean):
                hours[int((moment + hour * _HOUR - _EPOCH) / _HOUR)] = number
    return Paper(key, rate, hours)


def seen(one: Paper, now: datetime) -> SourceFigures:
    """What the archive says of it at a moment."""
    last = int((now - _EPOCH) / _HOUR)
    hours = {hour: number for hour, number in one.hours.items() if last - 63 * 24 <= hour < last}
    newest = max((hour for hour in one.hours if hour < last), default=None)
    return SourceFigures(
        source=one.key, name_ar="", name_en=one.key, country="JO", timezone="UTC", home="https://x.example/", hours=hours,  # noqa: E501  one value
        newest_at=_EPOCH + newest * _HOUR + timedelta(minutes=30) if newest is not None else None,
        first_fetch_at=START - timedelta(days=1), last_fetch_at=now,
    )  # fmt: skip


def plain(one: Paper, now: datetime) -> bool:
    """Whether yesterday had fewer than half of the mean of the 28 days before it."""
    midnight = int((now.replace(hour=0) - _EPOCH) / _HOUR)
    count = [sum(one.hours.get(midnight - 24 * back + hour, 0) for hour in range(24)) for back in range(1, 30)]
    return count[0] < 0.5 * statistics.mean(count[1:])


def ours(papers: Sequence[Paper], now: datetime) -> dict[str, set[str]]:
    """Paper -> kinds of problems."""
    diagnosis = diagnose(Figures(at=now, last_run_at=now, sources=tuple(seen(one, now) for one in papers)))
    return {report.source: {one.kind for one in report.findings} for report in diagnosis.reports}


def false_alarms() -> Iterator[tuple[float, float, float, int, int]]:
    """Rate, alarms a newspaper and year of ours and of the plain alternative, and both as counted."""
    papers = [
        paper(f"p{rate}-{number}", rate, seed=number * 1000 + int(rate * 10), days=LEARNED + LOOKED)
        for rate in RATES
        for number in range(PAPERS_A_RATE)
    ]
    raised = {"ours": defaultdict[str, int](int), "plain": defaultdict[str, int](int)}
    alarmed = {"ours": set[str](), "plain": set[str]()}
    for day in range(LEARNED, LEARNED + LOOKED):
        for hour in (9, 21):
            now = START + timedelta(days=day, hours=hour)
            found = {"ours": {key for key, kinds in ours(papers, now).items() if kinds}}
            found["plain"] = {one.key for one in papers if plain(one, now)} if hour == 9 else alarmed["plain"]
            for judge, keys in found.items():
                for key in keys - alarmed[judge]:
                    raised[judge][key] += 1
                alarmed[judge] = keys
    years = PAPERS_A_RATE * LOOKED / 365
    for rate in RATES:
        keys = [one.key for one in papers if one.rate == rate]
        counts = [sum(raised[judge][key] for key in keys) for judge in ("ours", "plain")]
        yield rate, counts[0] / years, counts[1] / years, counts[0], counts[1]


def delays(rate: float, kept: float) -> tuple[list[float], list[float]]:
    """Hours until a newspaper that publishes this share from some moment on is found, by ours and by the plain way."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(PAPERS_A_RATE):
        dice = random.Random(number)
        whole = paper("p", rate, seed=number * 77 + int(rate * 10), days=LEARNED + 30, press=False)
        broken_at = START + timedelta(days=LEARNED, hours=dice.randrange(24))
        first = int((broken_at - _EPOCH) / _HOUR)
        left = {
            hour: left
            for hour, count in whole.hours.items()
            if (left := count if hour < first else sum(dice.random() < kept for _ in range(count)))
        }
        broken = replace(whole, hours=left)
        found[0].append(_until(lambda now, one=broken: bool(ours([one], now)["p"]), broken_at))
        found[1].append(_until(lambda now, one=broken: plain(one, now), broken_at))
    return found


def _until(judge: Callable[[datetime], bool], broken_at: datetime) -> float:
    now = broken_at
    while now - broken_at < PATIENCE:
        now += 3 * _HOUR
        if judge(now):
            break
    else:
        return math.inf
    return (now - broken_at) / _HOUR


def texts(rate: float, *, left: float = 0.4) -> tuple[list[float], list[float]]:
    """Hours until texts that are 60 % shorter are found; `left` 1: nothing is wrong."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(PAPERS_A_RATE):
        dice = random.Random(number)
        gap = 24 / rate
        broken_at = START + timedelta(days=LEARNED)
        samples, at = [], broken_at - timedelta(days=28)
        while at < broken_at + PATIENCE:
            length = dice.lognormvariate(7.6, 0.6) * (left if at >= broken_at else 1.0)
            samples.append(
                Sample(url="https://x.example/1", at=at, first_seen_at=at, published_at=at, precision="minute", titled=True,  # noqa: E501  one value
                       length=round(length))
            )  # fmt: skip
            at += timedelta(hours=dice.expovariate(1 / gap))

        def drawn(now: datetime, samples: list[Sample] = samples) -> tuple[Sample, ...]:
            """As `storage.statistics.health` draws them: 60 to 120 of all, 40 to 80 of the last three days."""
            known = [one for one in samples if one.at <= now]
            late = [one for one in known if now - one.at <= timedelta(days=3)]
            return tuple(known[:: max(1, len(known) // 90)] if len(late) < 20 else
                         [*known[: -len(late)][:: max(1, len(known) // 90)], *late[:: max(1, len(late) // 60)]])  # fmt: skip  # noqa: E501  a table row

        def is_found(now: datetime) -> bool:
            source = SourceFigures(
                source="p", name_ar="", name_en="", country="JO", timezone="UTC", home="", samples=drawn(now)
            )
            (report,) = diagnose(Figures(at=now, last_run_at=now, sources=(source,))).reports
            return any(one.kind == "short_texts" for one in report.findings)

        def is_plain(now: datetime, samples: list[Sample] = samples) -> bool:
            midnight = now.replace(hour=0, minute=0)
            yesterday = [one.length for one in samples if midnight - timedelta(days=1) <= one.at < midnight]
            before = [one.length for one in samples if one.at < midnight - timedelta(days=1)]
            return bool(yesterday) and statistics.mean(yesterday) < 0.5 * statistics.mean(before)

        for judge, hours in zip((is_found, is_plain), found, strict=True):
            hours.append(_until(judge, broken_at))
    return found


def challenges(rate: float, *, share: float = 0.5) -> tuple[list[float], list[float]]:
    """Hours until challenge pages in place of half of the fetches are found. 3 of 100 are always turned away."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(PAPERS_A_RATE):
        dice = random.Random(number)
        broken_at = START + timedelta(days=LEARNED, hours=dice.randrange(24))
        fetches: list[tuple[datetime, bool]] = []
        at = broken_at - timedelta(days=28)
        while at < broken_at + PATIENCE:
            fetches.append((at, dice.random() < (share if at >= broken_at else 0.03)))
            at += timedelta(hours=dice.expovariate(rate / 24))

        def is_found(now: datetime, fetches: list[tuple[datetime, bool]] = fetches) -> bool:
            days: dict[tuple[datetime, bool], list[datetime]] = defaultdict(list)
            for at, bad in fetches:
                if now - timedelta(days=28) <= at <= now:
                    days[at.replace(hour=0, minute=0, second=0, microsecond=0), bad].append(at)
            told = tuple(
                FetchDay(day=day.date(), kind="challenge" if bad else "ok", number=len(times), first_at=min(times))
                for (day, bad), times in sorted(days.items())
            )
            source = SourceFigures(
                source="p", name_ar="", name_en="", country="JO", timezone="UTC", home="", fetches=told
            )
            (report,) = diagnose(Figures(at=now, last_run_at=now, sources=(source,))).reports
            return any(one.kind == "challenged" for one in report.findings)

        def is_plain(now: datetime, fetches: list[tuple[datetime, bool]] = fetches) -> bool:
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            yesterday = [bad for at, bad in fetches if midnight - timedelta(days=1) <= at < midnight]
            return bool(yesterday) and statistics.mean(yesterday) > 0.25

        for judge, hours in zip((is_found, is_plain), found, strict=True):
            hours.append(_until(judge, broken_at))
    return found


def _told(hours: list[float]) -> str:
    """Median in hours, and how many were never found."""
    never = sum(math.isinf(one) for one in hours)
    median = statistics.median(hours)
    return ("never" if math.isinf(median) else f"{median:.0f} h") + (f" ({never}/{len(hours)} never)" if never else "")


def main() -> None:
    print("false alarms a newspaper and year (counted)")
    total = total_other = 0
    for rate, own, other, counted, counted_other in false_alarms():
        total, total_other = total + counted, total_other + counted_other
        print(f"  {rate:>5} a day   ours {own:6.2f} ({counted})   plain {other:7.2f} ({counted_other})", flush=True)
    years = len(RATES) * PAPERS_A_RATE * LOOKED / 365
    ratio = total_other / max(total, 1)
    print(
        f"  all: ours {total / years:.2f}, plain {total_other / years:.1f} a newspaper and year: {ratio:.0f} times as many"  # noqa: E501  one value
    )
    print(f"healthy twins of texts and fetches: called ill within {PATIENCE.days} days, of {PAPERS_A_RATE}")
    for rate in RATES:
        told = [
            sum(math.isfinite(one) for one in hours)
            for hours in (*texts(rate, left=1.0), *challenges(rate, share=0.03))
        ]
        print(
            f"  {rate:>5} a day   texts: ours {told[0]} plain {told[1]}   fetches: ours {told[2]} plain {told[3]}",
            flush=True,
        )
    print("median delay until found")
    breakages: dict[str, Callable[[float], tuple[list[float], list[float]]]] = {
        "nothing comes": lambda rate: delays(rate, 0.0),
        "half of the articles": lambda rate: delays(rate, 0.5),
        "texts 60 % shorter": texts,
        "half challenged": challenges,
    }
    for what, measure in breakages.items():
        for rate in RATES:
            own, other = measure(rate)
            quicker = statistics.median(other) / statistics.median(own)
            told = f"ours {_told(own):<20} plain {_told(other):<20} plain / ours {quicker:.1f}"
            print(f"  {what:<22} {rate:>5} a day   {told}", flush=True)


if __name__ == "__main__":
    main()
