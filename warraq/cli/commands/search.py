"""warraq search: find articles by their words."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Unpack

import click

from storage.export.columns import to_json
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.known_values import refuse_unknown
from warraq.cli.shared.query_options import FilterOptions, QueryCommand, filters, query
from warraq.cli.terminal.console import Arabic
from warraq.cli.views.nothing_found import print_nothing
from warraq.cli.views.output import page, tell
from warraq.locale.speech import count, say

if TYPE_CHECKING:
    from storage.search.base import Excerpt, Hit
#: Articles shown without --limit.
_SHOWN = 20
#: Lines of a snippet.
_LINES = 4


@click.command(cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[QUERY]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line: number, URL, title, snippet, marks.")
@filters
@pass_context
def command(
    context: CliContext,
    words: tuple[str, ...],
    as_json: bool,
    fail_empty: bool,
    limit: int | None,
    **options: Unpack[FilterOptions],
) -> int | None:
    """Find articles by their words, in any spelling.

    QUERY: words that must all be there, "a phrase", -without, one OR another (أو), AND, NOT, (groups), begin*; and
    title:, source:, country:, author:, language:, kind:, date:, since:, until:. Without QUERY, the newest articles.
    20 are shown unless --limit says otherwise.

    \b
        warraq search الحكومة غزة
        warraq search '"قرار الحكومة" -رياضة source:hespress since:2024-05'
        warraq search تعليم --sort relevance --limit 5 --json
    """
    wanted = query(words, limit=limit or _SHOWN, **options)
    with context.archive() as archive:
        refuse_unknown(context, archive, wanted)
        hits = list(archive.search(wanted))
        number = len(hits) if len(hits) < (limit or _SHOWN) else archive.count(wanted)
        if not hits:
            print_nothing(context, archive, wanted)
    for hit in hits:
        _print_json(hit) if as_json else _print(context, hit)
    if number != len(hits):
        tell(
            context,
            count(
                number,
                "%(shown)d of %(num)d article; --limit N shows more",
                "%(shown)d of %(num)d articles; --limit N shows more",
                shown=len(hits),
            ),
        )
    return 3 if fail_empty and not hits else None


def _print_json(hit: "Hit") -> None:
    click.echo(to_json(asdict(hit)))


def _print(context: CliContext, hit: "Hit") -> None:
    published = hit.published.replace("T", " ") if hit.published else say("no date")
    page(context, f"#{hit.article_id}  {published}  {hit.source or say('capture')}", style="dim")
    page(context, arabic(context, hit.title, style="bold"))
    page(context, arabic(context, hit.snippet, lines=_LINES))
    page(context, "")


def arabic(context: CliContext, excerpt: "Excerpt", *, style: str = "", lines: int | None = None) -> Arabic:
    """An excerpt as one paragraph, what matches marked."""
    before = "… " if excerpt.cut_before else ""
    text = before + excerpt.text.replace("\n", " ") + (" …" if excerpt.cut_after else "")
    marked = tuple((start + len(before), end + len(before)) for start, end in excerpt.marks)
    return Arabic(
        text=text, shapes=context.shapes, style=style, marked=marked, lines=lines if context.out.is_terminal else None
    )
