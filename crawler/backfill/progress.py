"""Progress of a backfill, and the remaining work. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from storage.crawl_state.backfills import Backfill, Progress

#: Duration of a fetch in addition to the host's gap, in seconds.
_FETCH_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillProgress:
    """State of a backfill."""

    backfill: Backfill
    #: State at the start of this run.
    began: Progress
    progress: Progress
    #: Seconds between two requests, from the source or robots.txt.
    delay_s: float
    #: Failed steps by reason: "http 404" -> number.
    troubles: Mapping[str, int]

    @property
    def months(self) -> dict[str, int]:
        """URLs found within the range, by month ("2020-03"), in order of time."""
        counts = self.backfill.counts
        return {name: counts[name] for name in sorted(counts) if name[:1].isdecimal()}

    @property
    def found(self) -> int:
        """URLs found within the range; one listed twice counts once."""
        return sum(self.months.values()) + self.undated

    @property
    def undated(self) -> int:
        """URLs accepted without a known day, including those found by number."""
        return self.backfill.counts.get("undated", 0) + self.backfill.counts.get("numbers", 0)

    @property
    def gaps(self) -> int:
        """Estimated number of gaps among the numbers."""
        return self.backfill.counts.get("gaps expected", 0)

    @property
    def outside(self) -> int:
        """URLs left out because they lie before or after the range."""
        return self.backfill.counts.get("before", 0) + self.backfill.counts.get("after", 0)

    @property
    def walked(self) -> bool:
        """Whether no listing is left."""
        return self.backfill.ended_at is not None

    @property
    def requests(self) -> int:
        """Remaining requests, as far as known."""
        return self.progress.waiting + self.progress.pending

    @property
    def hours(self) -> float:
        """Duration of those at the host's gap."""
        return self.requests * (self.delay_s + _FETCH_S) / 3_600


#: Called in the crawl's own thread; must be quick.
OnProgress = Callable[[BackfillProgress], None]
