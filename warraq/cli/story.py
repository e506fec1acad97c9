"""warraq story: who told a text first, and how much each of the others took."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from storage.export.columns import instant, to_json
from warraq.cli.console import Arabic, page, print_table, table
from warraq.cli.desk import Desk, pass_desk
from warraq.cli.options import Command
from warraq.cli.show import reference
from warraq.cli.terminal import visible

if TYPE_CHECKING:
    from rich.table import Table

    from storage.story import Copy, Story, Telling


@click.command(cls=Command)
@click.argument("article")
@click.option("--sentences", is_flag=True, help="Show the sentences that each copy added, and those that it left out.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, sentences included.")
@pass_desk
def command(desk: Desk, article: str, sentences: bool, as_json: bool) -> None:
    """Show who published a text first, and how much each copy took.

    ARTICLE is the number of any article of the story, or any address that leads to it.

    \b
    warraq story 17
    warraq story 17 --sentences
    """
    with desk.archive() as archive:
        story = archive.story(reference(article))
    if as_json:
        click.echo(to_json(story_record(story)))
        return
    _print_table(desk, story)
    for copy in story.copies if sentences else ():
        _print_sentences(desk, copy)


def story_record(story: "Story") -> dict[str, object]:
    """Return a story as a plain object: the first article, then the copies with their shares."""
    copies = [
        _telling_record(copy.telling)
        | {"taken": round(copy.taken, 4), "kept": round(copy.kept, 4), "likeness": round(copy.likeness, 4)}
        | {"added": list(copy.added), "removed": list(copy.removed)}
        for copy in story.copies
    ]
    return {"id": story.id, "first": _telling_record(story.first), "copies": copies}


def _telling_record(telling: "Telling") -> dict[str, object]:
    return {
        "article_id": telling.article_id,
        "source": telling.source,
        "url": telling.url,
        "title": telling.title,
        "at": instant(telling.instant),
        "known_by": telling.known_by,
        "published_at": instant(telling.published_at) if telling.published_at else None,
        "first_seen_at": instant(telling.first_seen_at),
        "credits": [asdict(credit) for credit in telling.credits],
    }


def _print_table(desk: Desk, story: "Story") -> None:
    count = len(story.copies)
    many = "no other article tells it" if not count else f"{count + 1} articles"
    page(desk, f"story {story.id}: {many}", style="bold")
    rows = table("article", "when (UTC)", "known by", "taken", "kept", "credits", "source", "title", right=("article",))
    _add(desk, rows, story.first, "first", "")
    for copy in story.copies:
        _add(desk, rows, copy.telling, f"{copy.taken:.0%}", f"{copy.kept:.0%}")
    print_table(desk, rows)


def _add(desk: Desk, rows: "Table", telling: "Telling", taken: str, kept: str) -> None:
    rows.add_row(
        str(telling.article_id),
        f"{telling.instant:%Y-%m-%d %H:%M}",
        telling.known_by,
        taken,
        kept,
        ", ".join(dict.fromkeys(credit.agency for credit in telling.credits)),
        telling.source or "capture",
        Arabic(text=visible(telling.title), shapes=desk.shapes),
    )


def _print_sentences(desk: Desk, copy: "Copy") -> None:
    for what, sentences in (("added", copy.added), ("left out", copy.removed)):
        if sentences:
            page(desk, "")
            page(desk, f"#{copy.telling.article_id} {what} ({len(sentences)})", style="bold")
            for sentence in sentences:
                page(desk, sentence)
