"""warraq alert: saved searches that send their matches. Subcommands that change or send are in files of their own."""

from typing import TYPE_CHECKING

import click

from storage.export.columns import instant, to_json
from warraq.cli.commands.alert import add as alert_add
from warraq.cli.commands.alert import send as alert_send
from warraq.cli.commands.alert.known_alerts import known_alerts, state_of
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Group
from warraq.cli.terminal.console import table
from warraq.cli.views.output import page, print_table, tell
from warraq.locale.speech import say

if TYPE_CHECKING:
    from storage.alerts.alert import AlertState


@click.group(cls=Group)
def command() -> None:
    """Send the matches of saved searches by mail, chat or webhook.

    Crawls, watches and workers send by themselves; `warraq alert run` sends what waits.

    \b
    warraq alert add gaza 'غزة OR رفح' --to json://127.0.0.1:9000/hook
    warraq alert add edits 'source:hespress' --on changed,withdrawn --to 'mailto://user:password@mail.example'
    warraq alert list
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
@pass_context
def list_(context: CliContext, as_json: bool) -> None:
    """List the alerts, their targets without secrets, and what waits."""
    with context.archive() as archive:
        states = known_alerts(context, archive)
    if as_json:
        for state in states:
            click.echo(to_json(_record(state)))
        return
    if not states:
        tell(context, say("there is no alert; `warraq alert add NAME QUERY --to URL` makes one"))
        return
    rows = table("name", "query", "on", "to", "waiting", "last message", right=("waiting",))
    for state in states:
        last = f"{state.last_message_at:%Y-%m-%d %H:%M}" if state.last_message_at else "-"
        waiting = str(state.matches + state.waiting)
        alert = state.alert
        rows.add_row(alert.name, alert.query or "-", ", ".join(alert.events), _targets(state), waiting, last)
    print_table(context, rows)


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_context
def show(context: CliContext, name: str, as_json: bool) -> None:
    """Show one alert: its settings, what waits, and why the last attempt failed."""
    with context.archive() as archive:
        state = state_of(context, archive, name)
    record = _record(state)
    if as_json:
        click.echo(to_json(record))
        return
    for key, value in record.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        page(context, f"{say(key.replace('_', ' '))}: {'-' if shown in (None, '') else shown}")


@command.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@pass_context
def remove(context: CliContext, names: tuple[str, ...]) -> None:
    """Remove alerts, their matches, and messages that wait."""
    from storage.alerts.alert_book import remove_alert

    with context.archive() as archive:
        for name in names:
            state_of(context, archive, name)
        for name in dict.fromkeys(names):
            remove_alert(archive, name)


command.add_command(alert_add.command, "add")
command.add_command(alert_send.test, "test")
command.add_command(alert_send.run, "run")


def _targets(state: "AlertState") -> str:
    from crawler.alerting.targets import masked

    shown = ", ".join(map(masked, state.alert.targets))
    return shown or say("none here: it is not in this file of settings")


def _record(state: "AlertState") -> dict[str, object]:
    from crawler.alerting.targets import masked

    alert = state.alert
    return {
        "name": alert.name,
        "query": alert.query,
        "on": list(alert.events),
        "to": [masked(target) for target in alert.targets],
        "quiet": alert.quiet,
        "zone": alert.zone,
        "every_s": alert.every_s,
        "lines": alert.lines,
        "from": alert.origin,
        "created_at": instant(state.created_at),
        "last_message_at": instant(state.last_message_at) if state.last_message_at else None,
        "matches_waiting": state.matches,
        "messages_waiting": state.waiting,
        "given_up": state.given_up,
        "error": state.error,
    }
