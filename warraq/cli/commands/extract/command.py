"""warraq extract: clean text from pages, without archive or network."""

import sys
from collections.abc import Callable, Iterable, Iterator

import click

from crawler.sources.source import load_all
from pipelines.extraction.pool import ExtractionError, Pool
from storage.export.columns import Record, to_json
from warraq.cli.commands.extract.input import Given, filed, given
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import COUNT, Command
from warraq.cli.views.output import tell
from warraq.cli.views.progress import counted
from warraq.locale.speech import say


@click.command(cls=Command)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--learn", is_flag=True, help="First learn the blocks that recur on each host's pages, and remove them.")
@click.option("--workers", type=COUNT, metavar="N", help="Processes.  [one per core]")
@pass_context
def command(context: CliContext, files: tuple[str, ...], learn: bool, workers: int | None) -> int | None:
    """Turn saved pages into clean text, as JSON lines.

        FILES are pages (.html, .htm) or JSON lines ({"html": ..., "url": ...}), any of them gzipped (.gz); without
        FILES, JSON lines are read from stdin. Each input page gives one output line, in the same order; a page that
        cannot be processed gives a line with an "error", and exit code 1. A page that is not an article still gives its
        text, with the reason in "not_article". Pages of a known newspaper use its time zone and selectors.

    \b
        warraq extract < pages.jsonl > articles.jsonl
        warraq extract saved/*.html | jq -r .text
    """
    from warraq.cli.commands.extract.learn import without_boilerplate

    sources = load_all(context.config.sources)

    if not files and sys.stdin.isatty():
        tell(context, say("reading JSON lines from the keyboard; Ctrl-D ends, --help explains"))
    failed = 0
    with Pool(workers or context.config.workers) as pool, counted(context, say("extracted")) as count:
        pages = (filed(page, sources) for page in given(files, stdin=sys.stdin.buffer))
        records = _records(pool, pages, done=count)
        for record in without_boilerplate(records) if learn else records:
            sys.stdout.write(to_json(record) + "\n")
            failed += "error" in record
    return 1 if failed else None


def _records(pool: Pool, pages: Iterable[Given], *, done: Callable[[], None]) -> Iterator[Record]:
    """Yield one record per page, in order, whatever happens to it."""
    from warraq.cli.commands.extract.json_record import error_record, record_of

    for page, result in pool.map_pairs(record_of, pages):
        done()
        yield error_record(page, result.reason) if isinstance(result, ExtractionError) else result
