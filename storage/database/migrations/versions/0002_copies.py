"""Near-duplicates: signatures, bands, pairs, stories."""

import sqlalchemy as sa
from alembic import op

import storage.database.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "signature",
        sa.Column("article_id", _row_id(), autoincrement=False, nullable=False),
        sa.Column("scheme", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("credits", sa.JSON(), nullable=False),
        sa.Column("updated_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_signature_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_signature")),
    )
    op.create_table(
        "band",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", _row_id(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "article_id", name=op.f("pk_band")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "copy",
        sa.Column("article_id", _row_id(), autoincrement=False, nullable=False),
        sa.Column("other_id", _row_id(), autoincrement=False, nullable=False),
        sa.Column("likeness", sa.Float(), nullable=False),
        sa.Column("found_at", storage.database.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_copy_article_id")),
        sa.ForeignKeyConstraint(["other_id"], ["article.id"], name=op.f("fk_copy_other_id")),
        sa.PrimaryKeyConstraint("article_id", "other_id", name=op.f("pk_copy")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_copy_other", "copy", ["other_id"])
    op.create_table(
        "story",
        sa.Column("article_id", _row_id(), autoincrement=False, nullable=False),
        sa.Column("story_id", _row_id(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_story_article_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_story")),
    )
    op.create_index("ix_story_story", "story", ["story_id"])


def downgrade() -> None:
    """Not supported: an older program never writes a newer archive."""
    raise NotImplementedError
