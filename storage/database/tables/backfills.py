"""Tables of backfills: the requested date ranges of a source's past, and each step of the walk."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.core import Base, RowId


class BackfillRow(Base):
    """A date range of a source's past; requesting the same range again resumes it."""

    __tablename__ = "backfill"
    __table_args__ = (UniqueConstraint("source_key", "since", "until"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    source_key: Mapped[str] = mapped_column(ForeignKey("source.key"))
    #: First and last day, YYYY-MM-DD, both included.
    since: Mapped[str] = mapped_column(String(10))
    until: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime]
    #: When the last step was finished; None before.
    ended_at: Mapped[datetime | None]
    #: Results of the walk by name; the walk defines them.
    counts: Mapped[dict[str, object]] = mapped_column(default=dict)


class BackfillStepRow(Base):
    """A page to search for URLs: a sitemap, a day's archive page, a further page, or a guessed article number."""

    __tablename__ = "backfill_step"
    __table_args__ = (
        UniqueConstraint("backfill_id", "url_hash"),
        Index("ix_backfill_step_state", "backfill_id", "state"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    backfill_id: Mapped[int] = mapped_column(ForeignKey("backfill.id"))
    #: "sitemap", "day", "page", "number".
    how: Mapped[str] = mapped_column(String(20))
    url: Mapped[str]
    url_hash: Mapped[str] = mapped_column(String(64))
    depth: Mapped[int] = mapped_column(Integer, default=0)
    #: pending | done | failed
    state: Mapped[str] = mapped_column(String(20), default="pending")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    status: Mapped[int | None]
    error: Mapped[str | None]
    #: URLs on it within the range, and how many of them were new.
    found: Mapped[int] = mapped_column(Integer, default=0)
    new: Mapped[int] = mapped_column(Integer, default=0)
    #: First and last day that it mentions, YYYY-MM-DD; None if it mentions none.
    oldest: Mapped[str | None] = mapped_column(String(10))
    newest: Mapped[str | None] = mapped_column(String(10))
    settled_at: Mapped[datetime | None]
