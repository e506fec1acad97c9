"""Press: what all newspapers do on a day. On a holiday everybody publishes less, and that is told once. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from crawler.health.article_rate import LAG, SINCE_DAYS, ArticleRate, Baseline, PressLevel, so_far

#: Newspapers of a country, or of all countries, that can tell a holiday from a breakage; and articles that must be due
#: of one on a day before it has a say.
_VOICES, _ALL_VOICES, _LEAST_DUE = 5, 8, 3.0
#: A day on which the press makes less than that of the usual is told of; below the second it is no holiday but our network.
DIP, COLLAPSE = 0.65, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class AllSources:
    """Share of the usual that the press makes: (country, day) -> share; the country None: all of it."""

    shares: Mapping[tuple[str | None, date], float]

    def tide(self, country: str) -> PressLevel:
        """For a newspaper of a country. What rises with the press is not asked for: 1 at most."""

        def share(day: date) -> float:
            said = self.shares.get((country, day), self.shares.get((None, day), 1.0))
            return min(max(said, 0.01), 1.0)

        return share

    def dips(self, below: float) -> list[date]:
        """Days up to the last known on which all of the press made less, without a break; oldest first."""
        days = sorted({day for country, day in self.shares if country is None}, reverse=True)
        found: list[date] = []
        for day in days:
            if self.shares[None, day] >= below or (found and found[-1] - day > timedelta(days=1)):
                break
            found.append(day)
        return found[::-1]


def press_of(papers: Iterable[tuple[str, ArticleRate, Baseline]]) -> AllSources:
    """From the pace of each newspaper, with its country: the median of what each makes of its usual."""
    said: dict[tuple[str | None, date], list[float]] = defaultdict(list)
    for country, pace, usual in papers:
        for back in range(SINCE_DAYS):
            day = pace.today - timedelta(days=back)
            if not pace.days(day, 1) or (back == 0 and pace.by_day):
                continue
            mean = usual.of(day) if back else so_far(pace, usual, lag=LAG)
            if mean >= _LEAST_DUE:
                said[country, day].append(pace.counts.get(day, 0) / mean)
                said[None, day].append(pace.counts.get(day, 0) / mean)
    least = {key: _ALL_VOICES if key[0] is None else _VOICES for key in said}
    return AllSources(shares={key: median(shares) for key, shares in said.items() if len(shares) >= least[key]})
