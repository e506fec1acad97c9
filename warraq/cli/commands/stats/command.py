"""warraq stats: the contents of the archive."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.filesize import decimal

from storage.errors import NotFoundError
from storage.export.columns import instant, to_json
from storage.search.query import read_day
from warraq.cli.commands.stats.politeness import print_politeness
from warraq.cli.commands.stats.robots_history import print_robots
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import Arabic, table
from warraq.cli.views.output import page, print_table
from warraq.locale.speech import numbered, say

if TYPE_CHECKING:
    from storage.statistics.counts import ArchiveStats, LedgerLine


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, with the state of every URL.")
@click.option("--csv", "as_csv", is_flag=True, help="The politeness log as CSV.")
@click.option("--politeness", is_flag=True, help="Requests to each host by day, and the gaps between them.")
@click.option("--since", metavar="DATE", help="Politeness on or after this day, UTC (2024, 2024-05 or 2024-05-01).")
@click.option("--until", metavar="DATE", help="Politeness on or before this day.")
@click.option("--host", metavar="HOST", help="Politeness for this host only.")
@click.option("--robots", metavar="HOST", help="History of this host's robots.txt, with its changes.")
@click.option("--calendar", metavar="SOURCE", help="Articles of this newspaper by day.")
@click.option(
    "--year",
    "years",
    type=click.IntRange(1900, 2100),
    multiple=True,
    metavar="YEAR",
    help="Calendar of this year only; may be repeated.",
)
@click.option(
    "--png",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The calendar as a picture, labelled in Arabic.",
)
@pass_context
def command(
    context: CliContext,
    as_json: bool,
    as_csv: bool,
    politeness: bool,
    since: str | None,
    until: str | None,
    host: str | None,
    robots: str | None,
    calendar: str | None,
    years: tuple[int, ...],
    png: Path | None,
) -> None:
    """Count the contents of the archive.

        By newspaper, and by state of every URL.

    \b
        warraq stats
        warraq stats --json | jq '.sources[] | [.source, .articles]'
        warraq stats --politeness --since 2026-11 --csv > ethics-board.csv
        warraq stats --robots www.example.ma
        warraq stats --calendar hespress --year 2020 --png hespress-2020.png
    """
    if calendar is None and (years or png):
        raise click.UsageError("--year and --png require --calendar SOURCE", click.get_current_context())
    if calendar is not None:
        from warraq.cli.commands.stats.calendar import show

        show(context, calendar, years, as_json=as_json, png=png)
        return
    if not politeness and (as_csv or since or until or host):
        raise click.UsageError("--csv, --since, --until and --host require --politeness", click.get_current_context())
    if politeness:
        _politeness(context, since, until, host, form="json" if as_json else "csv" if as_csv else "table")
        return
    if robots:
        _robots(context, robots, as_json=as_json)
        return
    with context.archive() as archive:
        stats, ledger = archive.stats(), archive.ledger()
    if as_json:
        _print_json(stats, ledger)
    else:
        _print_tables(context, stats, ledger)


def _politeness(context: CliContext, since: str | None, until: str | None, host: str | None, *, form: str) -> None:
    first = read_day(since, last=False).isoformat() if since else None
    last = read_day(until, last=True).isoformat() if until else None
    with context.archive() as archive:
        days = archive.hosts.days(since=first, until=last, host=host.lower() if host else None)
    print_politeness(context, days, form=form)


def _robots(context: CliContext, host: str, *, as_json: bool) -> None:
    with context.archive() as archive:
        history = archive.hosts.robots_history(host)
    if not history:
        raise NotFoundError(f"no robots.txt of {host} was ever fetched; write the host as in its URLs")
    print_robots(context, history, as_json=as_json)


def _print_json(stats: "ArchiveStats", ledger: "list[LedgerLine]") -> None:
    sources = [asdict(one) | {"newest": instant(one.newest) if one.newest else None} for one in stats.sources]
    click.echo(to_json(asdict(stats) | {"sources": sources, "ledger": [asdict(line) for line in ledger]}))


def _print_tables(context: CliContext, stats: "ArchiveStats", ledger: "list[LedgerLine]") -> None:
    languages = ", ".join(f"{name or say('unknown')} {number}" for name, number in stats.languages.items())
    articles = f"{numbered(stats.articles, 'article')} ({languages or say('none')})"
    parts = [articles, numbered(stats.versions, "version")]
    if stats.withdrawn:
        parts.append(say("%(number)d withdrawn", number=stats.withdrawn))
    page(context, say(", ").join(parts))
    warc = say("%(size)s of WARC", size=decimal(stats.warc_bytes))
    page(
        context,
        say(", ").join((numbered(sum(stats.urls.values()), "URL"), numbered(stats.endpoints, "endpoint"), warc)),
    )
    by_source = table(
        "articles", "undated", "first day", "last day", "stored", "source", "name", right=("articles", "undated")
    )
    for one in stats.sources:
        newest = f"{one.newest:%Y-%m-%d %H:%M}" if one.newest else ""
        name = Arabic(text=one.name_ar or "", shapes=context.shapes)
        days = (one.first_day or "", one.last_day or "")
        by_source.add_row(str(one.articles), str(one.undated), *days, newest, one.source or say("(captures)"), name)
    print_table(context, by_source)
    print_ledger(context, ledger)


def print_ledger(context: CliContext, ledger: "list[LedgerLine]") -> None:
    """Print every URL count, one line per source, state and reason."""
    rows = table("source", "state", "addresses", "why", "example", right=("addresses",))
    for line in ledger:
        rows.add_row(
            line.source or say("(captures)"),
            line.state,
            str(line.number),
            visible(line.reason or ""),
            visible(line.example),
        )
    print_table(context, rows)
