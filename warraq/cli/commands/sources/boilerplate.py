"""warraq sources boilerplate: show learned boilerplate of a newspaper, and forget it."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from storage.export.columns import instant, to_json
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.known_values import refuse_unknown_sources
from warraq.cli.shared.options import Command
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import Arabic, table
from warraq.cli.views.output import print_table, tell
from warraq.locale.speech import say

if TYPE_CHECKING:
    from storage.crawl_state.boilerplate import LearnedBlock


@click.command(cls=Command)
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line, with the key for --forget.")
@click.option("--forget", "forgotten", multiple=True, metavar="KEY", help="Forget this block; may be repeated.")
@pass_context
def command(context: CliContext, source: str, as_json: bool, forgotten: tuple[str, ...]) -> int | None:
    """Show a newspaper's learned boilerplate blocks.

        They are learned at the end of each crawl and removed from all its articles; `warraq show ARTICLE --removed`
        shows what was removed from an article. A forgotten block is learned again if it keeps recurring.

    \b
        warraq sources boilerplate hespress
        warraq sources boilerplate hespress --json | jq -r .example
    """
    with context.archive() as archive:
        refuse_unknown_sources(context, archive, [source])
        missing = set(forgotten) - archive.boilerplate.keys(source)
        if missing:
            words = say(
                "no block of %(source)s has the key %(key)s; see --json", source=source, key=repr(sorted(missing)[0])
            )
            tell(context, words, style="red")
            return 1
        if forgotten:
            archive.boilerplate.forget(source, forgotten)
        blocks = archive.boilerplate.blocks(source)
    if as_json:
        for block in blocks:
            click.echo(to_json(_block_record(block)))
        return None
    if not blocks:
        words = say("nothing was learned of %(source)s yet: a crawl learns from some twenty articles on", source=source)
        tell(context, words)
        return None
    rows = table("articles", "first day", "last day", "block", right=("articles",))
    for block in blocks:
        text = Arabic(text=visible(block.example), shapes=context.shapes)
        rows.add_row(str(block.articles), block.first_day or "", block.last_day or "", text)
    print_table(context, rows)
    return None


def _block_record(block: "LearnedBlock") -> dict[str, object]:
    return asdict(block) | {"learned_at": instant(block.learned_at) if block.learned_at else None}
