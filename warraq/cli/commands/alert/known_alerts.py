"""The alerts of the archive together with those of the settings file."""

from typing import TYPE_CHECKING

import click

from warraq.cli.shared.cli_context import CliContext
from warraq.known_values import WORDS, guess

if TYPE_CHECKING:
    from storage.alerts.alert import AlertState
    from storage.archive import Archive


def known_alerts(context: CliContext, archive: "Archive") -> "list[AlertState]":
    """Return all alerts by name, those of the settings file brought up to date. Raises ConfigError."""
    from crawler.alerting.alert_file import alerts_of
    from storage.alerts.alert_book import alert_states, put_file_alerts

    described = alerts_of(context.config)
    put_file_alerts(archive, described)
    return alert_states(archive, described)


def state_of(context: CliContext, archive: "Archive", name: str) -> "AlertState":
    """Return one alert. An unknown name is a usage error with a guess."""
    states = {state.alert.name: state for state in known_alerts(context, archive)}
    if name not in states:
        few = WORDS["few"].format(names=", ".join(states)) if states else WORDS["none"]
        words = guess(name, states) or few
        raise click.UsageError(f"no alert is called {name!r}; {words}", click.get_current_context())
    return states[name]
