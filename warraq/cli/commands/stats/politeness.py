"""Output of `warraq stats --politeness`: the log of requests, one line per host and day."""

import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from warraq.cli.terminal.console import table
from warraq.cli.views.output import print_table
from warraq.locale.speech import numbered, say

if TYPE_CHECKING:
    from storage.crawl_state.hosts import HostDay
    from warraq.cli.shared.cli_context import CliContext

#: Columns of `--csv`, and keys of `--json`.
FIELDS = (
    "host", "day", "requests", "bytes", "not_modified", "too_many", "errors", "shortest_gap_s", "delay_s", "kept",
)  # fmt: skip
_FIGURES = ("requests", "MB", "304", "429", "errors", "shortest gap", "asked gap")


def print_politeness(context: "CliContext", days: "Sequence[HostDay]", *, form: str) -> None:
    """Print the days as a table with its total, or for programs: `form` is "table", "json" or "csv"."""
    if form == "json":
        from storage.export.columns import to_json

        for day in days:
            click.echo(to_json(_record(day)))
    elif form == "csv":
        rows = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
        rows.writeheader()
        rows.writerows(_record(day) for day in days)
    else:
        _print_table(context, days)


def _record(day: "HostDay") -> dict[str, object]:
    return {name: (asdict(day) | {"kept": day.kept})[name] for name in FIELDS}


def _print_table(context: "CliContext", days: "Sequence[HostDay]") -> None:
    rows = table("host", "day", *_FIGURES, "kept", right=_FIGURES)
    for day in days:
        rows.add_row(day.host, day.day, *_figures([day]), _gap(day.shortest_gap_s), _gap(day.delay_s), _verdict([day]))
    if days:
        hosts, dates = len({day.host for day in days}), len({day.day for day in days})
        rows.add_row(numbered(hosts, "host"), numbered(dates, "day"), *_figures(days), "", "", _verdict(days))
    print_table(context, rows)


def _figures(days: "Sequence[HostDay]") -> Iterable[str]:
    requests = sum(day.requests for day in days)
    share = 100 * sum(day.not_modified for day in days) / requests if requests else 0
    yield str(requests)
    yield f"{sum(day.bytes for day in days) / 1_000_000:.1f}"
    yield f"{share:.0f} %"
    yield str(sum(day.too_many for day in days))
    yield str(sum(day.errors for day in days))


def _gap(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.2f} s"


def _verdict(days: "Sequence[HostDay]") -> str:
    """Return "yes" if every gap was kept, "no" if one was not; nothing if there was none."""
    kept = {day.kept for day in days} - {None}
    return "" if not kept else say("yes") if kept == {True} else say("no")
