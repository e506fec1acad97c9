"""warraq story: who published a text first, and how much each of the others took."""

from typing import TYPE_CHECKING

import click

from storage.export.columns import to_json
from warraq.cli.commands.show import reference
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.views.output import page
from warraq.locale.speech import numbered, say
from warraq.records.story_records import story_record

if TYPE_CHECKING:
    from storage.saving.story import Copy, Story, StoryArticle


@click.command(cls=Command)
@click.argument("article")
@click.option("--sentences", is_flag=True, help="Show the sentences that each copy added or left out.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, sentences included.")
@pass_context
def command(context: CliContext, article: str, sentences: bool, as_json: bool) -> None:
    """Show who published a text first, and how much each copy took.

        ARTICLE is the number of any article of the story, or any URL that leads to it.

    \b
        warraq story 17
        warraq story 17 --sentences
    """
    with context.archive() as archive:
        story = archive.story(reference(article))
    if as_json:
        click.echo(to_json(story_record(story)))
        return
    _print(context, story, sentences=sentences)


def _print(context: CliContext, story: "Story", *, sentences: bool) -> None:
    """Print first published first: a line of metadata, then the headline, as wide as the terminal allows."""
    copies = len(story.copies)
    what = numbered(copies + 1, "article") if copies else say("no near-duplicates")
    page(context, say("story %(number)d: %(what)s", number=story.id, what=what), style="bold")
    _print_telling(context, story.first, say("first"))
    for copy in story.copies:
        share = say("%(taken)s taken, %(kept)s of the first kept", taken=f"{copy.taken:.0%}", kept=f"{copy.kept:.0%}")
        _print_telling(context, copy.telling, share)
        if sentences:
            _print_sentences(context, copy)


def _print_telling(context: CliContext, telling: "StoryArticle", share: str) -> None:
    agencies = ", ".join(dict.fromkeys(credit.agency for credit in telling.credits))
    when = f"{say(telling.known_by)} {telling.instant:%Y-%m-%d %H:%M} UTC"
    credit = say("credits %(agencies)s", agencies=agencies) if agencies else ""
    known = [f"#{telling.article_id}", telling.source or say("capture"), when, share, credit]
    page(context, "")
    page(context, "  ".join(filter(None, known)), style="dim")
    page(context, telling.title, style="bold")


def _print_sentences(context: CliContext, copy: "Copy") -> None:
    for what, sentences in ((say("added"), copy.added), (say("left out"), copy.removed)):
        if sentences:
            page(context, f"{what} ({len(sentences)})", style="cyan")
            for sentence in sentences:
                page(context, sentence)
