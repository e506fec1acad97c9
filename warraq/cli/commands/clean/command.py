"""warraq clean: clean a corpus of scraped texts. No archive, no network."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.views.output import tell
from warraq.locale.speech import say

if TYPE_CHECKING:
    from crawler.importing.records.given_record import Record
    from warraq.cli.commands.clean.output import Output

#: Bad records that are named one by one on stderr.
_NAMED = 20
_FORMATS = ("jsonl", "csv", "parquet")


@click.command(cls=Command)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("-f", "--format", "form", type=click.Choice(_FORMATS), help="What to write; else as the first file is.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write there; else to stdout.")
@click.option("--map", "mapping", multiple=True, metavar="FIELD=NAME,...", help="How the file calls a field of ours.")
@click.option("--learn/--no-learn", default=None, help="Learn what recurs in each source.  [from 50 texts of a source]")
@click.option("--workers", type=click.IntRange(1, 1_000), metavar="N", help="Processes.  [one a core]")
@pass_context
def command(
    context: CliContext,
    files: tuple[str, ...],
    form: str | None,
    output: Path | None,
    mapping: tuple[str, ...],
    learn: bool | None,
    workers: int | None,
) -> int | None:
    """Clean scraped texts.

    Share lines, read-also lines, signatures and datelines are removed; the article stays.

    FILES are texts (.txt, one article a file), JSON lines, one JSON array, CSV, TSV or Parquet, any of them in gzip or
    zip; without FILES, or for "-", stdin. Fields are found by their usual names (text, content, body ...; title,
    headline ...). Out come the same records with "text" and "title" cleaned, and with "removed", "authors",
    "published", "place" and "agencies". A record that cannot be used is named, and exit code is 1.

    \b
    warraq clean article.txt
    warraq clean corpus.jsonl.gz -o clean.parquet -f parquet
    warraq clean --map text=article_ar,title=head < corpus.csv > clean.csv
    """
    from crawler.importing.fields import parse_map
    from crawler.importing.records.opened import spooled
    from warraq.cli.commands.clean.output import open_output
    from warraq.cli.commands.clean.work import CleanJob, Inputs, cleaned
    from warraq.cli.views.progress import measured

    if not files and sys.stdin.isatty():
        tell(context, say("reading texts from the keyboard; Ctrl-D ends, --help explains"))
    mapped = parse_map(mapping)
    failed = 0
    with ExitStack() as stack:
        paths = [
            (stack.enter_context(spooled(sys.stdin.buffer)), "stdin") if name == "-" else (Path(name), name)
            for name in files or ("-",)
        ]
        passes = 1 if learn is False else 2
        total = passes * sum(path.stat().st_size for path, _ in paths)
        progress = stack.enter_context(measured(context, say("cleaning"), total=total))
        inputs = Inputs(paths, read=progress)
        out = stack.enter_context(open_output(output, form or inputs.shape(), inputs.columns(mapped)))
        job = CleanJob(mapped=mapped, learn=learn, workers=workers or context.config.workers)
        for record in cleaned(inputs, job):
            failed += _write(out, record, failed=failed)
        failed += inputs.failed
        if failed > _NAMED:
            click.secho(f"warraq: {failed - _NAMED} more records or files could not be used", fg="yellow", err=True)
    return 1 if failed else None


def _write(out: "Output", record: "Record", *, failed: int) -> bool:
    """Write a record; whether it was a bad one, which is named on stderr."""
    from warraq.cli.terminal.arabic import visible

    if not record.error:
        out.write(record.values)
        return False
    if failed < _NAMED:
        click.secho(f"warraq: {visible(f'{record.where}: {record.error}')}", fg="yellow", err=True)
    if record.values:
        out.write_bad(record.values, record.error)
    return True
