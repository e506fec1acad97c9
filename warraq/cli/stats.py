"""warraq stats: what the archive holds."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from warraq.cli.console import Arabic, print_table, table
from warraq.cli.desk import Desk, pass_desk
from warraq.cli.options import Command
from warraq.cli.terminal import visible

if TYPE_CHECKING:
    from storage.stats import ArchiveStats, LedgerLine


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, with what became of every address.")
@pass_desk
def command(desk: Desk, as_json: bool) -> None:
    """Count what is in the archive.

    By newspaper, and what became of every address.

    \b
    warraq stats
    warraq stats --json | jq '.sources[] | [.source, .articles]'
    """
    with desk.archive() as archive:
        stats, ledger = archive.stats(), archive.ledger()
    if as_json:
        _print_json(stats, ledger)
    else:
        _print_tables(desk, stats, ledger)


def _print_json(stats: "ArchiveStats", ledger: "list[LedgerLine]") -> None:
    from storage.export.columns import instant, to_json

    sources = [asdict(one) | {"newest": instant(one.newest) if one.newest else None} for one in stats.sources]
    click.echo(to_json(asdict(stats) | {"sources": sources, "ledger": [asdict(line) for line in ledger]}))


def _print_tables(desk: Desk, stats: "ArchiveStats", ledger: "list[LedgerLine]") -> None:
    from rich.filesize import decimal

    languages = ", ".join(f"{name or 'unknown'} {number}" for name, number in stats.languages.items())
    desk.out.print(f"{stats.articles} articles ({languages or 'none'}), {stats.versions} versions")
    desk.out.print(
        f"{sum(stats.urls.values())} addresses, {stats.endpoints} endpoints, {decimal(stats.warc_bytes)} of WARC"
    )
    by_source = table(
        "articles", "undated", "first day", "last day", "stored", "source", "name", right=("articles", "undated")
    )
    for one in stats.sources:
        newest = f"{one.newest:%Y-%m-%d %H:%M}" if one.newest else ""
        name = Arabic(text=one.name_ar or "", shapes=desk.shapes)
        days = (one.first_day or "", one.last_day or "")
        by_source.add_row(str(one.articles), str(one.undated), *days, newest, one.source or "(captures)", name)
    print_table(desk, by_source)
    print_ledger(desk, ledger)


def print_ledger(desk: Desk, ledger: "list[LedgerLine]") -> None:
    """What became of every address, one line a source, state and reason."""
    rows = table("source", "state", "addresses", "why", "example", right=("addresses",))
    for line in ledger:
        rows.add_row(
            line.source or "(captures)", line.state, str(line.number), visible(line.reason or ""), visible(line.example)
        )
    print_table(desk, rows)
