"""Outlook: how far a backfill is, and what is still to come. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from storage.crawl_state.backfills import Backfill, Progress

#: What a fetch takes besides the gap that a host is owed, in seconds.
_FETCH_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillProgress:
    """How a backfill stands."""

    backfill: Backfill
    #: How it stood when this run took it up.
    began: Progress
    progress: Progress
    #: Seconds between two requests, as the source or robots.txt says.
    delay_s: float
    #: Why steps failed: "http 404" -> how many.
    troubles: Mapping[str, int]

    @property
    def months(self) -> dict[str, int]:
        """Addresses found within the stretch, by month ("2020-03"), in order of time."""
        counts = self.backfill.counts
        return {name: counts[name] for name in sorted(counts) if name[:1].isdecimal()}

    @property
    def found(self) -> int:
        """Addresses found within the stretch; one that two lists name counts once."""
        return sum(self.months.values()) + self.undated

    @property
    def undated(self) -> int:
        """Addresses that nothing told the day of, and that were taken; those found by number among them."""
        return self.backfill.counts.get("undated", 0) + self.backfill.counts.get("numbers", 0)

    @property
    def gaps(self) -> int:
        """Of the numbers, how many are likely no articles."""
        return self.backfill.counts.get("gaps expected", 0)

    @property
    def outside(self) -> int:
        """Addresses that were left, because they lie before or after the stretch."""
        return self.backfill.counts.get("before", 0) + self.backfill.counts.get("after", 0)

    @property
    def walked(self) -> bool:
        """Whether no listing is left."""
        return self.backfill.ended_at is not None

    @property
    def requests(self) -> int:
        """Requests that are still to come, as far as is known."""
        return self.progress.waiting + self.progress.pending

    @property
    def hours(self) -> float:
        """How long those take at the host's gap."""
        return self.requests * (self.delay_s + _FETCH_S) / 3_600


#: Called in the crawl's own thread, and must be quick.
OnProgress = Callable[[BackfillProgress], None]
