"""warraq requeue: retry failed URLs."""

from typing import TYPE_CHECKING

import click

from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.known_values import refuse_unknown_reason, refuse_unknown_sources
from warraq.cli.shared.options import Command
from warraq.cli.views.output import page
from warraq.locale.speech import count

if TYPE_CHECKING:
    from storage.model.address import State


@click.command(cls=Command)
@click.option("--source", metavar="KEY", help="Only this newspaper.")
@click.option("--reason", metavar="WORDS", help="Only this reason of failure, as shown by `warraq stats`.")
@click.option(
    "--state",
    type=click.Choice(["failed", "not_article", "gone"]),
    default="failed",
    show_default=True,
    help="Only URLs in this state.",
)
@pass_context
def command(context: CliContext, source: str | None, reason: str | None, state: "State") -> None:
    """Return failed URLs to the frontier.

        The next crawl fetches them again.

    \b
        warraq requeue
        warraq requeue --source hespress --reason timeout
    """
    with context.archive() as archive:
        refuse_unknown_sources(context, archive, [source] if source else [])
        refuse_unknown_reason(archive, reason)
        number = archive.frontier.requeue(source=source, state=state, reason=reason)
    page(
        context,
        count(
            number,
            "%(num)d URL will be fetched again by the next `warraq crawl`",
            "%(num)d URLs will be fetched again by the next `warraq crawl`",
        ),
    )
