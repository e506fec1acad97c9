"""Alerts of a file of settings: its tables `[[alert]]`."""

from collections.abc import Mapping
from difflib import get_close_matches

from crawler.alerting.alert_fields import checked_alert
from crawler.config import Config
from storage.alerts.alert import Alert
from storage.errors import ConfigError
from storage.search.query import QueryError

#: Keys of a table.
_KEYS = ("name", "query", "to", "on", "quiet_hours", "zone", "every", "lines")


def alerts_of(config: Config) -> list[Alert]:
    """Return the alerts of the file of settings, in its order. Raises ConfigError, naming the alert."""
    found: dict[str, Alert] = {}
    for number, table in enumerate(config.alert, 1):
        alert = _alert(table, f"[[alert]] {table.get('name', number)}")
        if alert.name in found:
            raise ConfigError(f"[[alert]] {alert.name}: two alerts have this name; rename one")
        found[alert.name] = alert
    return list(found.values())


def _alert(table: Mapping[str, object], where: str) -> Alert:
    table = {key.replace("-", "_"): value for key, value in table.items()}
    for key in table:
        if key not in _KEYS:
            near = get_close_matches(key, _KEYS, n=1)
            guess = f"did you mean {near[0]}?" if near else f"there are {', '.join(_KEYS)}"
            raise ConfigError(f"{where}: no field is called {key!r}; {guess}")
    lines = table.get("lines", 20)
    if type(lines) is not int:
        raise ConfigError(f"{where}: lines = {lines!r}: write a number")
    if "name" not in table:
        raise ConfigError(f'{where}: it has no name; write name = "..."')
    try:
        return checked_alert(
            name=_word(table, "name", where) or "",
            query=_word(table, "query", where) or "",
            to=_words(table, "to", where) or (),
            on=_words(table, "on", where) or ("new",),
            quiet_hours=_word(table, "quiet_hours", where),
            zone=_word(table, "zone", where),
            every=_word(table, "every", where) or "1m",
            lines=lines,
            origin="file",
        )
    except (ValueError, QueryError) as error:
        raise ConfigError(f"{where}: {error}") from None


def _word(table: Mapping[str, object], key: str, where: str) -> str | None:
    value = table.get(key)
    if value is None or isinstance(value, str):
        return value
    raise ConfigError(f"{where}: {key} = {value!r}: write text")


def _words(table: Mapping[str, object], key: str, where: str) -> list[str] | None:
    value = table.get(key)
    listed = [value] if isinstance(value, str) else value
    if listed is None or (isinstance(listed, list) and all(isinstance(one, str) for one in listed)):
        return listed
    raise ConfigError(f"{where}: {key} = {value!r}: write text, or a list of texts")
