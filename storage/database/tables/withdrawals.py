"""The table of withdrawals: articles that a newspaper took down, with the proof."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.core import Base, RowId


class WithdrawalRow(Base):
    """A period in which an article was withdrawn."""

    __tablename__ = "withdrawal"
    __table_args__ = (Index("ix_withdrawal_article", "article_id"), Index("ix_withdrawal_noticed", "noticed_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    #: "http 404", "http 410", "redirected", "emptied".
    how: Mapped[str] = mapped_column(String(30))
    #: When the withdrawal was observed; the newspaper took the article down between `last_seen_at` and this.
    noticed_at: Mapped[datetime]
    #: When the article was last seen online.
    last_seen_at: Mapped[datetime]
    #: The fetch that proves it; None if the response was not recorded.
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    #: When the article was seen online again; None while it is withdrawn.
    ended_at: Mapped[datetime | None]
