"""An alert and its matches, as values."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal, get_args

#: new, changed, withdrawn, restored: of an article; health: a finding of `warraq health`.
Change = Literal["new", "changed", "withdrawn", "restored", "health"]
CHANGES: tuple[Change, ...] = get_args(Change)
Origin = Literal["archive", "file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A saved search, and where its matches are sent."""

    name: str
    #: In the query language; "" matches every article.
    query: str
    #: Apprise URLs, with secrets; `${NAME}` in them stands for a variable of the environment.
    targets: tuple[str, ...]
    events: tuple[Change, ...] = ("new",)
    #: "22:00-07:00" in `zone`; None: no quiet hours.
    quiet: str | None = None
    #: IANA name; None: the zone of the machine that sends.
    zone: str | None = None
    #: Shortest time between two messages, in seconds.
    every_s: int = 60
    #: Matches named in one message, at most.
    lines: int = 20
    #: "file": described by a settings file, which keeps the targets.
    origin: Origin = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMatch:
    """One match."""

    #: Equal for the same change of the same article in all processes, so that it is sent once.
    identity: str
    change: Change
    #: None for a health finding.
    article_id: int | None
    source: str | None
    title: str
    url: str
    #: What changed, in words; "" if there is nothing to add.
    detail: str
    #: When it was observed; UTC.
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """Several matches together, as they are sent to one target."""

    delivery_id: int
    #: Idempotency key: the same in every attempt and for every target.
    key: str
    alert: str
    target_hash: str
    #: Attempts so far, this one included.
    attempts: int
    made_at: datetime
    #: Oldest first; all of them, however many lines the alert allows.
    matches: tuple[AlertMatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """An alert as it is kept, with what waits to be sent."""

    id: int
    alert: Alert
    created_at: datetime
    last_message_at: datetime | None
    #: Matches in no message yet, deliveries that wait, deliveries given up.
    matches: int
    waiting: int
    given_up: int
    #: Why the last failed attempt failed; None if none did.
    error: str | None


def target_hash(target: str) -> str:
    """Return what identifies a target in the outbox, without its secrets.

    >>> len(target_hash("json://example.org/hook"))
    64
    """
    return sha256(target.encode()).hexdigest()
