"""Progress on stderr: a bar on a terminal, nothing otherwise."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from warraq.locale.speech import say

if TYPE_CHECKING:
    from crawler.counts import CrawlCounts, Event
    from warraq.cli.shared.cli_context import CliContext

#: Seconds between two updates from the counts of a crawl.
_EVERY_S = 0.1


class RateColumn(ProgressColumn):
    """Recent steps per second; from ten on without a fraction."""

    def render(self, task: Task) -> Text:
        """Return the rate; "" before it is known."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s" if speed >= 10 else f"{speed:.1f}/s")


def times(total: float | None) -> tuple[ProgressColumn, ...]:
    """Return the time that has passed, and what is left where the total is known."""
    return (TimeElapsedColumn(),) if total is None else (TimeElapsedColumn(), TimeRemainingColumn())


@dataclass(slots=True)
class Count:
    """A counter with a display."""

    bar: Progress
    task: TaskID
    number: int = field(default=0)

    def __call__(self, steps: int = 1) -> None:
        self.number += steps
        self.bar.update(self.task, completed=self.number)


@contextmanager
def counted(context: "CliContext", what: str, *, total: int | None = None) -> Iterator[Count]:
    """Return a counter for a loop of `total` steps (None: not known), shown as a bar."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), RateColumn(), *times(total))
    with progress_bar(context, *columns) as bar:
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
    columns = (TextColumn(what), BarColumn(), DownloadColumn(), TransferSpeedColumn(), *times(total))
    with progress_bar(context, *columns) as bar:
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
    #: URLs that waited when the crawl began, and the most that it may fetch; None: not known, no bound.
    waiting: int | None = None
    most: int | None = None

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
            counts = self._counts(now)
            self.bar.update(self.task, completed=counts["done"], total=self._total(counts["done"]), **counts)  # type: ignore[arg-type]  # rich has its own fields typed

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

    def _total(self, done: float) -> float | None:
        """Return how many URLs there are to fetch: those that waited, and those found since."""
        if self.waiting is None:
            return None
        found = self.waiting + sum(crawl_counts.discovered for crawl_counts in self.all_counts.values())
        return max(done, found if self.most is None else min(found, self.most))

    def _counts(self, now: float) -> dict[str, float]:
        all_counts = self.all_counts.values()
        counts = {
            "done": sum(crawl_counts.done for crawl_counts in all_counts),
            "new": sum(crawl_counts.new for crawl_counts in all_counts),
            "failed": sum(crawl_counts.results["failed"] for crawl_counts in all_counts),
        }
        return counts | {"rate": counts["done"] / max(now - self.started, _EVERY_S)}


@contextmanager
def crawling(context: "CliContext", *, keys: Collection[str] = (), limit: int | None = None) -> Iterator[Watch]:
    """Watch a crawl, shown as a bar.

    Args:
        keys: its sources, whose waiting URLs make the total; (): not known.
        limit: most pages of each source.
    """
    words = (
        "{task.fields[done]} " + say("done"),
        "{task.fields[new]} " + say("new"),
        "{task.fields[failed]} " + say("failed"),
        "{task.fields[rate]:.1f}/s",
    )
    waiting = _waiting(context, keys) if keys and _is_shown(context) else None
    most = limit * len(keys) if limit and keys else None
    counts = (MofNCompleteColumn(), *map(TextColumn, words[1:])) if waiting is not None else map(TextColumn, words)
    with progress_bar(context, BarColumn(bar_width=20), *counts, *times(waiting)) as bar:
        task = bar.add_task("crawl", total=waiting, done=0, new=0, failed=0, rate=0.0)
        yield Watch(bar, task, waiting=waiting, most=most)


def _waiting(context: "CliContext", keys: Collection[str]) -> int | None:
    """Count the URLs of these sources that may be fetched now; None if the archive cannot say."""
    from storage.errors import StorageError

    try:
        with context.archive() as archive:
            return archive.frontier.claimable(keys)
    except StorageError:  # there is none yet, or the crawl itself will say what is wrong
        return 0


def _is_shown(context: "CliContext") -> bool:
    return context.err.is_terminal and not context.quiet


def progress_bar(context: "CliContext", *columns: ProgressColumn) -> Progress:
    """Return a bar on stderr that goes when it is done; one that shows nothing where there is no terminal."""
    return Progress(*columns, console=context.err, transient=True, disable=not _is_shown(context))
