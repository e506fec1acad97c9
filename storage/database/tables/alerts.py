"""The tables of alerts: saved searches, what happened since, and the outbox of messages.

They refer to articles by number without a foreign key: an export of articles never carries a user's alerts along.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.core import Base, RowId


class AlertRow(Base):
    """A saved search, and where its matches are sent."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    #: In the query language; "" matches every article.
    query: Mapped[str]
    #: Apprise URLs; empty for an alert of a settings file, which keeps its own.
    targets: Mapped[list[str]]
    #: `storage.alerts.alert.Change` words.
    events: Mapped[list[str]]
    #: "22:00-07:00" in `zone`; None: no quiet hours.
    quiet: Mapped[str | None] = mapped_column(String(11))
    #: IANA name; None: the zone of the machine that sends.
    zone: Mapped[str | None] = mapped_column(String(60))
    #: Shortest time between two messages, in seconds.
    every_s: Mapped[int]
    #: Matches named in one message, at most.
    lines: Mapped[int]
    #: "archive" or "file".
    origin: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    #: When its last message was made; None: none was.
    last_message_at: Mapped[datetime | None]
    #: Health findings that last were open, as identities: each is sent once while it lasts.
    findings: Mapped[list[str]] = mapped_column(default=list)


class AlertEventRow(Base):
    """A change of an article not yet matched against the alerts; written in the transaction of the change."""

    __tablename__ = "alert_event"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    article_id: Mapped[int] = mapped_column(RowId)
    change: Mapped[str] = mapped_column(String(10))
    #: The new version's number; None if no version was made.
    version: Mapped[int | None]
    #: Equal for the same change in all processes.
    identity: Mapped[str]
    at: Mapped[datetime]


class AlertItemRow(Base):
    """A match of an alert."""

    __tablename__ = "alert_item"
    __table_args__ = (UniqueConstraint("alert_id", "identity"), Index("ix_alert_item_message", "message_id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    identity: Mapped[str]
    change: Mapped[str] = mapped_column(String(10))
    article_id: Mapped[int | None] = mapped_column(RowId)
    source: Mapped[str | None]
    title: Mapped[str]
    url: Mapped[str]
    #: What changed, in words; "" if there is nothing to add.
    detail: Mapped[str]
    #: When it was observed.
    at: Mapped[datetime]
    #: None: in no message yet.
    message_id: Mapped[int | None] = mapped_column(ForeignKey("alert_message.id"))


class AlertMessageRow(Base):
    """A message: several matches together, written before it is sent."""

    __tablename__ = "alert_message"
    __table_args__ = (UniqueConstraint("key"), Index("ix_alert_message_alert", "alert_id"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    #: Idempotency key: the same in every attempt.
    key: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime]


class AlertDeliveryRow(Base):
    """The sending of one message to one target."""

    __tablename__ = "alert_delivery"
    __table_args__ = (
        UniqueConstraint("message_id", "target_hash"),
        Index("ix_alert_delivery_due", "ended_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("alert_message.id"))
    #: SHA-256 of the target's URL, whose secrets are not repeated here.
    target_hash: Mapped[str] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    #: Until then one process is sending it; None: no process is.
    claimed_until: Mapped[datetime | None]
    #: When it was delivered or given up; None: it waits.
    ended_at: Mapped[datetime | None]
    #: Why the last attempt failed; None if it did not.
    error: Mapped[str | None]
