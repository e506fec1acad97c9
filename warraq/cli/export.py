"""warraq export: articles out of the archive, into a file or a pipe."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from storage.export import FORMATS, Format, Options, export
from warraq.cli.desk import Desk, pass_desk
from warraq.cli.filters import QueryCommand, filters, query
from warraq.cli.progress import counted

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.query import Query
    from storage.rows import StoredArticle


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[QUERY]...")
@click.option("-f", "--format", "name", type=click.Choice(list(FORMATS)), help="How; else as the file's name ends.")
@click.option("-o", "--output", default="-", metavar="FILE", help="Where to; - is stdout.", show_default=True)
@click.option("--no-text", is_flag=True, help="Only what may be passed on: no sentence of the newspaper's own.")
@click.option("--excel", is_flag=True, help="CSV for spreadsheets: byte-order mark, no cell runs as a formula.")
@filters
@pass_desk
def command(
    desk: Desk, words: tuple[str, ...], name: str | None, output: str, excel: bool, no_text: bool, **options: Any
) -> int | None:
    """Write articles and their provenance to a file.

    QUERY and filters are those of search; without them, everything is written. A file takes its name only when it is whole; text is never cut.

    \b
    warraq export -o all.jsonl
    warraq export -f csv --source hespress --since 2024 -o hespress-2024.csv
    warraq export -f jsonl غزة | jq -r .title
    """
    name = name or named(output)
    chosen = FORMATS[name]
    _refuse(chosen, name, excel=excel, no_text=no_text)
    fail_empty = options.pop("fail_empty")
    wanted = query(words, **options)
    with desk.archive() as archive:
        wishes = Options(
            excel=excel, no_text=no_text, archive=archive, tell=lambda line: desk.err.print(line, soft_wrap=True)
        )
        number = _write(desk, archive, wanted, chosen, output, wishes)
    if output != "-":
        desk.err.print(f"{number} articles in {output}", soft_wrap=True)
    return 3 if fail_empty and not number else None


def named(output: str) -> str:
    """The format that a file's name asks for; JSON lines where it asks for none."""
    endings = {name: known.suffix for name, known in FORMATS.items() if known.suffix}
    return next((name for name, suffix in endings.items() if output.lower().endswith(suffix)), "jsonl")


def _refuse(chosen: Format, name: str, **asked: bool) -> None:
    for option, wanted in asked.items():
        if wanted and option not in chosen.understands:
            able = ", ".join(known for known, other in FORMATS.items() if option in other.understands)
            words = f"--{option.replace('_', '-')} is for {able}, not for {name}"
            raise click.UsageError(words, click.get_current_context())


def _write(desk: Desk, archive: "Archive", wanted: "Query", chosen: Format, output: str, options: Options) -> int:
    with counted(desk, "exported", total=archive.count(wanted)) as count:

        def articles() -> "Iterator[StoredArticle]":
            for stored in archive.find(wanted):
                yield stored
                count()

        if output != "-":
            export(chosen, articles(), Path(output), options)
        elif chosen.write is None:
            raise click.UsageError("this format is a folder; name it with -o FOLDER", click.get_current_context())
        else:
            chosen.write(articles(), sys.stdout.buffer, options)
            sys.stdout.buffer.flush()
    return count.number
