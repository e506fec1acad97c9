"""Alerts of a file of settings: its tables `[[alert]]`."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from crawler.alerting.alert_fields import checked_alert
from crawler.config import Config
from storage.alerts.alert import Alert
from storage.errors import ConfigError
from storage.search.query import QueryError

#: Keys of a table, and whether they hold several words.
_KEYS = {"name": False, "query": False, "to": True, "on": True, "quiet_hours": False, "zone": False, "every": False}


def alerts_of(config: Config) -> list[Alert]:
    """Return the alerts of the file of settings, in its order. Raises ConfigError, naming the alert."""
    found: dict[str, Alert] = {}
    for number, table in enumerate(config.alert, 1):
        alert = _alert(table, f"[[alert]] {table.get('name', number)}")
        if alert.name in found:
            raise ConfigError(f"[[alert]] {alert.name}: two alerts have this name; rename one")
        found[alert.name] = alert
    return list(found.values())


def _alert(table: Mapping[str, Any], where: str) -> Alert:
    known = (*_KEYS, "lines")
    table = {key.replace("-", "_"): value for key, value in table.items()}
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            guess = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise ConfigError(f"{where}: no field is called {key!r}; {guess}")
    values: dict[str, Any] = {key: _words(table[key], key, where) for key in _KEYS if key in table}
    if "lines" in table:
        if type(table["lines"]) is not int:
            raise ConfigError(f"{where}: lines = {table['lines']!r}: write a number")
        values["lines"] = table["lines"]
    try:
        return checked_alert(**{"query": "", "to": (), **values}, origin="file")
    except TypeError:
        raise ConfigError(f'{where}: it has no name; write name = "..."') from None
    except (ValueError, QueryError) as error:
        raise ConfigError(f"{where}: {error}") from None


def _words(value: Any, key: str, where: str) -> str | list[str]:
    if isinstance(value, str):
        return [value] if _KEYS[key] else value
    if _KEYS[key] and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    raise ConfigError(f"{where}: {key} = {value!r}: write {'text, or a list of texts' if _KEYS[key] else 'text'}")
