"""Columns for a change of date; rename of the outcome of an unconfirmed absence."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and convert the strings "date OLD NEW" in `reason`."""
    op.add_column("snapshot", sa.Column("date_before", sa.Text(), nullable=True))
    op.add_column("snapshot", sa.Column("date_after", sa.Text(), nullable=True))
    snapshots = sa.table(
        "snapshot",
        *(sa.column(name) for name in ("id", "outcome", "reason", "date_before", "date_after")),
    )
    connection = op.get_bind()
    written = sa.select(snapshots.c.id, snapshots.c.reason).where(
        snapshots.c.outcome == "changed", snapshots.c.reason.like("date %")
    )
    for row in connection.execute(written).all():
        parts = row.reason.split(" ")
        if len(parts) == 3:
            values = {"date_before": parts[1], "date_after": parts[2], "reason": None}
            connection.execute(sa.update(snapshots).where(snapshots.c.id == row.id).values(values))
    connection.execute(sa.update(snapshots).where(snapshots.c.outcome == "doubtful").values(outcome="unconfirmed"))
