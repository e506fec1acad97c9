"""CrawlCounts: counts of a crawl so far, for the progress bar, the run's account and the exit code."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from storage.model.visit import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a crawl."""

    source: str | None
    url: str
    #: The result of storing a page ("refused": failed permanently by a rule, not by a mishap); "poll" for a polled
    #: endpoint, "error" for a failed poll.
    result: Result | str
    #: The reason of a refusal or failure; "" otherwise.
    reason: str = ""
    #: New URLs that it returned.
    new_urls: int = 0
    #: Headline, if an article was stored.
    title: str = ""
    #: Number of the article that is stored of a page; None if there is none.
    article_id: int | None = None
    counts: "CrawlCounts"


@dataclass(slots=True)
class CrawlCounts:
    """Counts of one crawl."""

    #: URLs claimed from the frontier, and those of them released unfetched.
    offered: int = 0
    returned: int = 0
    results: Counter[str] = field(default_factory=Counter)
    #: (result, reason) of everything that was not stored.
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: New URLs found.
    discovered: int = 0
    #: Endpoints polled, and declared ones among them that failed.
    polls: int = 0
    poll_errors: int = 0
    started: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        """URLs that were settled, whatever the result."""
        return sum(self.results.values())

    @property
    def new(self) -> int:
        return self.results["new"] + self.results["changed"]

    @property
    def failed(self) -> int:
        return self.results["failed"] + self.results["retry"]

    @property
    def rate(self) -> float:
        """URLs per second since the start."""
        return self.done / max(time.monotonic() - self.started, 0.001)

    @property
    def closes(self) -> bool:
        """Whether the account balances: every claimed URL was settled or released."""
        return self.offered == self.done + self.returned

    def as_dict(self) -> dict[str, int]:
        """The account as stored in the run's row: results, and reasons as "failed: timeout"."""
        counted = {
            "offered": self.offered,
            "returned": self.returned,
            "discovered": self.discovered,
            "polls": self.polls,
        }
        counted |= {"poll_errors": self.poll_errors, **self.results}
        return counted | {f"{result}: {reason}": number for (result, reason), number in sorted(self.reasons.items())}

    def add(self, other: "CrawlCounts") -> None:
        """Add another crawl's counts."""
        for name in ("offered", "returned", "discovered", "polls", "poll_errors"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.results.update(other.results)
        self.reasons.update(other.reasons)


#: Called in the crawl's own thread; must be quick.
OnEvent = Callable[[Event], None]
