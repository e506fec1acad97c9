"""The tables of hosts: what each asked of us, what we asked of it, and its robots.txt over the years."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.core import Base, RowId


class HostRow(Base):
    """What must be remembered of a host between two runs, and between two machines."""

    __tablename__ = "host"

    #: Name without port, lower case: the unit of politeness.
    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    #: Failures of the host itself (no connection, no answer, 5xx) in a row.
    failures: Mapped[int] = mapped_column(Integer, default=0)
    #: Left alone until then; None = not resting.
    rest_until: Mapped[datetime | None]
    #: What its robots.txt asks for, in seconds; 0 = nothing.
    crawl_delay_s: Mapped[float] = mapped_column(Float, default=0.0)
    last_request_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class HostDayRow(Base):
    """The politeness ledger: what one host was asked for on one day of UTC."""

    __tablename__ = "host_day"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    #: YYYY-MM-DD, UTC.
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    requests: Mapped[int] = mapped_column(Integer, default=0)
    #: Of bodies, as they came over the wire.
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Answers 304.
    not_modified: Mapped[int] = mapped_column(Integer, default=0)
    #: Answers 429.
    too_many: Mapped[int] = mapped_column(Integer, default=0)
    #: No answer, or 5xx.
    errors: Mapped[int] = mapped_column(Integer, default=0)
    #: Shortest time between the starts of two requests, in seconds; None with fewer than two.
    shortest_gap_s: Mapped[float | None] = mapped_column(Float)
    #: The gap that was to be kept, in seconds: the smallest that held on that day.
    delay_s: Mapped[float | None] = mapped_column(Float)


class RobotsRow(Base):
    """A robots.txt as it stood for a time; another text is another row."""

    __tablename__ = "robots"
    __table_args__ = (Index("ix_robots_place", "place", "last_seen_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    #: scheme://host:port
    place: Mapped[str]
    #: None where no answer came.
    status: Mapped[int | None]
    #: As text, cut where reading ends (`crawler.politeness.robots_rules.MAX_BYTES`); "" where none was sent.
    body: Mapped[str]
    body_hash: Mapped[str] = mapped_column(String(64))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
