"""warraq export: write articles to a file or a pipe."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from storage.export.corpus.corpus import write_corpus, write_parts
from storage.export.corpus.split import SPLITS
from storage.export.formats import FORMATS, Format, Options
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.export_target import format_of, refuse_existing
from warraq.cli.shared.known_values import refuse_unknown
from warraq.cli.shared.query_options import FilterOptions, QueryCommand, filters, query
from warraq.cli.views.output import tell
from warraq.cli.views.progress import counted
from warraq.locale.error_words import in_words
from warraq.locale.speech import numbered, say

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.database.rows import StoredArticle
    from storage.search.query import Query


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[QUERY]...")
@click.option("-f", "--format", "name", type=click.Choice(list(FORMATS)), help="How; else as the file's name ends.")
@click.option("-o", "--output", default="-", metavar="FILE", help="Where to; - is stdout.", show_default=True)
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@click.option("--no-text", is_flag=True, help="Without the text: address, headline, dates, hashes, provenance.")
@click.option("--excel", is_flag=True, help="CSV for spreadsheets: byte-order mark, no cell runs as a formula.")
@click.option(
    "--split", "split_by", type=click.Choice(list(SPLITS)), help="One file per year or source, named after FILE."
)
@click.option("--corpus", metavar="FOLDER", help="A folder to publish: data, card in two languages, checksums.")
@click.option("--by", metavar="NAME", help="Author of the corpus, for its card and citation.")
@filters
@pass_context
def command(
    context: CliContext,
    words: tuple[str, ...],
    name: str | None,
    output: str,
    force: bool,
    excel: bool,
    no_text: bool,
    split_by: str | None,
    corpus: str | None,
    by: str | None,
    limit: int | None,
    fail_empty: bool,
    **options: Unpack[FilterOptions],
) -> int | None:
    """Write articles and their provenance to a file.

        QUERY and filters are those of search; without them, everything is written. A file appears only when it is
        complete; text is never cut.

    \b
        warraq export -o all.jsonl
        warraq export -f csv --source hespress --since 2024 -o hespress-2024.csv
        warraq export -f jsonl غزة | jq -r .title
        warraq export --corpus gaza-2024 -f parquet --split source --no-text --since 2024 غزة
    """
    name = format_of(output, name)
    chosen = FORMATS[name]
    _refuse(chosen, name, excel=excel, no_text=no_text)
    _refuse_places(output, corpus, split_by=split_by, by=by)
    refuse_existing(output, split=split_by is not None, force=force)
    wanted = query(words, limit=limit, **options)
    with context.archive() as archive:
        refuse_unknown(context, archive, wanted)
        wishes = Options(
            excel=excel,
            no_text=no_text,
            archive=archive,
            tell=lambda line: tell(context, in_words(line)),
        )
        number, places = _write(
            context, archive, wanted, name, wishes, output=output, corpus=corpus, split_by=split_by, by=by
        )
    if places:
        files = ", ".join(map(str, places))
        tell(context, say("%(articles)s in %(file)s", articles=numbered(number, "article"), file=files))
    return 3 if fail_empty and not number else None


def _refuse(chosen: Format, name: str, **asked: bool) -> None:
    for option, wanted in asked.items():
        if wanted and option not in chosen.understands:
            able = ", ".join(known for known, other in FORMATS.items() if option in other.understands)
            words = f"--{option.replace('_', '-')} is for {able}, not for {name}"
            raise click.UsageError(words, click.get_current_context())


def _refuse_places(output: str, corpus: str | None, *, split_by: str | None, by: str | None) -> None:
    if corpus and output != "-":
        words = "--corpus gives the folder itself; leave out -o"
    elif by and not corpus:
        words = "--by requires --corpus"
    elif split_by and not corpus and output == "-":
        words = "--split writes several files; name them with -o FILE"
    else:
        return
    raise click.UsageError(words, click.get_current_context())


def _write(
    context: CliContext,
    archive: "Archive",
    wanted: "Query",
    name: str,
    options: Options,
    *,
    output: str,
    corpus: str | None,
    split_by: str | None,
    by: str | None,
) -> tuple[int, list[Path]]:
    """Write the selected articles; return how many, and the files or folders, none for stdout."""
    chosen = FORMATS[name]
    with counted(context, say("exported"), total=archive.count(wanted)) as count:

        def watch(articles: "Iterable[StoredArticle]") -> "Iterator[StoredArticle]":
            for stored in articles:
                yield stored
                count()

        places = []
        if corpus:
            places = [Path(corpus)]
            write_corpus(chosen, archive, wanted, places[0], options, name=name, split_by=split_by, by=by, watch=watch)
        elif output != "-":
            places = write_parts(chosen, archive, wanted, Path(output), options, by=split_by, watch=watch)
        elif chosen.write is None:
            raise click.UsageError("this format is a folder; name it with -o FOLDER", click.get_current_context())
        else:
            chosen.write(watch(archive.find(wanted)), sys.stdout.buffer, options)
            sys.stdout.buffer.flush()
    return count.number, places
