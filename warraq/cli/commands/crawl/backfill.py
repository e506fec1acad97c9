"""A backfill at the command line: what is asked for, how far it is, and how it ended."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from storage.search.query import read_day
from warraq.cli.shared.context import Desk
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import print_table, table

if TYPE_CHECKING:
    from datetime import date

    from crawler.backfill.progress import Outlook
    from crawler.engine.run import RunResult
    from crawler.sources.source import Source
    from warraq.cli.views.progress import Watch

#: Steps between two lines that say how far a walk is, where no bar is shown.
_EVERY = 50


@dataclass(slots=True)
class Teller:
    """Tells how far a walk is: when it begins, now and then, and when the listings are through."""

    desk: Desk
    last: "Outlook | None" = None
    began: bool = False
    ended: bool = False

    def __call__(self, outlook: "Outlook") -> None:
        self.last = outlook
        if not self.began:
            self.began, self.ended = True, outlook.walked
            self._say(_beginning(outlook))
        elif outlook.walked and not self.ended:
            self.ended = True
            self._say(f"listings walked: {_found(outlook)}; {_to_come(outlook)}")
        elif not outlook.walked and outlook.progress.settled % _EVERY == 0:
            self._say(f"{outlook.progress.settled} of {outlook.progress.steps} steps done; {_found(outlook)}")

    def _say(self, words: str) -> None:
        self.desk.err.print(words)


def backfill(
    desk: Desk, key: str, since: str | None, until: str | None, *, limit: int | None, estimate: bool, dated_only: bool
) -> "tuple[RunResult, Outlook, Source, Watch]":
    """Walk and fetch. Raises UsageError, QueryError, ConfigError, StorageError."""
    from crawler.backfill.walk import Order
    from crawler.engine.run import backfill as run
    from warraq.cli.shared.source_options import chosen
    from warraq.cli.views.progress import crawling

    first, last = stretch(since, until)
    (source,) = chosen(desk, (key,))
    order = Order(since=first, until=last, dated_only=dated_only, estimate=estimate)
    teller = Teller(desk)
    with crawling(desk) as watch:
        result = run(desk.config, source, order, on_event=watch, on_outlook=teller, limit=limit)
    assert teller.last is not None
    return result, teller.last, source, watch


def stretch(since: str | None, until: str | None) -> "tuple[date, date]":
    """First and last day of what was typed. Raises UsageError, QueryError."""
    from datetime import UTC, datetime, timedelta

    if since is None:
        raise click.UsageError("--backfill needs --since, and may have --until: like --since 2020-01 --until 2020-12")
    # No newspaper's day is ahead of UTC's by more than one.
    today = datetime.now(UTC).date() + timedelta(days=1)
    first = read_day(since, last=False)
    last = min(read_day(until, last=True), today) if until else today
    if first > last:
        ahead = "lies ahead" if first > today else f"is later than --until {until or 'today'}"
        raise click.UsageError(f"--since {since} {ahead}")
    return first, last


def print_outlook(desk: Desk, outlook: "Outlook", *, as_json: bool) -> None:
    """What the walk found, by month, and what is still to come."""
    if as_json:
        from storage.export.columns import to_json

        click.echo(to_json(record_of(outlook)))
        return
    rows = table("month", "addresses", right=("addresses",))
    for month, number in outlook.months.items():
        rows.add_row(month, str(number))
    for name, number in (("undated", outlook.undated), ("outside", outlook.outside)):
        if number:
            rows.add_row(name, str(number))
    print_table(desk, rows)
    desk.out.print(f"{_found(outlook)}; {_to_come(outlook)}")
    print_trouble(desk, outlook)


def print_trouble(desk: Desk, outlook: "Outlook") -> None:
    """Why listings could not be read; and what would help where nothing could be walked."""
    for why, number in sorted(outlook.troubles.items(), key=lambda one: -one[1]):
        desk.err.print(f"{number} {'listing' if number == 1 else 'listings'} could not be read: {visible(why)}")
    if outlook.walked and not outlook.progress.found:
        desk.err.print(HELP)


HELP = (
    "nothing of that time was found; what would help, in the source's file: an [[endpoint]] of kind sitemap or section, "
    'archive = ["https://.../{year}/{month:02}/{day:02}"] or numbered = "https://.../{id}"'
)


def record_of(outlook: "Outlook") -> dict[str, object]:
    """The same for programs."""
    progress = outlook.progress
    return {
        "source": outlook.backfill.source,
        "since": outlook.backfill.since.isoformat(),
        "until": outlook.backfill.until.isoformat(),
        "walked": outlook.walked,
        "steps": progress.steps,
        "steps_done": progress.settled,
        "found": outlook.found,
        "new": progress.new,
        "waiting": progress.waiting,
        "undated": outlook.undated,
        "outside": outlook.outside,
        "months": outlook.months,
        "requests": outlook.requests,
        "hours": round(outlook.hours, 2),
        "troubles": dict(outlook.troubles),
    }


def _beginning(outlook: "Outlook") -> str:
    name = f"{outlook.backfill.source}, {outlook.backfill.since} to {outlook.backfill.until}"
    began = outlook.began
    if began.settled or outlook.walked:
        return f"{name}: taken up: {began.settled} of {began.steps} steps done; {_found(outlook)}"
    return f"{name}: {began.steps} {'step' if began.steps == 1 else 'steps'} to begin with"


def _found(outlook: "Outlook") -> str:
    progress = outlook.progress
    undated = f", {outlook.undated:,} of them undated" if outlook.undated else ""
    return f"{outlook.found:,} addresses{undated}, {progress.new:,} of them new"


def _minutes(minutes: float) -> str:
    return "a minute" if minutes < 1.5 else f"{round(minutes)} minutes"


def _to_come(outlook: "Outlook") -> str:
    if not outlook.requests:
        return "nothing waits"
    gaps = f" (some {outlook.gaps:,} of them gaps)" if outlook.gaps else ""
    hours = f"{outlook.hours:.1f} hours" if outlook.hours >= 1 else _minutes(outlook.hours * 60)
    return f"{outlook.requests:,} requests to come{gaps}, about {hours} at {outlook.delay_s:g} s a request"
