"""warraq import: import pages, articles or URLs from other archives."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from warraq.cli.shared.cli_context import context_of
from warraq.cli.shared.options import Command

if TYPE_CHECKING:
    from crawler.importing.formats import Format

_FORMATS = ("warc", "wacz", "jsonl", "json", "table", "parquet", "csv", "urls", "opml")


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--source", "source_key", metavar="KEY", help="Source of everything.  [by URL]")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="Format of the files.  [by content]")
@click.option("--workers", metavar="N", help="Extraction processes.  [one per core]")
@click.option("--as-is", is_flag=True, help="Store texts as given, uncleaned.")
@click.option("--alert", "alerts", is_flag=True, help="Let new and changed articles match alerts, and send them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line for each item in the files.")
def command(
    files: tuple[Path, ...],
    source_key: str | None,
    form: "Format | None",
    workers: str | None,
    as_is: bool,
    alerts: bool,
    as_json: bool,
) -> int | None:
    """Import pages, articles or URLs from other archives.

    FILE is a WARC or WACZ (every page is processed like a fetched one, under its own date), articles as JSON lines,
    one JSON array, CSV, TSV or Parquet (cleaned as by `clean`), a CSV or list of URLs to fetch, or OPML, a list of
    feeds. The format is detected from the content. Importing a file again adds nothing, so an interrupted import is
    simply repeated.

    \b
        warraq import crawl-2016.warc.gz collection.wacz
        warraq import articles.jsonl --source hespress
        warraq import urls.csv && warraq crawl
    """
    from warraq.cli.commands.import_.run import run

    context = context_of(click.get_current_context(), workers=workers)
    return run(context, files, source_key, form, as_is=as_is, alerts=alerts, as_json=as_json)
