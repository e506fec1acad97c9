"""Tables of hosts: what each host requires, the requests made to it, and its robots.txt over the years."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.core import Base, RowId


class HostRow(Base):
    """What must be remembered about a host between two runs, and between two machines."""

    __tablename__ = "host"

    #: Name without port, lower case: the unit of politeness.
    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    #: Consecutive failures of the host itself (no connection, no answer, 5xx).
    failures: Mapped[int] = mapped_column(Integer, default=0)
    #: Not contacted until then; None = not resting.
    rest_until: Mapped[datetime | None]
    #: Crawl delay that its robots.txt asks for, in seconds; 0 = none.
    crawl_delay_s: Mapped[float] = mapped_column(Float, default=0.0)
    last_request_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class HostDayRow(Base):
    """The politeness log: requests made to one host on one day (UTC)."""

    __tablename__ = "host_day"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    #: YYYY-MM-DD, UTC.
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    requests: Mapped[int] = mapped_column(Integer, default=0)
    #: Of bodies, as transferred.
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Responses with status 304.
    not_modified: Mapped[int] = mapped_column(Integer, default=0)
    #: Responses with status 429.
    too_many: Mapped[int] = mapped_column(Integer, default=0)
    #: No response, or 5xx.
    errors: Mapped[int] = mapped_column(Integer, default=0)
    #: Shortest time between the starts of two requests, in seconds; None with fewer than two.
    shortest_gap_s: Mapped[float | None] = mapped_column(Float)
    #: The required gap in seconds: the smallest that applied on that day.
    delay_s: Mapped[float | None] = mapped_column(Float)


class RobotsRow(Base):
    """A robots.txt as served for a period; a different text is a different row."""

    __tablename__ = "robots"
    __table_args__ = (Index("ix_robots_place", "place", "last_seen_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    #: scheme://host:port
    place: Mapped[str]
    #: None if no response came.
    status: Mapped[int | None]
    #: Its text, cut at `crawler.politeness.robots_rules.MAX_BYTES`; "" if none was sent.
    body: Mapped[str]
    body_hash: Mapped[str] = mapped_column(String(64))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
