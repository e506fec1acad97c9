"""Delivery of one message to one target, through the Apprise library: mail, Telegram, Slack, webhooks and others."""

import logging
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from crawler.alerting.message_text import match_record, message_body, message_title
from crawler.config import with_variables
from storage.alerts.alert import AlertMatch
from storage.errors import ConfigError
from storage.extras import missing

if TYPE_CHECKING:
    from types import ModuleType

#: Header, and field of a webhook's JSON, in which a receiver finds the idempotency key.
KEY_HEADER = "Idempotency-Key"
#: Pieces of a URL that are long enough to be secrets, in the library's own words about a failure.
_SECRET = re.compile(r"[^/?&=:@,\s]{4,}")


class NotificationService(Protocol):
    """What we use of a target as the library makes it."""

    def notify(self, *, title: str, body: str, body_format: str, overflow: str) -> bool:
        """Send; False if the target did not take it."""


def apprise_library() -> "ModuleType":
    """Return the library. Raises ConfigError, with the command that installs it."""
    try:
        import apprise
    except ModuleNotFoundError as error:
        raise missing("an alert", error.name or "apprise", "alerts") from error
    return apprise


def warm_up() -> None:
    """Import the library and its hundred services early: the first message would wait seconds for it.

    Raises ConfigError without the library.
    """
    apprise_library().Apprise.instantiate("json://localhost")


def check_target(target: str) -> None:
    """Raise ValueError, with one line, if a target is invalid; ConfigError without the library or a variable."""
    _service(target)


def send(target: str, *, alert: str, key: str, matches: Sequence[AlertMatch], lines: int) -> str | None:
    """Send one message; return None if the target accepted it, else why not, without secrets. Blocks for seconds.

    Args:
        key: idempotency key, the same in every attempt.
        lines: matches named in the text; a JSON webhook gets all of them in `matches`.
    """
    try:
        service = _service(target)
    except (ConfigError, ValueError) as error:
        return str(error)
    _add_key(service, key, alert, matches)
    title, body = message_title(alert, len(matches)), message_body(matches, lines=lines)
    with _Complaints(target) as complaints:
        try:
            accepted = service.notify(title=title, body=body, body_format="text", overflow="split")
        except Exception as error:  # an error of a plugin must not stop the other messages
            return f"{type(error).__name__}"
    return None if accepted else complaints.last or "the target refused the message"


def _service(target: str) -> NotificationService:
    apprise = apprise_library()
    with _Complaints(target) as complaints:
        service: NotificationService | None = apprise.Apprise.instantiate(with_variables(target))
    if service is None:
        scheme = target.partition("://")[0]
        why = complaints.last or "not understood"
        raise ValueError(
            f"target {scheme}://…: {why}; write json://host/path, mailto://user:password@host?to=address, "
            "or another URL of https://appriseit.com/services/"
        )
    return service


def _add_key(service: NotificationService, key: str, alert: str, matches: Sequence[AlertMatch]) -> None:
    """Add the idempotency key where the target's protocol has a place for it: headers, and the fields of a JSON."""
    headers: object = getattr(service, "headers", None)
    if isinstance(headers, dict):
        headers[KEY_HEADER] = key
    fields: object = getattr(service, "payload_extras", None)
    if isinstance(fields, dict) and type(service).__name__ == "NotifyJSON":
        records = [match_record(match) for match in matches]
        fields |= {"key": key, "alert": alert, "count": len(matches), "matches": records}


class _Complaints(logging.Handler):
    """Keeps the library's last warning, without pieces of the target's URL, and keeps it out of our own log."""

    def __init__(self, target: str) -> None:
        super().__init__(logging.WARNING)
        self._secrets = _SECRET.findall(target.partition("://")[2])
        self._logger = logging.getLogger("apprise")
        self._propagated = True
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        line = " ".join(record.getMessage().split())[:200]
        for secret in self._secrets:
            line = line.replace(secret, "…")
        self.last = line.rstrip(".")

    def __enter__(self) -> "_Complaints":
        self._propagated, self._logger.propagate = self._logger.propagate, False
        self._logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
        self._logger.propagate = self._propagated
