"""Backfill on the command line: request, progress, result."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from storage.search.query import read_day
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.source_options import chosen
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import table
from warraq.cli.views.output import page, print_table, tell
from warraq.cli.views.progress import Watch, crawling
from warraq.locale.speech import count, numbered, say

if TYPE_CHECKING:
    from crawler.backfill.progress import BackfillProgress
    from crawler.engine.run import RunResult
    from crawler.sources.source import Source

#: Steps between two progress lines, if no bar is shown.
_EVERY = 50


@dataclass(slots=True)
class Teller:
    """Reports progress: at the beginning, at intervals, and when the listings are done."""

    context: CliContext
    last: "BackfillProgress | None" = None
    began: bool = False
    ended: bool = False

    def __call__(self, backfill_progress: "BackfillProgress") -> None:
        self.last = backfill_progress
        if not self.began:
            self.began, self.ended = True, backfill_progress.walked
            self._say(_beginning(backfill_progress))
        elif backfill_progress.walked and not self.ended:
            self.ended = True
            found, ahead = _found_urls(backfill_progress), _to_come(backfill_progress)
            self._say(say("listings walked: %(found)s; %(ahead)s", found=found, ahead=ahead))
        elif not backfill_progress.walked and backfill_progress.progress.settled % _EVERY == 0:
            progress = backfill_progress.progress
            words = say(
                "%(number)d of %(all)d steps done; %(found)s",
                number=progress.settled, all=progress.steps, found=_found_urls(backfill_progress),
            )  # fmt: skip
            self._say(words)

    def _say(self, words: str) -> None:
        tell(self.context, words)


def backfill(
    context: CliContext,
    key: str,
    since: str | None,
    until: str | None,
    *,
    limit: int | None,
    estimate: bool,
    dated_only: bool,
) -> "tuple[RunResult, BackfillProgress, Source, Watch]":
    """Walk and fetch. Raises UsageError, QueryError, ConfigError, StorageError."""
    from crawler.backfill.walk import BackfillRequest
    from crawler.engine.run import backfill as run

    first, last = stretch(since, until)
    (source,) = chosen(context, (key,))
    order = BackfillRequest(since=first, until=last, dated_only=dated_only, estimate=estimate)
    teller = Teller(context)
    with crawling(context) as watch:
        result = run(context.config, source, order, on_event=watch, on_progress=teller, limit=limit)
    assert teller.last is not None
    return result, teller.last, source, watch


def stretch(since: str | None, until: str | None) -> tuple[date, date]:
    """Return first and last day of the options. Raises UsageError, QueryError."""
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


def print_progress(context: CliContext, backfill_progress: "BackfillProgress", *, as_json: bool) -> None:
    """Print the results by month, and the remaining work."""
    if as_json:
        from storage.export.columns import to_json

        click.echo(to_json(record_of(backfill_progress)))
        return
    rows = table("month", "addresses", right=("addresses",))
    for month, number in backfill_progress.months.items():
        rows.add_row(month, str(number))
    for name, number in (("undated", backfill_progress.undated), ("outside", backfill_progress.outside)):
        if number:
            rows.add_row(name, str(number))
    print_table(context, rows)
    page(context, f"{_found_urls(backfill_progress)}; {_to_come(backfill_progress)}")
    print_trouble(context, backfill_progress)


def print_trouble(context: CliContext, backfill_progress: "BackfillProgress") -> None:
    """Print why listings could not be read, and advice if nothing could be walked."""
    for why, number in sorted(backfill_progress.troubles.items(), key=lambda one: -one[1]):
        words = count(
            number,
            "%(num)d listing could not be read: %(why)s",
            "%(num)d listings could not be read: %(why)s",
            why=visible(why),
        )
        tell(context, words)
    if backfill_progress.walked and not backfill_progress.progress.found:
        tell(context, say(HELP))


HELP = (
    "nothing of that time was found; add to the source's file an [[endpoint]] of kind sitemap or section, "
    'archive = ["https://.../{year}/{month:02}/{day:02}"] or numbered = "https://.../{id}"'
)


def record_of(backfill_progress: "BackfillProgress") -> dict[str, object]:
    """Return the same for programs."""
    progress = backfill_progress.progress
    return {
        "source": backfill_progress.backfill.source,
        "since": backfill_progress.backfill.since.isoformat(),
        "until": backfill_progress.backfill.until.isoformat(),
        "walked": backfill_progress.walked,
        "steps": progress.steps,
        "steps_done": progress.settled,
        "found": backfill_progress.found,
        "new": progress.new,
        "waiting": progress.waiting,
        "undated": backfill_progress.undated,
        "outside": backfill_progress.outside,
        "months": backfill_progress.months,
        "requests": backfill_progress.requests,
        "hours": round(backfill_progress.hours, 2),
        "troubles": dict(backfill_progress.troubles),
    }


def _beginning(backfill_progress: "BackfillProgress") -> str:
    wanted, began = backfill_progress.backfill, backfill_progress.began
    name = say("%(source)s, %(first)s to %(last)s", source=wanted.source, first=wanted.since, last=wanted.until)
    if began.settled or backfill_progress.walked:
        done = say("resumed: %(number)d of %(all)d steps done", number=began.settled, all=began.steps)
        return f"{name}: {done}; {_found_urls(backfill_progress)}"
    steps = count(began.steps, "%(num)d step to start with", "%(num)d steps to start with")
    return f"{name}: {steps}"


def _found_urls(backfill_progress: "BackfillProgress") -> str:
    progress = backfill_progress.progress
    parts = [numbered(backfill_progress.found, "URL")]
    if backfill_progress.undated:
        parts.append(say("%(number)s of them undated", number=f"{backfill_progress.undated:,}"))
    parts.append(say("%(number)s of them new", number=f"{progress.new:,}"))
    return say(", ").join(parts)


def _minutes(minutes: float) -> str:
    return say("a minute") if minutes < 1.5 else numbered(round(minutes), "minute")


def _to_come(backfill_progress: "BackfillProgress") -> str:
    if not backfill_progress.requests:
        return say("nothing waits")
    requests = count(backfill_progress.requests, "%(num)d request remaining", "%(num)d requests remaining")
    if backfill_progress.gaps:
        requests += say(" (some %(number)s of them gaps)", number=f"{backfill_progress.gaps:,}")
    hours = _minutes(backfill_progress.hours * 60)
    if backfill_progress.hours >= 1:
        hours = say("%(number)s hours", number=f"{backfill_progress.hours:.1f}")
    pace = f"{backfill_progress.delay_s:g}"
    return say("%(requests)s, about %(time)s at %(pace)s s per request", requests=requests, time=hours, pace=pace)
