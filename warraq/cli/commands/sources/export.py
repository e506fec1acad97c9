"""warraq sources export: the newspapers as a list, for feed readers, spreadsheets and programs."""

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import BinaryIO, Unpack

import click

from crawler.sources.source import Source
from storage.export.columns import to_json
from storage.export.file import whole_file
from storage.export.formats.csv import cell
from storage.export.formats.opml import write_sources
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.shared.source_options import NarrowingOptions, chosen, narrowed, narrowing
from warraq.cli.views.output import tell
from warraq.locale.speech import numbered, say

#: Columns of CSV with the URLs of endpoints, separated by a space.
_ADDRESSES = {"feeds": ("feed",), "sitemaps": ("sitemap", "news_sitemap"), "sections": ("section",), "untold": (None,)}


@click.command(cls=Command)
@click.option("-f", "--format", "chosen_format", metavar="FORMAT", help="opml, csv or json.  [by file name, else opml]")
@click.option("-o", "--output", default="-", metavar="FILE", help="Output file; - is stdout.", show_default=True)
@narrowing
@pass_context
def command(context: CliContext, chosen_format: str | None, output: str, **wanted: Unpack[NarrowingOptions]) -> None:
    """Write newspapers as a list.

        opml is for feed readers, and for `warraq sources import` elsewhere, which restores every field; csv has one row
        per newspaper; json is one array of the objects of `warraq sources list --json`.

    \b
        warraq sources export -o press.opml
        warraq sources export --country MA -f csv > morocco.csv
    """
    name = chosen_format or next((known for known in FORMATS if output.lower().endswith(f".{known}")), "opml")
    if name not in FORMATS:
        raise click.UsageError(f"--format = {name!r}: one of {', '.join(FORMATS)}", click.get_current_context())
    sources = narrowed(chosen(context, ()), **wanted)
    if output == "-":
        FORMATS[name](sources, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with whole_file(Path(output)) as out:
        FORMATS[name](sources, out)
    newspapers = numbered(len(sources), "newspaper")
    tell(context, say("%(newspapers)s written to %(file)s", newspapers=newspapers, file=output))


def record(source: Source) -> dict[str, object]:
    """A source in JSON terms: every field, dates in ISO 8601."""
    return {name: _without_dates(value) for name, value in asdict(source).items()}


def _without_dates(value: object) -> object:
    match value:
        case dict():
            return {name: _without_dates(part) for name, part in value.items()}
        case list() | tuple():
            return [_without_dates(part) for part in value]
        case date():
            return value.isoformat()
        case _:
            return value


def _write_opml(sources: Sequence[Source], out: BinaryIO) -> None:
    from crawler.checking.opml import known_source

    write_sources(map(known_source, sources), out)


def _write_csv(sources: Sequence[Source], out: BinaryIO) -> None:
    plain = [item.name for item in fields(Source) if item.name not in ("endpoint", "layout")]
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow([*plain, *_ADDRESSES])
    for source in sources:
        told = record(source)
        addresses = [" ".join(one.url for one in source.endpoint if one.kind in kinds) for kinds in _ADDRESSES.values()]
        rows.writerow([*(cell(told[name]) for name in plain), *addresses])
    text.detach()


def _write_json(sources: Sequence[Source], out: BinaryIO) -> None:
    out.write(("[" + ",\n".join(to_json(record(source)) for source in sources) + "]\n").encode())


#: Writers of list formats.
FORMATS = {"opml": _write_opml, "csv": _write_csv, "json": _write_json}
