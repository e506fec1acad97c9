"""Withdrawals of articles as they are recorded: the times for which an article was gone from its URL."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.rows import snapshot_from
from storage.database.tables.core import ArticleRow, SnapshotRow
from storage.database.tables.withdrawals import WithdrawalRow
from storage.model.visit import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A period in which an article was withdrawn. Instants are in UTC."""

    #: "http 404", "http 410", "redirected", "emptied".
    how: str
    #: When the withdrawal was observed; it happened between `last_seen_at` and this.
    noticed_at: datetime
    last_seen_at: datetime
    #: When it was seen online again; None while it is withdrawn.
    ended_at: datetime | None
    #: The fetch that proves it; None if the response was not recorded.
    proof: Snapshot | None


def withdrawals(session: Session, article_id: int) -> list[Withdrawal]:
    """Return every withdrawal of an article, oldest first."""
    statement = (
        select(WithdrawalRow, SnapshotRow)
        .outerjoin(SnapshotRow, SnapshotRow.id == WithdrawalRow.snapshot_id)
        .where(WithdrawalRow.article_id == article_id)
        .order_by(WithdrawalRow.id)
    )
    return [
        Withdrawal(
            how=row.how,
            noticed_at=row.noticed_at,
            last_seen_at=row.last_seen_at,
            ended_at=row.ended_at,
            proof=snapshot_from(snapshot),
        )
        for row, snapshot in session.execute(statement)
    ]


def current_withdrawal(session: Session, held: ArticleRow) -> WithdrawalRow | None:
    """The withdrawal that has not ended; None while the article is available."""
    if held.withdrawn_at is None:  # set and cleared with it; `warraq verify` checks that they agree
        return None
    rows = select(WithdrawalRow).where(WithdrawalRow.article_id == held.id, WithdrawalRow.ended_at.is_(None))
    return session.scalar(rows.order_by(WithdrawalRow.id.desc()).limit(1))
