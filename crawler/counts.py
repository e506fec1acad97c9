"""CrawlCounts: what a crawl has done so far, counted once, for the progress bar, the run's ledger and the exit code."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from storage.model.visit import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened."""

    source: str | None
    url: str
    #: What storing a page came to ("refused": failed for good by a rule, not by a mishap); "poll" for an endpoint that
    #: was looked at, "error" for one that could not be.
    result: Result | str
    #: The reason of a refusal or failure; "" otherwise.
    reason: str = ""
    #: Addresses that it brought and nobody knew.
    new_urls: int = 0
    #: Headline, where an article was stored.
    title: str = ""
    counts: "CrawlCounts"


@dataclass(slots=True)
class CrawlCounts:
    """Counts of one crawl."""

    #: Addresses taken from the frontier, and of those the ones given back unfetched.
    offered: int = 0
    returned: int = 0
    results: Counter[str] = field(default_factory=Counter)
    #: (result, reason) of everything that was not stored.
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: New addresses found.
    discovered: int = 0
    #: Endpoints looked at, and declared ones among them that could not be read.
    polls: int = 0
    poll_errors: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        """Addresses that were settled, one way or the other."""
        return sum(self.results.values())

    @property
    def new(self) -> int:
        return self.results["new"] + self.results["changed"]

    @property
    def failed(self) -> int:
        return self.results["failed"] + self.results["retry"]

    @property
    def rate(self) -> float:
        """Addresses a second, since the start."""
        return self.done / max(time.monotonic() - self.started, 0.001)

    @property
    def closes(self) -> bool:
        """Whether the ledger closes: every address that was offered was settled or given back."""
        return self.offered == self.done + self.returned

    def as_dict(self) -> dict[str, int]:
        """The ledger as the run's row keeps it: results, and reasons as "failed: timeout"."""
        counted = {
            "offered": self.offered,
            "returned": self.returned,
            "discovered": self.discovered,
            "polls": self.polls,
        }
        counted |= {"poll_errors": self.poll_errors, **self.results}
        return counted | {f"{result}: {reason}": number for (result, reason), number in sorted(self.reasons.items())}

    def add(self, other: "CrawlCounts") -> None:
        """Count another counts's counts too."""
        for name in ("offered", "returned", "discovered", "polls", "poll_errors"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.results.update(other.results)
        self.reasons.update(other.reasons)


#: Called in the crawl's own thread, and must be quick.
OnEvent = Callable[[Event], None]
