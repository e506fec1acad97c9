"""warraq alert add: save a search whose matches are sent."""

import click

from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.known_values import refuse_unknown
from warraq.cli.shared.query_options import QueryCommand
from warraq.cli.views.output import tell
from warraq.locale.speech import say


@click.command(cls=QueryCommand)
@click.argument("name")
@click.argument("words", nargs=-1, metavar="[QUERY]...")
@click.option(
    "--to", multiple=True, required=True, metavar="URL", help="Where to send: an Apprise URL; may be repeated."
)
@click.option(
    "--on",
    multiple=True,
    default=("new",),
    metavar="CHANGE,...",
    help="What matches: new, changed, withdrawn, restored, health.  [new]",
)
@click.option("--quiet-hours", metavar="FROM-TO", help="Send nothing then (22:00-07:00).")
@click.option("--zone", metavar="ZONE", help="Time zone of the quiet hours (Africa/Cairo).  [this machine's]")
@click.option(
    "--every", default="1m", metavar="DURATION", help="Shortest time between two messages.", show_default=True
)
@click.option(
    "--lines",
    type=click.IntRange(1, 200),
    default=20,
    metavar="N",
    help="Matches named in a message.",
    show_default=True,
)
@pass_context
def command(
    context: CliContext,
    name: str,
    words: tuple[str, ...],
    to: tuple[str, ...],
    on: tuple[str, ...],
    quiet_hours: str | None,
    zone: str | None,
    every: str,
    lines: int,
) -> None:
    """Save a search, and send its matches from now on.

    QUERY: as for search; without it, every article matches. URL: json://host/path (a webhook), mailto://, tgram://,
    slack:// and the others of https://appriseit.com/services/; ${NAME} in it is a variable of the environment, so that
    no password is stored.

    \b
    warraq alert add gaza 'غزة OR رفح' --to json://127.0.0.1:9000/hook
    warraq alert add desk source:hespress --on changed,withdrawn --quiet-hours 22:00-07:00 --zone Africa/Casablanca --to
    'mailtos://user:${MAIL_PASSWORD}@mail.example?to=desk@press.example'
    """
    from crawler.alerting.alert_fields import checked_alert
    from crawler.alerting.delivery import check_target
    from storage.alerts.alert_book import add_alert
    from storage.search.query import parse

    try:
        alert = checked_alert(
            name=name,
            query=" ".join(words),
            to=to,
            on=on,
            quiet_hours=quiet_hours,
            zone=zone,
            every=every,
            lines=lines,
        )
        for target in alert.targets:
            check_target(target)
    except ValueError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    with context.archive(create=True) as archive:
        refuse_unknown(context, archive, parse(alert.query))
        add_alert(archive, alert)
    sample = f"`warraq alert test {name}`"
    tell(context, say("alert %(name)s is saved; %(command)s sends a sample", name=name, command=sample))
