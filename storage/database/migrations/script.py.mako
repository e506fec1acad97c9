"""${message}"""

import sqlalchemy as sa
from alembic import op

import storage.database.types

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Not offered: a newer archive is never written by an older program."""
    raise NotImplementedError
