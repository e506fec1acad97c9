"""Progress on stderr: a bar on a terminal, nothing where nobody looks."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from crawler.counts import Event, Tally
    from warraq.cli.shared.context import Desk

#: Seconds between two looks at the counts of a crawl.
_EVERY_S = 0.1


@dataclass(slots=True)
class Count:
    """Counts up, and shows it."""

    bar: Progress
    task: TaskID
    number: int = field(default=0)

    def __call__(self) -> None:
        self.number += 1
        self.bar.update(self.task, completed=self.number)


@contextmanager
def counted(desk: "Desk", what: str, *, total: int | None = None) -> Iterator[Count]:
    """A counter for a loop of `total` steps (None: not known), shown as a bar."""
    with _bar(desk, TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()) as bar:
        yield Count(bar, bar.add_task(what, total=total))


@dataclass(slots=True)
class Watch:
    """What a crawl tells its events to: shows pages done, new, failed, and how many a second, of all sources together."""

    bar: Progress
    task: TaskID
    tallies: dict[int, "Tally"] = field(default_factory=dict)
    #: When a tally last counted something, in monotonic seconds.
    last: dict[int, float] = field(default_factory=dict)
    #: Why endpoints could not be read: reason -> how often.
    unread: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    started: float = field(default_factory=time.monotonic)
    shown: float = 0.0
    #: Who else wants to hear of each event.
    told: Callable[["Event"], None] | None = None

    def __call__(self, event: "Event") -> None:
        if self.told is not None:
            self.told(event)
        now = time.monotonic()
        self.tallies[id(event.tally)] = event.tally
        self.last[id(event.tally)] = now
        if event.result == "error":
            self.unread[id(event.tally)][event.reason] += 1
        if now - self.shown >= _EVERY_S:
            self.shown = now
            self.bar.update(self.task, **self._counts(now))  # type: ignore[arg-type]  # rich has its own fields typed

    def seconds(self, tally: "Tally") -> float:
        """How long a source had something to do; 0 where nothing happened."""
        return max(0.0, self.last.get(id(tally), tally.started) - tally.started)

    def why(self, tally: "Tally") -> dict[str, int]:
        """Why something was not stored, or an endpoint not read, most frequent first."""
        why: Counter[str] = Counter()
        for (result, reason), number in tally.reasons.items():
            why[reason or result] += number
        why.update({f"endpoint: {reason}": number for reason, number in self.unread[id(tally)].items()})
        return dict(why.most_common())

    def _counts(self, now: float) -> dict[str, float]:
        tallies = self.tallies.values()
        counts = {
            "done": sum(tally.done for tally in tallies),
            "new": sum(tally.new for tally in tallies),
            "failed": sum(tally.results["failed"] for tally in tallies),
        }
        return counts | {"rate": counts["done"] / max(now - self.started, _EVERY_S)}


@contextmanager
def crawling(desk: "Desk") -> Iterator[Watch]:
    """A watch over a crawl, shown as a bar."""
    words = (
        "{task.fields[done]} done",
        "{task.fields[new]} new",
        "{task.fields[failed]} failed",
        "{task.fields[rate]:.1f}/s",
    )
    with _bar(desk, BarColumn(bar_width=20), *map(TextColumn, words), TimeElapsedColumn()) as bar:
        yield Watch(bar, bar.add_task("crawl", total=None, done=0, new=0, failed=0, rate=0.0))


def _bar(desk: "Desk", *columns: ProgressColumn) -> Progress:
    shown = desk.err.is_terminal and not desk.quiet
    return Progress(*columns, console=desk.err, transient=True, disable=not shown)
