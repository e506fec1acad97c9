"""The table of endpoints."""

from datetime import datetime

from sqlalchemy import Boolean, Float, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.core import Base, RowId


class EndpointRow(Base):
    """A feed, sitemap or section page of a source, and when to poll it next."""

    __tablename__ = "endpoint"
    __table_args__ = (
        UniqueConstraint("source_key", "url_hash"),
        Index("ix_endpoint_due", "source_key", "retired", "next_poll_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    source_key: Mapped[str] = mapped_column(ForeignKey("source.key"))
    url: Mapped[str]
    url_hash: Mapped[str] = mapped_column(String(64))
    #: "feed", "sitemap", "news_sitemap", "section"; None until its content is known.
    kind: Mapped[str | None]
    #: Listed in the source file itself, not discovered through another endpoint.
    declared: Mapped[bool] = mapped_column(Boolean, default=True)
    #: Removed from the source file; kept for its history.
    retired: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    #: Steps from a declared endpoint: 0 = declared.
    depth: Mapped[int] = mapped_column(default=0)
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    next_poll_at: Mapped[datetime]
    last_polled_at: Mapped[datetime | None]
    #: When a poll last returned a new URL.
    last_new_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    #: Consecutive failures; 0 after a success.
    errors: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    #: Poll interval in seconds, as learned; None before anything was learned.
    interval_s: Mapped[float | None] = mapped_column(Float)
    #: Private state of the interval learner.
    rhythm: Mapped[dict[str, object]] = mapped_column(default=dict, server_default=text("'{}'"))
    lease_owner: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
