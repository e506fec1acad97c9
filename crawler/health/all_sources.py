"""Activity of all newspapers together. On a holiday everyone publishes less, and that is reported once. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from crawler.health.article_rate import LAG, SINCE_DAYS, ArticleRate, Baseline, PressLevel, so_far

#: Number of newspapers of a country, or overall, needed to tell a holiday from a breakage; and articles that must be
#: expected of one on a day before it counts.
_VOICES, _ALL_VOICES, _LEAST_DUE = 5, 8, 3.0
#: Below this share of the expected total a day is reported; below the second it is our network, not a holiday.
DIP, COLLAPSE = 0.65, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class AllSources:
    """Share of the expected total: (country, day) -> share; the country None: all."""

    shares: Mapping[tuple[str | None, date], float]

    def tide(self, country: str) -> PressLevel:
        """Return the share for a newspaper's country, at most 1: a higher one raises no expectation."""

        def share(day: date) -> float:
            known_share = self.shares.get((country, day), self.shares.get((None, day), 1.0))
            return min(max(known_share, 0.01), 1.0)

        return share

    def dips(self, below: float) -> list[date]:
        """Return consecutive days up to the last known on which the total was low; oldest first."""
        days = sorted({day for country, day in self.shares if country is None}, reverse=True)
        found: list[date] = []
        for day in days:
            if self.shares[None, day] >= below or (found and found[-1] - day > timedelta(days=1)):
                break
            found.append(day)
        return found[::-1]


def press_of(papers: Iterable[tuple[str, ArticleRate, Baseline]]) -> AllSources:
    """Compute it from each newspaper's rate and country: the median of their shares of the expected number."""
    relative_counts: dict[tuple[str | None, date], list[float]] = defaultdict(list)
    for country, pace, usual in papers:
        for back in range(SINCE_DAYS):
            day = pace.today - timedelta(days=back)
            if not pace.days(day, 1) or (back == 0 and pace.by_day):
                continue
            mean = usual.of(day) if back else so_far(pace, usual, lag=LAG)
            if mean >= _LEAST_DUE:
                relative_counts[country, day].append(pace.counts.get(day, 0) / mean)
                relative_counts[None, day].append(pace.counts.get(day, 0) / mean)
    least = {key: _ALL_VOICES if key[0] is None else _VOICES for key in relative_counts}
    return AllSources(
        shares={key: median(shares) for key, shares in relative_counts.items() if len(shares) >= least[key]}
    )
