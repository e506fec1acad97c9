"""A newspaper's weeks in an archive, written straight into its tables; healthy, until a test breaks something."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from storage.archive import Archive
from storage.crawl_state.hosts import HostDay
from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow
from storage.database.tables.endpoints import EndpointRow
from storage.database.values import key_hash

#: A Monday, in the evening of Morocco.
NOW = datetime(2026, 3, 16, 20, 30, tzinfo=UTC)
DAYS = 45
ROBOTS = "User-agent: *\nDisallow: /admin/\n"


@dataclass
class Told:
    """One article as it came, and its fetch; what a test changes of it is what broke."""

    number: int
    at: datetime
    base: str
    title: str = "قرار"
    length: int = 1_500
    precision: str = "minute"
    published_at: datetime | None = None
    #: Of the fetch.
    status: int = 200
    outcome: str = "new"
    reason: str | None = None
    #: Whether an article came of it.
    stored: bool = True
    #: Whether there was any answer.
    answered: bool = True

    @property
    def url(self) -> str:
        return f"{self.base}/news/{self.number}"


@dataclass
class History:
    """What happened with one newspaper."""

    key: str = "rassad"
    #: Scheme and host; empty: of an example.
    base: str = ""
    now: datetime = NOW
    hours: tuple[int, ...] = (7, 8, 9, 10, 11, 12, 13, 15, 17, 19)
    days: int = DAYS
    told: list[Told] = field(default_factory=list)
    #: Address -> columns of its row.
    endpoints: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: (status, body, first seen), oldest first.
    robots: list[tuple[int | None, str, datetime]] = field(default_factory=list)
    #: Days on which we did not look.
    away: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.base = self.base or f"https://{self.key}.example"
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        for back in range(self.days, -1, -1):
            day = midnight - timedelta(days=back)
            for at in (day + timedelta(hours=hour, minutes=(7 * hour + 13 * back) % 60) for hour in self.hours):
                # On Fridays every third article; and never quite the same number.
                if at > self.now or (day.weekday() == 4 and at.hour % 3) or (at.hour == 11 and back % 3 == 0):
                    continue
                number = len(self.told) + 1
                self.told.append(
                    Told(number=number, at=at, base=self.base, published_at=at, length=1_200 + 170 * (number % 7))
                )
        polled = self.now - timedelta(minutes=10)
        for path, kind in (("feed.xml", "feed"), ("section/politics", "section")):
            self.endpoints[f"{self.base}/{path}"] = {
                "kind": kind, "last_polled_at": polled, "last_new_at": polled, "last_status": 200, "errors": 0, "last_error": None,
                "rhythm": {"now": [1.0, 1.0, 0.0]},
            }  # fmt: skip
        self.robots.append((200, ROBOTS, self.now - timedelta(days=self.days)))

    @property
    def feed(self) -> dict[str, Any]:
        return self.endpoints[f"{self.base}/feed.xml"]

    def since(self, at: datetime, change: Callable[[Told], None]) -> None:
        """Change all that came at or after a moment."""
        for one in self.told:
            if one.at >= at:
                change(one)

    def write(self, archive: Archive) -> None:
        """Store it; the source must be known."""
        start = _rows(archive)
        urls, articles, snapshots = [], [], []
        for one in self.told:
            id, url = start + one.number, one.url
            state = "done" if one.stored else "failed" if not one.answered else "not_article"
            urls.append({
                "id": id, "key": url, "key_hash": key_hash(url), "url": url, "source_key": self.key, "how": "feed",
                "discovered_at": one.at, "state": state, "reason": one.reason, "next_attempt_at": one.at,
                "fetched_at": one.at if one.answered else None,
            })  # fmt: skip
            if one.stored:
                articles.append({
                    "id": id, "key": url, "key_hash": key_hash(url), "url": url, "source_key": self.key, "title": one.title,
                    "text": "ق" * one.length, "authors": [], "published_precision": one.precision, "dates": [], "tags": [],
                    "published_at": one.published_at if one.precision == "minute" else None, "kind": "news", "text_hash": "0" * 64,
                    "first_seen_at": one.at, "fetched_at": one.at, "sort_at": one.at, "version": 1,
                })  # fmt: skip
            if one.answered:
                snapshots.append({
                    "url_id": id, "url": url, "fetched_at": one.at, "status": one.status, "payload_sha256": "0" * 64, "robots": [],
                    "source_key": self.key, "outcome": one.outcome, "reason": one.reason,
                })  # fmt: skip
        endpoints = [
            {"source_key": self.key, "url": url, "url_hash": key_hash(url), "declared": True, "depth": 0, "next_poll_at": NOW} | columns
            for url, columns in self.endpoints.items()
        ]  # fmt: skip
        with archive.writing() as connection:
            for row, rows in (
                (UrlRow, urls),
                (ArticleRow, articles),
                (SnapshotRow, snapshots),
                (EndpointRow, endpoints),
            ):
                if rows:
                    connection.execute(row.__table__.insert(), rows)
        host = urlsplit(self.base).hostname or ""
        days = {f"{self.now - timedelta(days=back):%Y-%m-%d}" for back in range(self.days + 1)} - self.away
        archive.hosts.add_days(HostDay(host=host, day=day, requests=50) for day in sorted(days))
        for status, body, at in self.robots:
            archive.hosts.robots_seen(self.base, status=status, body=body, at=at)


def _rows(archive: Archive) -> int:
    from sqlalchemy import func, select

    with archive.reading() as connection:
        return connection.scalar(select(func.max(UrlRow.id))) or 0
