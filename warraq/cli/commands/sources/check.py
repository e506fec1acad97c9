"""warraq sources check: whether newspapers can still be read where their files say."""

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from crawler.sources.check_date import write_checked
from storage.export.columns import to_json
from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.fetch_options import fetching
from warraq.cli.shared.options import Command
from warraq.cli.shared.source_options import NarrowingOptions, chosen, narrowed, narrowing
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import table
from warraq.cli.views.output import print_table, tell
from warraq.cli.views.progress import counted
from warraq.locale.speech import say

if TYPE_CHECKING:
    from crawler.checking.report import SourceCheck
    from crawler.sources.source import Source


INTERRUPTED = 130


@click.command(cls=Command)
@click.argument("keys", nargs=-1, metavar="[SOURCE]...")
@click.option("--all", "every", is_flag=True, help="All known newspapers.")
@narrowing
@click.option("--write", is_flag=True, help="Write the date into the files of those that pass, see --sources.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line, with all results.")
@fetching
def command(
    context: CliContext,
    keys: tuple[str, ...],
    every: bool,
    write: bool,
    as_json: bool,
    **wanted: Unpack[NarrowingOptions],
) -> int | None:
    """Check whether newspapers can still be read.

        For each: home page, robots.txt, every feed, sitemap and section, and three articles, fetched and extracted as
        in a crawl. Newspapers are checked in parallel, with one request per second and host. Nothing is stored. --write
        writes the date into the files of those that pass: a file of --sources is edited in place, a built-in one is
        copied into the first folder of --sources. Exit code 1 if something is wrong, 6 if no newspaper can be read.

    \b
        warraq sources check hespress
        warraq sources check --country MA --never-checked --json
        warraq sources check --all --write --sources mine
    """
    from crawler.checking.check import check_all

    named = bool(keys) or any(value not in ((), None) for value in wanted.values())
    _refuse(context, named=named, every=every, write=write)
    sources = narrowed(chosen(context, keys), **wanted)
    with counted(context, say("checked"), total=len(sources)) as count:
        conditions = check_all(context.config, sources, on_checked=lambda _: count())
    if as_json:
        for condition in conditions:
            click.echo(to_json(condition.plain()))
    else:
        _print(context, conditions)
    if write:
        _write(context, sources, conditions)
    if len(conditions) < len(sources):
        words = say("interrupted: %(number)d of %(all)d were checked", number=len(conditions), all=len(sources))
        tell(context, words)
        return INTERRUPTED
    verdicts = {condition.verdict for condition in conditions}
    return None if verdicts <= {"well"} else 6 if verdicts == {"failed"} else 1


def _refuse(context: CliContext, *, named: bool, every: bool, write: bool) -> None:
    if named == every:
        words = (
            "--all cannot be combined with other selections"
            if every
            else "give newspapers, a --country or --kind, or --all"
        )
        raise click.UsageError(words, click.get_current_context())
    if write and not context.config.sources:
        raise click.UsageError("--write needs --sources FOLDER, to write into", click.get_current_context())


def _print(context: CliContext, conditions: "list[SourceCheck]") -> None:
    rows = table(
        "source", "found", "home", "robots", "endpoints", "articles", "newest", "why", right=("endpoints", "articles")
    )
    for seen in sorted(conditions, key=lambda seen: (("failed", "faulty", "well").index(seen.verdict), seen.source)):
        speaking = sum(not look.problem for look in seen.endpoints)
        rows.add_row(
            seen.source,
            seen.verdict,
            str(seen.home_status or "-"),
            seen.robots,
            f"{speaking}/{len(seen.endpoints)}",
            f"{seen.read}/{len(seen.samples)}",
            _age(seen),
            visible("; ".join(seen.problems)),
        )
    print_table(context, rows)


def _age(seen: "SourceCheck") -> str:
    """Format the age of the newest item in the largest unit that fits."""
    if seen.newest is None:
        return "-"
    minutes = max(0, round((seen.at - seen.newest).total_seconds() / 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"


def _write(context: CliContext, sources: "list[Source]", conditions: "list[SourceCheck]") -> None:
    folders = [Path(folder) for folder in context.config.sources]
    well = {seen.source: seen.at.date() for seen in conditions if seen.verdict == "well"}
    written = [write_checked(source, well[source.key], folders) for source in sources if source.key in well]
    into = ", ".join(sorted({str(path.parent) for path in written})) or say("no file")
    words = say("%(number)d of %(all)d pass; written to %(place)s", number=len(written), all=len(sources), place=into)
    tell(context, words)
