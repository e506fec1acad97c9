"""What an alert may say: the one check for the command line and for files of settings."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from crawler.alerting.quiet_hours import QuietHours
from storage.alerts.alert import CHANGES, Alert, Change, Origin
from storage.model.time_zones import known_zone
from storage.search.query import parse

_NAME = re.compile(r"\w[\w.-]{0,59}")
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
#: Longest time between two messages: a week.
_LONGEST_S = 7 * 86_400
MOST_LINES = 200


def checked_alert(
    *,
    name: str,
    query: str,
    to: Sequence[str],
    on: Sequence[str] = ("new",),
    quiet_hours: str | None = None,
    zone: str | None = None,
    every: str = "1m",
    lines: int = 20,
    origin: Origin = "archive",
) -> Alert:
    """Return the alert that these words describe.

    Raises:
        ValueError: with one line that names the field and what to write.
        QueryError: the query cannot be understood.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"name {name!r}: write up to 60 letters, digits, dots, dashes and underscores")
    parse(query)
    if not to:
        raise ValueError("it has no target; name one with --to (to = in a file): json://host/path, mailto://...")
    if not 1 <= lines <= MOST_LINES:
        raise ValueError(f"lines {lines}: write a number from 1 to {MOST_LINES}")
    return Alert(
        name=name,
        query=query,
        targets=tuple(dict.fromkeys(to)),
        events=_changes(on),
        quiet=str(QuietHours.parse(quiet_hours)) if quiet_hours else None,
        zone=zone_of(zone).key if zone else None,
        every_s=seconds_of(every),
        lines=lines,
        origin=origin,
    )


def _changes(words: Sequence[str]) -> tuple[Change, ...]:
    found: list[Change] = []
    for word in (part.strip().lower() for words_ in words for part in words_.split(",")):
        known = next((change for change in CHANGES if change == word), None)
        if known is None:
            near = get_close_matches(word, CHANGES, n=1, cutoff=0.5)
            guess = f"did you mean {near[0]}?" if near else f"there are {', '.join(CHANGES)}"
            raise ValueError(f"no change is called {word!r}; {guess}")
        found.append(known)
    return tuple(change for change in CHANGES if change in found)


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone. Raises ValueError, with a guess."""
    if zone := known_zone(name):
        return zone
    near = get_close_matches(name, available_timezones(), n=1, cutoff=0.5)
    guess = f"did you mean {near[0]}?" if near else "write an IANA name, such as Africa/Cairo"
    raise ValueError(f"no time zone is called {name!r}; {guess}")


def seconds_of(text: str) -> int:
    """Read "90s", "15m", "6h" or "1d". Raises ValueError."""
    found = re.fullmatch(r"(\d{1,7})([smhd])", text.strip().lower())
    if not found or int(found[1]) * _UNITS[found[2]] > _LONGEST_S:
        raise ValueError(f"time {text!r}: write a number and a unit, such as 90s, 15m, 6h or 1d, at most 7d")
    return int(found[1]) * _UNITS[found[2]]
