"""The table of withdrawals: articles that a newspaper took down, and the proof."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.core import Base, RowId


class WithdrawalRow(Base):
    """A time for which an article was gone from where it stood."""

    __tablename__ = "withdrawal"
    __table_args__ = (Index("ix_withdrawal_article", "article_id"), Index("ix_withdrawal_noticed", "noticed_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    #: "http 404", "http 410", "redirected", "emptied".
    how: Mapped[str] = mapped_column(String(30))
    #: When we saw that it was gone; the newspaper took it down at some time between this and `last_seen_at`.
    noticed_at: Mapped[datetime]
    #: When it was last seen to stand there.
    last_seen_at: Mapped[datetime]
    #: The fetch that proves it; None where the answer was not recorded.
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    #: When it was seen to stand there again; None while it is gone.
    ended_at: Mapped[datetime | None]
