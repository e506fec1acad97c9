"""Recent bands: where new bands of signatures lie until a slice of them is moved to the others."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table. It begins empty: the bands of an archive stay where they are."""
    row_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "recent_band",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article_id", row_id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "article_id", name=op.f("pk_recent_band")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Not offered: an older program never writes a newer archive."""
    raise NotImplementedError
