"""warraq feed: articles as Atom or JSON Feed, for feed readers and web servers."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Unpack, get_args

import click

from storage.export.feeds import FeedFormat
from storage.export.feeds.article_feed import FeedHead, atom, json_feed_bytes
from storage.export.file import whole_file
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.known_values import refuse_unknown
from warraq.cli.shared.query_options import FilterOptions, QueryCommand, filters, query
from warraq.cli.views.output import tell
from warraq.locale.speech import numbered, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.search.cards import Card
    from storage.search.query import Query

#: Entries without --limit.
_ENTRIES = 100
_ENDINGS: dict[str, FeedFormat] = {".atom": "atom", ".xml": "atom", ".json": "json"}


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[QUERY]...")
@click.option(
    "-f",
    "--format",
    "name",
    type=click.Choice(get_args(FeedFormat)),
    help="How; else as the file's name ends, or atom.",
)
@click.option("-o", "--output", default="-", metavar="FILE", help="Where to; - is stdout.", show_default=True)
@click.option("--title", help="The feed's title; by default, the query.")
@click.option("--url", "address", metavar="URL", help="Where the feed will be served, to be named in it.")
@filters
@pass_context
def command(
    context: CliContext,
    words: tuple[str, ...],
    name: FeedFormat | None,
    output: str,
    title: str | None,
    address: str | None,
    limit: int | None,
    fail_empty: bool,
    **options: Unpack[FilterOptions],
) -> int | None:
    """Write articles as Atom or JSON Feed.

        QUERY and filters are those of search; without them, the newest articles of all newspapers. Entries link to the
        newspapers and hold the beginning of the text. A file that exists is replaced: run it again after each crawl.
        100 entries are written unless --limit says otherwise.

    \b
        warraq feed غزة -o gaza.atom
        warraq feed --source hespress --kind opinion -f json -o /srv/www/opinion.json
        warraq feed 'title:انتخابات' --url https://press.example/elections.atom -o elections.atom
    """
    form = _format_of(output, name)
    wanted = query(words, limit=limit or _ENTRIES, **options)
    with context.archive() as archive:
        refuse_unknown(context, archive, wanted)
        cards = archive.cards(wanted)
    _write(output, _rendered(form, cards, title=title, address=address, subject=_subject(wanted)))
    if output != "-":
        tell(context, say("%(articles)s in %(file)s", articles=numbered(len(cards), "article"), file=output))
    return 3 if fail_empty and not cards else None


def _format_of(output: str, given: FeedFormat | None) -> FeedFormat:
    """Return the format that is given, or that the file's name asks for.

    Raises UsageError if they contradict each other.
    """
    ended = _ENDINGS.get(Path(output).suffix.lower())
    if given and ended and given != ended:
        words = f"{output} ends like {ended}, and -f says {given}; leave out one of them"
        raise click.UsageError(words, click.get_current_context())
    return given or ended or "atom"


def _subject(wanted: "Query") -> str:
    """Return the query and its filters in one order, so that the same list has the same id in every run."""
    parts = [wanted.text]
    for field in ("source", "country", "author", "language", "kind"):
        parts += [f"{field}:{value}" for value in sorted(wanted.named(field)) if f"{field}:{value}" not in wanted.text]
    for field, day in (("since", wanted.since), ("until", wanted.until)):
        parts += [f"{field}:{day}"] if day is not None and f"{field}:" not in wanted.text else []
    if wanted.withdrawn is not None:
        parts.append("withdrawn" if wanted.withdrawn else "not withdrawn")
    return " ".join(part for part in parts if part)


def _rendered(
    form: FeedFormat, cards: "Sequence[Card]", *, title: str | None, address: str | None, subject: str
) -> bytes:
    head = FeedHead(title=title or f"Warraq {subject}".rstrip(), subject=subject, address=address)
    return atom(cards, head, now=datetime.now(UTC)) if form == "atom" else json_feed_bytes(cards, head)


def _write(output: str, feed: bytes) -> None:
    if output == "-":
        sys.stdout.buffer.write(feed)
        sys.stdout.buffer.flush()
        return
    with whole_file(Path(output)) as out:
        out.write(feed)
