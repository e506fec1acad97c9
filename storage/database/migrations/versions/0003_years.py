"""Tables for archives that run for years: revisits, withdrawals, server evidence, hosts, backfills."""

import sqlalchemy as sa
from alembic import op

import storage.database.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = storage.database.types.UtcDateTime(timezone=True)


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this step."""
    _columns()
    _withdrawals()
    _hosts()
    _backfills()


def _columns() -> None:
    op.add_column("url", sa.Column("revisit_at", _MOMENT, nullable=True))
    op.add_column("url", sa.Column("revisits", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_index(
        "ix_url_revisit",
        "url",
        ["source_key", "revisit_at"],
        sqlite_where=sa.text("revisit_at is not null"),
        postgresql_where=sa.text("revisit_at is not null"),
    )
    # Without a foreign key: SQLite cannot add one to an existing table.
    op.add_column("snapshot", sa.Column("source_key", sa.String(100), nullable=True))
    op.add_column("snapshot", sa.Column("server_ip", sa.Text(), nullable=True))
    op.add_column("snapshot", sa.Column("tls_subject", sa.Text(), nullable=True))
    op.add_column("snapshot", sa.Column("outcome", sa.String(20), nullable=True))
    op.add_column("snapshot", sa.Column("reason", sa.Text(), nullable=True))
    op.execute("update snapshot set source_key = (select source_key from url where url.id = snapshot.url_id)")
    op.create_index("ix_snapshot_source", "snapshot", ["source_key", "fetched_at"])
    op.add_column("article", sa.Column("withdrawn_at", _MOMENT, nullable=True))
    op.add_column("article", sa.Column("withdrawn_how", sa.String(30), nullable=True))
    op.add_column("version", sa.Column("published", sa.Text(), nullable=True))
    op.add_column("endpoint", sa.Column("interval_s", sa.Float(), nullable=True))
    op.add_column("endpoint", sa.Column("rhythm", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))


def _withdrawals() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("article_id", _row_id(), nullable=False),
        sa.Column("how", sa.String(30), nullable=False),
        sa.Column("noticed_at", _MOMENT, nullable=False),
        sa.Column("last_seen_at", _MOMENT, nullable=False),
        sa.Column("snapshot_id", _row_id(), nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_withdrawal_article_id")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_withdrawal_snapshot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
    )
    op.create_index("ix_withdrawal_article", "withdrawal", ["article_id"])
    op.create_index("ix_withdrawal_noticed", "withdrawal", ["noticed_at"])


def _hosts() -> None:
    op.create_table(
        "host",
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rest_until", _MOMENT, nullable=True),
        sa.Column("crawl_delay_s", sa.Float(), nullable=False),
        sa.Column("last_request_at", _MOMENT, nullable=True),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host")),
    )
    op.create_table(
        "host_day",
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("not_modified", sa.Integer(), nullable=False),
        sa.Column("too_many", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("shortest_gap_s", sa.Float(), nullable=True),
        sa.Column("delay_s", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("host", "day", name=op.f("pk_host_day")),
    )
    op.create_table(
        "robots",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("first_seen_at", _MOMENT, nullable=False),
        sa.Column("last_seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_robots")),
    )
    op.create_index("ix_robots_place", "robots", ["place", "last_seen_at"])


def _backfills() -> None:
    op.create_table(
        "backfill",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("source_key", sa.String(100), nullable=False),
        sa.Column("since", sa.String(10), nullable=False),
        sa.Column("until", sa.String(10), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["source_key"], ["source.key"], name=op.f("fk_backfill_source_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfill")),
        sa.UniqueConstraint("source_key", "since", "until", name=op.f("uq_backfill_source_key_since_until")),
    )
    op.create_table(
        "backfill_step",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("backfill_id", _row_id(), nullable=False),
        sa.Column("how", sa.String(20), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_hash", sa.String(64), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("oldest", sa.String(10), nullable=True),
        sa.Column("newest", sa.String(10), nullable=True),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["backfill_id"], ["backfill.id"], name=op.f("fk_backfill_step_backfill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfill_step")),
        sa.UniqueConstraint("backfill_id", "url_hash", name=op.f("uq_backfill_step_backfill_id_url_hash")),
    )
    op.create_index("ix_backfill_step_state", "backfill_step", ["backfill_id", "state"])


def downgrade() -> None:
    """Not supported: an older program never writes a newer archive."""
    raise NotImplementedError
