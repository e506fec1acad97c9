"""warraq alert test and run: send a sample, and what waits."""

import uuid

import click

from warraq.cli.commands.alert.known_alerts import known_alerts, state_of
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.views.output import tell
from warraq.locale.error_words import in_words
from warraq.locale.speech import say


@click.command(cls=Command)
@click.argument("name")
@pass_context
def test(context: CliContext, name: str) -> int | None:
    """Send a sample now: the newest article that matches, or a made-up one.

    Quiet hours do not apply, and nothing is stored. Exit code 1 if a target rejected it.
    """
    from crawler.alerting.delivery import send
    from crawler.alerting.sample import sample_match
    from crawler.alerting.targets import masked

    with context.archive() as archive:
        alert = state_of(context, archive, name).alert
        sample = sample_match(archive, alert)
    failed = False
    for target in alert.targets:
        error = send(target, alert=alert.name, key=uuid.uuid4().hex, matches=[sample], lines=alert.lines)
        failed = failed or error is not None
        tell(
            context, say("%(target)s: %(what)s", target=masked(target), what=in_words(error) if error else say("sent"))
        )
    if not alert.targets:
        tell(context, say("%(name)s has no target here: it is not in this file of settings", name=name))
    return 1 if failed or not alert.targets else None


@click.command(cls=Command)
@pass_context
def run(context: CliContext) -> int | None:
    """Send what waits, now.

    Also messages whose next attempt is later, and findings of health; not in an alert's quiet hours. Exit code 1 if a
    target did not take a message: it is sent again later.
    """
    from crawler.alerting.alert_file import alerts_of
    from crawler.alerting.rounds import run_round
    from storage.alerts.outbox import claimed_until
    from storage.database.engine import utc_now

    with context.archive() as archive:
        known_alerts(context, archive)
        result = run_round(archive, alerts_of(context.config), every=True, health=True)
        claimed = claimed_until(archive, now=utc_now())
    for name, target, error in result.errors:
        tell(context, say("%(name)s: %(target)s: %(what)s", name=name, target=target, what=in_words(error)))
    for name in result.quiet:
        tell(context, say("%(name)s: matches wait for the end of its quiet hours", name=name))
    if claimed is not None:
        until = f"{claimed:%H:%M:%S} UTC"
        tell(
            context,
            say(
                "another program is sending some, or was ended while it did; until %(until)s they are its own",
                until=until,
            ),
        )
    tell(context, say("%(sent)d sent, %(failed)d failed", sent=result.sent, failed=result.failed))
    return 1 if result.failed else None
