"""Progress on stderr: a bar on a terminal, nothing otherwise."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from crawler.counts import CrawlCounts, Event
    from warraq.cli.shared.cli_context import CliContext

#: Seconds between two updates from the counts of a crawl.
_EVERY_S = 0.1


@dataclass(slots=True)
class Count:
    """A counter with a display."""

    bar: Progress
    task: TaskID
    number: int = field(default=0)

    def __call__(self) -> None:
        self.number += 1
        self.bar.update(self.task, completed=self.number)


@contextmanager
def counted(context: "CliContext", what: str, *, total: int | None = None) -> Iterator[Count]:
    """Return a counter for a loop of `total` steps (None: not known), shown as a bar."""
    with _bar(context, TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()) as bar:
        yield Count(bar, bar.add_task(what, total=total))


@dataclass(slots=True)
class Measure:
    """Adds up bytes as they are read, and shows how much is left."""

    bar: Progress
    task: TaskID

    def __call__(self, size: int) -> None:
        self.bar.advance(self.task, size)


@contextmanager
def measured(context: "CliContext", what: str, *, total: int) -> Iterator[Measure]:
    """A measure of `total` bytes to be read, shown as a bar with the time that is left."""
    columns = (TextColumn(what), BarColumn(), DownloadColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with _bar(context, *columns) as bar:
        yield Measure(bar, bar.add_task(what, total=total))


@dataclass(slots=True)
class Watch:
    """Receives a crawl's events: shows pages done, new, failed, and the rate per second, of all sources together."""

    bar: Progress
    task: TaskID
    all_counts: dict[int, "CrawlCounts"] = field(default_factory=dict)
    #: Time of a crawl's last event, in monotonic seconds.
    last: dict[int, float] = field(default_factory=dict)
    #: Why endpoints could not be read: reason -> count.
    unread: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    started: float = field(default_factory=time.monotonic)
    shown: float = 0.0
    #: Further receivers of each event.
    told: Callable[["Event"], None] | None = None

    def __call__(self, event: "Event") -> None:
        if self.told is not None:
            self.told(event)
        now = time.monotonic()
        self.all_counts[id(event.counts)] = event.counts
        self.last[id(event.counts)] = now
        if event.result == "error":
            self.unread[id(event.counts)][event.reason] += 1
        if now - self.shown >= _EVERY_S:
            self.shown = now
            self.bar.update(self.task, **self._counts(now))  # type: ignore[arg-type]  # rich has its own fields typed

    def seconds(self, crawl_counts: "CrawlCounts") -> float:
        """Return how long a source was active; 0 if nothing happened."""
        return max(0.0, self.last.get(id(crawl_counts), crawl_counts.started) - crawl_counts.started)

    def why(self, crawl_counts: "CrawlCounts") -> dict[str, int]:
        """Return why pages were not stored, or endpoints not read, most frequent first."""
        why: Counter[str] = Counter()
        for (result, reason), number in crawl_counts.reasons.items():
            why[reason or result] += number
        why.update({f"endpoint: {reason}": number for reason, number in self.unread[id(crawl_counts)].items()})
        return dict(why.most_common())

    def _counts(self, now: float) -> dict[str, float]:
        all_counts = self.all_counts.values()
        counts = {
            "done": sum(crawl_counts.done for crawl_counts in all_counts),
            "new": sum(crawl_counts.new for crawl_counts in all_counts),
            "failed": sum(crawl_counts.results["failed"] for crawl_counts in all_counts),
        }
        return counts | {"rate": counts["done"] / max(now - self.started, _EVERY_S)}


@contextmanager
def crawling(context: "CliContext") -> Iterator[Watch]:
    """Watch a crawl, shown as a bar."""
    words = (
        "{task.fields[done]} done",
        "{task.fields[new]} new",
        "{task.fields[failed]} failed",
        "{task.fields[rate]:.1f}/s",
    )
    with _bar(context, BarColumn(bar_width=20), *map(TextColumn, words), TimeElapsedColumn()) as bar:
        yield Watch(bar, bar.add_task("crawl", total=None, done=0, new=0, failed=0, rate=0.0))


def _bar(context: "CliContext", *columns: ProgressColumn) -> Progress:
    shown = context.err.is_terminal and not context.quiet
    return Progress(*columns, console=context.err, transient=True, disable=not shown)
