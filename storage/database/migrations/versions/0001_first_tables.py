"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

import storage.database.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("started_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", storage.database.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_table(
        "source",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("home", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_source")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source_key", sa.String(length=100), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("published", sa.Text(), nullable=True),
        sa.Column("published_at", storage.database.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_day", sa.String(length=10), nullable=True),
        sa.Column("published_offset", sa.Integer(), nullable=True),
        sa.Column("published_text", sa.Text(), nullable=True),
        sa.Column("published_precision", sa.String(length=10), nullable=False),
        sa.Column("published_from", sa.Text(), nullable=True),
        sa.Column("published_disagreed", sa.Boolean(), nullable=False),
        sa.Column("dates", sa.JSON(), nullable=False),
        sa.Column("modified_at", storage.database.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("first_seen_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", storage.database.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sort_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source_key"], ["source.key"], name=op.f("fk_article_source_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_article_key_hash")),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index("ix_article_newest", ["sort_at", "id"], unique=False)
        batch_op.create_index("ix_article_source", ["source_key", "sort_at"], unique=False)

    op.create_table(
        "boilerplate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_key", sa.String(length=100), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("block_hash", sa.String(length=64), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=True),
        sa.Column("last_day", sa.String(length=10), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("learned_at", storage.database.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["source_key"], ["source.key"], name=op.f("fk_boilerplate_source_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boilerplate")),
        sa.UniqueConstraint("source_key", "block_hash", name=op.f("uq_boilerplate_source_key_block_hash")),
    )
    op.create_table(
        "endpoint",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_key", sa.String(length=100), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("next_poll_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_polled_at", storage.database.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_new_at", storage.database.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("lease_owner", sa.String(length=100), nullable=True),
        sa.Column("lease_until", storage.database.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["source_key"], ["source.key"], name=op.f("fk_endpoint_source_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint")),
        sa.UniqueConstraint("source_key", "url_hash", name=op.f("uq_endpoint_source_key_url_hash")),
    )
    with op.batch_alter_table("endpoint", schema=None) as batch_op:
        batch_op.create_index("ix_endpoint_due", ["source_key", "retired", "next_poll_at"], unique=False)

    op.create_table(
        "url",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source_key", sa.String(length=100), nullable=True),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("via", sa.Text(), nullable=True),
        sa.Column("hint", sa.JSON(), nullable=True),
        sa.Column("discovered_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=100), nullable=True),
        sa.Column("lease_until", storage.database.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", storage.database.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_url_article_id")),
        sa.ForeignKeyConstraint(["source_key"], ["source.key"], name=op.f("fk_url_source_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_url")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_url_key_hash")),
    )
    with op.batch_alter_table("url", schema=None) as batch_op:
        batch_op.create_index("ix_url_article", ["article_id"], unique=False)
        batch_op.create_index("ix_url_due", ["source_key", "state", "priority", "next_attempt_at"], unique=False)
        batch_op.create_index(
            "ix_url_owner",
            ["lease_owner"],
            unique=False,
            sqlite_where=sa.text("lease_owner is not null"),
            postgresql_where=sa.text("lease_owner is not null"),
        )

    op.create_table(
        "snapshot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("fetched_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("warc_file", sa.Text(), nullable=True),
        sa.Column("warc_offset", sa.BigInteger(), nullable=True),
        sa.Column("warc_length", sa.BigInteger(), nullable=True),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("robots", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["url_id"], ["url.id"], name=op.f("fk_snapshot_url_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
    )
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.create_index("ix_snapshot_url", ["url_id", "fetched_at"], unique=False)

    op.create_table(
        "version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("snapshot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("first_seen_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("extractor_version", sa.String(length=20), nullable=False),
        sa.Column("rules_version", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_version_article_id")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_version_snapshot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_version_article_id_number")),
        sa.UniqueConstraint("article_id", "text_hash", name=op.f("uq_version_article_id_text_hash")),
    )


def downgrade() -> None:
    """Not supported: an older program never writes a newer archive."""
    raise NotImplementedError
