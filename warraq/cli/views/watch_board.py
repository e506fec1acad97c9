"""Display of a watch's turns: a live table on a terminal, else one line per turn, suitable for a journal."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from rich.console import Group
from rich.live import Live
from rich.text import Text

from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import table
from warraq.cli.views.output import translate
from warraq.locale.speech import numbered, say

if TYPE_CHECKING:
    from crawler.engine.watch import WatchTurn
    from warraq.cli.shared.cli_context import CliContext

#: Sources shown on a terminal: those with the latest turns.
_SHOWN = 15
#: Seconds over which the rate is computed.
_WINDOW_S = 300.0


@contextmanager
def watched(context: "CliContext", *, as_json: bool = False) -> "Iterator[Callable[[WatchTurn], None]]":
    """Receives a watch's turns."""
    if as_json:
        yield _print_json
    elif context.quiet:
        yield lambda turn: None
    elif context.err.is_terminal:
        board = _Board(context)
        with Live(get_renderable=board.picture, console=context.err, refresh_per_second=2, transient=True):
            yield board.turned
    else:
        # Line by line: a journal puts its own time before each.
        yield lambda turn: click.echo(visible(line(turn)), err=True)


def line(turn: "WatchTurn") -> str:
    """Format a turn as one line."""
    if turn.result is None:
        return say(
            "%(source)s: crashed, retry %(at)s: %(why)s", source=turn.source, at=_clock(turn.next_at), why=turn.error
        )
    crawl_counts = turn.counts
    counts = [
        (crawl_counts.results["new"], "new"),
        (crawl_counts.results["changed"], "changed"),
        (crawl_counts.results["same"], "same"),
    ]
    counts += [
        (crawl_counts.results["not_article"], "no article"),
        (crawl_counts.results["gone"], "gone"),
        (crawl_counts.failed, "failed"),
    ]
    parts = [f"{number} {say(word)}" for number, word in counts if number] or [say("nothing new")]
    polls = numbered(crawl_counts.polls, "poll")
    failed = f", {crawl_counts.poll_errors} {say('failed')}" if crawl_counts.poll_errors else ""
    return say(
        "%(source)s: %(counts)s; %(polls)s; %(seconds)s s; next %(at)s",
        source=turn.source,
        counts=", ".join(parts),
        polls=polls + failed,
        seconds=f"{turn.seconds:.1f}",
        at=_clock(turn.next_at),
    )


def record(turn: "WatchTurn") -> dict[str, object]:
    """Format a turn for machines; instants in UTC."""
    return {
        "source": turn.source,
        "began_at": turn.began_at.isoformat(timespec="seconds"),
        "seconds": round(turn.seconds, 2),
        "outcome": turn.result.outcome if turn.result is not None else "crashed",
        "error": turn.error or None,
        "counts": turn.counts.as_dict(),
        "next_at": turn.next_at.isoformat(timespec="seconds") if turn.next_at is not None else None,
        "running": turn.running,
    }


def _print_json(turn: "WatchTurn") -> None:
    from storage.export.columns import to_json

    click.echo(to_json(record(turn)))


def _clock(when: datetime | None) -> str:
    """Format a time of day in this machine's zone, with the date if it is not today's."""
    if when is None:
        return say("never")
    local = when.astimezone()
    today = datetime.now(UTC).astimezone().date()
    return local.strftime("%H:%M:%S" if local.date() == today else "%Y-%m-%d %H:%M")


@dataclass(slots=True)
class _Board:
    """The last turn of each source, and the totals over the last minutes."""

    context: "CliContext"
    turns: "dict[str, WatchTurn]" = field(default_factory=dict)
    last_new: dict[str, datetime] = field(default_factory=dict)
    new: int = 0
    done: deque[tuple[float, int]] = field(default_factory=deque)
    began: float = field(default_factory=time.monotonic)

    def turned(self, turn: "WatchTurn") -> None:
        self.turns.pop(turn.source, None)
        self.turns[turn.source] = turn
        if turn.counts.new:
            self.last_new[turn.source] = datetime.now(UTC)
        self.new += turn.counts.new
        self.done.append((time.monotonic(), turn.counts.done))

    def picture(self) -> Group:
        figures = ("new", "failed", "polls", "seconds")
        rows = table("source", "last turn", *figures, "last new", "next", right=figures)
        for turn in list(self.turns.values())[: -_SHOWN - 1 : -1]:
            crawl_counts = turn.counts
            numbers = (crawl_counts.new, crawl_counts.failed, crawl_counts.polls, round(turn.seconds))
            last_new = self.last_new.get(turn.source)
            ended = _clock(turn.began_at)
            shown = _clock(last_new) if last_new else "-"
            rows.add_row(
                turn.source, ended, *map(str, numbers), shown, (turn.error and say("crashed")) or _clock(turn.next_at)
            )
        translate(self.context, rows)
        return Group(rows, Text(self._summary()))

    def _summary(self) -> str:
        now = time.monotonic()
        while self.done and now - self.done[0][0] > _WINDOW_S:
            self.done.popleft()
        pages = sum(number for _, number in self.done)
        rate = 60 * pages / max(min(now - self.began, _WINDOW_S), 1.0)
        running = next(reversed(self.turns.values())).running if self.turns else 0
        return say(
            "%(newspapers)s, %(running)s running; %(new)s new; %(rate)s pages per minute",
            newspapers=numbered(len(self.turns), "newspaper"),
            running=running,
            new=self.new,
            rate=f"{rate:.1f}",
        )
