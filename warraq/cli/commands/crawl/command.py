"""warraq crawl: fetch new articles."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.fetch_options import fetching
from warraq.cli.shared.options import COUNT, Command
from warraq.cli.shared.source_options import chosen
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import table
from warraq.cli.views.output import print_table, tell
from warraq.cli.views.progress import Watch, crawling
from warraq.locale.speech import count, numbered, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.engine.run import RunResult


#: Exit code of an interrupted crawl.
INTERRUPTED = 130


@click.command(cls=Command)
@click.argument("keys", nargs=-1, metavar="[SOURCE]...")
@click.option("--limit", type=COUNT, metavar="N", help="Maximum pages per source.")
@click.option("--due", is_flag=True, help="Poll only feeds, sitemaps and sections that are due.")
@click.option("--revisit", is_flag=True, help="Revisit every stored page that still has scheduled revisits, now.")
@click.option("--backfill", metavar="SOURCE", help="Fetch this newspaper's past articles, from --since to --until.")
@click.option("--since", metavar="DATE", help="First day of the past (2020, 2020-01 or 2020-01-31).")
@click.option("--until", metavar="DATE", help="Last day of it.  [today]")
@click.option("--estimate", is_flag=True, help="Only estimate the amount; fetch no article.")
@click.option("--dated-only", is_flag=True, help="Skip URLs whose publication date cannot be determined.")
@click.option("--json", "as_json", is_flag=True, help="The closing table as JSON, one source per line.")
@fetching
def command(
    context: CliContext,
    keys: tuple[str, ...],
    limit: int | None,
    due: bool,
    revisit: bool,
    backfill: str | None,
    since: str | None,
    until: str | None,
    estimate: bool,
    dated_only: bool,
    as_json: bool,
) -> int | None:
    """Fetch new articles from newspapers.

        SOURCE: keys of `warraq sources list`; all known newspapers by default. Feeds, sitemaps and sections are polled,
        new URLs enter the frontier, and pending URLs are fetched, cleaned and stored. An interrupted or killed crawl
        resumes where it stopped. Ctrl-C once finishes pages in progress, twice stops at once.

    \b
        warraq crawl hespress aljazeera
        warraq crawl --limit 100 --contact press-archive@example.org
        warraq crawl --backfill hespress --since 2020-01 --until 2020-12 --estimate
    """
    if backfill is not None:
        if keys or due or revisit:
            raise click.UsageError(
                "--backfill names its newspaper itself, and cannot be combined with --due or --revisit"
            )
        return _backfill(
            context, backfill, since, until, limit=limit, estimate=estimate, dated_only=dated_only, as_json=as_json
        )
    if since or until or estimate or dated_only:
        raise click.UsageError("--since, --until, --estimate and --dated-only require --backfill SOURCE")
    from crawler.engine.run import crawl

    sources = chosen(context, keys)
    with crawling(context, keys=[source.key for source in sources], limit=limit) as watch:
        results = crawl(context.config, sources, on_event=watch, limit=limit, force=not due, revisit=revisit)
    print_results(context, [line_of(result, watch) for result in results], as_json=as_json)
    _print_waiting(context, [result.source for result in results if result.source])
    code = exit_code(results)
    if code == INTERRUPTED:
        tell(context, say("interrupted; everything is saved, and the same command resumes"))
    return code


def _print_waiting(context: CliContext, keys: list[str]) -> None:
    """Print what is left for a later crawl, and when it is due: a finished crawl may have pages to retry."""
    with context.archive() as archive:
        number, first = archive.frontier.waiting(keys)
    if first is not None:
        words = count(
            number,
            "%(num)d address waits for another attempt, from %(when)s on; crawl again then",
            "%(num)d addresses wait for another attempt, from %(when)s on; crawl again then",
            when=f"{first:%Y-%m-%d %H:%M} UTC",
        )
        tell(context, words)


def _backfill(
    context: CliContext,
    key: str,
    since: str | None,
    until: str | None,
    *,
    limit: int | None,
    estimate: bool,
    dated_only: bool,
    as_json: bool,
) -> int | None:
    from warraq.cli.commands.crawl.backfill import backfill, print_progress, print_trouble, record_of

    result, backfill_progress, source, watch = backfill(
        context, key, since, until, limit=limit, estimate=estimate, dated_only=dated_only
    )
    code = exit_code([result])
    if estimate:
        print_progress(context, backfill_progress, as_json=as_json)
    elif as_json:
        print_results(context, [line_of(result, watch)], as_json=True, backfill=record_of(backfill_progress))
    else:
        print_results(context, [line_of(result, watch)], as_json=False)
        from warraq.cli.commands.stats.calendar import print_months

        print_months(context, source, backfill_progress.backfill.since, backfill_progress.backfill.until)
        print_trouble(context, backfill_progress)
    if code == INTERRUPTED:
        tell(context, say("interrupted; everything is saved, and the same command resumes"))
    elif backfill_progress.requests:
        onward = say("run without --estimate to make them") if estimate else say("the same command resumes")
        remain = numbered(backfill_progress.requests, "request remains", "requests remain")
        tell(context, f"{remain}; {onward}")
    return code if code is not None or backfill_progress.progress.found or not backfill_progress.walked else 1


def exit_code(results: "Sequence[RunResult]") -> int | None:
    """0 done, 1 some failed, 6 all failed, 130 interrupted."""
    outcomes = {result.outcome for result in results}
    if "interrupted" in outcomes:
        return INTERRUPTED
    if outcomes == {"failed"}:
        return 6
    return 1 if outcomes - {"done"} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlRow:
    """The closing line of one source."""

    source: str
    new: int
    #: Restored articles included.
    changed: int
    #: Unconfirmed revisits included: a possible withdrawal is checked once more before it is reported.
    same: int
    #: Withdrawn articles.
    withdrawn: int
    #: Non-article pages, gone pages, and pages refused by a rule.
    refused: int
    #: Set aside; `warraq requeue` returns them to the frontier.
    failed: int
    #: Temporarily failed attempts: the URL was, or will be, fetched again.
    retried: int
    seconds: float
    outcome: str
    #: Reason -> count.
    why: dict[str, int]


def line_of(result: "RunResult", watch: Watch) -> CrawlRow:
    """Return the result of crawling a source, in figures."""
    counted = Counter(result.counts.results)
    kept = {name: counted.pop(name, 0) for name in ("new", "changed", "same", "withdrawn")}
    kept["changed"] += counted.pop("restored", 0)
    kept["same"] += counted.pop("unconfirmed", 0)
    failed, retried = counted.pop("failed", 0) + counted.pop("lease_lost", 0), counted.pop("retry", 0)
    return CrawlRow(
        source=result.source or "(captures)",
        **kept,
        refused=counted.total(),
        failed=failed,
        retried=retried,
        seconds=round(watch.seconds(result.counts), 1),
        outcome=result.outcome,
        why=watch.why(result.counts),
    )


def print_results(
    context: CliContext, lines: "Sequence[CrawlRow]", *, as_json: bool, backfill: dict[str, object] | None = None
) -> None:
    """Print the closing table, one line per source."""
    if as_json:
        from dataclasses import asdict

        from storage.export.columns import to_json

        for line in lines:
            click.echo(to_json(asdict(line) | ({"backfill": backfill} if backfill else {})))
        return
    figures = ("new", "changed", "same", "withdrawn", "refused", "failed", "retried", "seconds")
    rows = table("source", *figures, "outcome", "why", right=figures)
    for line in lines:
        why = ", ".join(f"{visible(reason)} {number}" for reason, number in line.why.items())
        rows.add_row(say(line.source), *(str(getattr(line, name)) for name in figures), line.outcome, why)
    print_table(context, rows)
