"""Alerts: saved searches, what happened since, and the outbox of messages."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the five tables; an archive without alerts keeps them empty."""
    _alert()
    op.create_table(
        "alert_event",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("article_id", _row_id(), nullable=False),
        sa.Column("change", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_event")),
    )
    _outbox()


def _alert() -> None:
    op.create_table(
        "alert",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("targets", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("events", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("quiet", sa.String(11), nullable=True),
        sa.Column("zone", sa.String(60), nullable=True),
        sa.Column("every_s", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("findings", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("name", name=op.f("uq_alert_name")),
    )


def _outbox() -> None:
    op.create_table(
        "alert_message",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("alert_id", _row_id(), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_message_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_message")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_message_key")),
    )
    op.create_index("ix_alert_message_alert", "alert_message", ["alert_id"])
    op.create_table(
        "alert_item",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("alert_id", _row_id(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("change", sa.String(10), nullable=False),
        sa.Column("article_id", _row_id(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("message_id", _row_id(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_item_alert_id")),
        sa.ForeignKeyConstraint(["message_id"], ["alert_message.id"], name=op.f("fk_alert_item_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_item")),
        sa.UniqueConstraint("alert_id", "identity", name=op.f("uq_alert_item_alert_id_identity")),
    )
    op.create_index("ix_alert_item_message", "alert_item", ["message_id"])
    op.create_table(
        "alert_delivery",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("message_id", _row_id(), nullable=False),
        sa.Column("target_hash", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["alert_message.id"], name=op.f("fk_alert_delivery_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_delivery")),
        sa.UniqueConstraint("message_id", "target_hash", name=op.f("uq_alert_delivery_message_id_target_hash")),
    )
    op.create_index("ix_alert_delivery_due", "alert_delivery", ["ended_at", "due_at"])


def downgrade() -> None:
    """Not offered: an older program never writes a newer archive."""
    raise NotImplementedError
