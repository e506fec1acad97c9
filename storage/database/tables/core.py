"""The core tables. Row classes are named for their table: `ArticleRow` is a row of `article`.

All instants are UTC. JSON columns hold lists and objects of plain values, in page order. A key is the canonical form of
a URL (`pipelines.urls.canonical.canonical_key`); it can exceed the maximum index size, so its hash carries the unique
constraint.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.database.types import UtcDateTime
from storage.model.json_records import CreditRecord, EvidenceRecord, HintRecord, RemovedRecord

#: SQLite autoincrements only INTEGER keys; PostgreSQL needs BIGINT for more than two billion rows.
RowId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Base class. Constraint names are fixed so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[object, object]] = {
        datetime: UtcDateTime,
        list[str]: JSON(none_as_null=True),
        list[RemovedRecord]: JSON(none_as_null=True),
        list[EvidenceRecord]: JSON(none_as_null=True),
        list[CreditRecord]: JSON(none_as_null=True),
        HintRecord: JSON(none_as_null=True),
        dict[str, object]: JSON(none_as_null=True),
        str: Text,
    }


class SourceRow(Base):
    """A source, as its source file last described it."""

    __tablename__ = "source"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    country: Mapped[str] = mapped_column(String(2))
    timezone: Mapped[str]
    home: Mapped[str]


class UrlRow(Base):
    """The frontier: every URL ever discovered, in exactly one state."""

    __tablename__ = "url"
    # Both partial indexes are partial on PostgreSQL too, by the migration: an argument for it here would make every
    # command import its dialect, a tenth of a start.
    __table_args__ = (
        Index("ix_url_due", "source_key", "state", "priority", "next_attempt_at"),
        Index(
            "ix_url_owner",
            "lease_owner",
            sqlite_where=text("lease_owner is not null"),
        ),
        Index("ix_url_article", "article_id"),
        Index(
            "ix_url_revisit",
            "source_key",
            "revisit_at",
            sqlite_where=text("revisit_at is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key: Mapped[str]
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: The URL as first seen; this is what is fetched.
    url: Mapped[str]
    source_key: Mapped[str | None] = mapped_column(ForeignKey("source.key"))
    #: "feed", "sitemap", "news_sitemap", "section", "page", "capture", "import", "redirect".
    how: Mapped[str] = mapped_column(String(20))
    #: URL of the endpoint or page that linked to it.
    via: Mapped[str | None]
    #: What that endpoint stated about it, the fields of `FeedHint`.
    hint: Mapped[HintRecord | None]
    discovered_at: Mapped[datetime]
    #: pending | done | not_article | failed | gone
    state: Mapped[str] = mapped_column(String(20), default="pending")
    reason: Mapped[str | None]
    #: Claims so far; a claim whose lease expired counts, a released one does not.
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    #: Higher is fetched earlier: news before backlog.
    priority: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    #: When a finished page is revisited next; None = never.
    revisit_at: Mapped[datetime | None]
    #: Revisits made since it was stored.
    revisits: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class SnapshotRow(Base):
    """One fetch: the response, and where its bytes are stored."""

    __tablename__ = "snapshot"
    __table_args__ = (
        Index("ix_snapshot_url", "url_id", "fetched_at"),
        Index("ix_snapshot_source", "source_key", "fetched_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    url_id: Mapped[int] = mapped_column(ForeignKey("url.id"))
    #: The final URL, after redirects.
    url: Mapped[str]
    fetched_at: Mapped[datetime]
    status: Mapped[int]
    media_type: Mapped[str | None]
    #: SHA-256 of the payload as stored in the WARC record, 64 hex digits.
    payload_sha256: Mapped[str] = mapped_column(String(64))
    #: File name below the archive's warc folder, byte offset and byte length of the record; None if no page was
    #: recorded.
    warc_file: Mapped[str | None]
    warc_offset: Mapped[int | None] = mapped_column(BigInteger)
    warc_length: Mapped[int | None] = mapped_column(BigInteger)
    #: Charset, and the evidence for it.
    encoding: Mapped[str | None]
    #: Robots directives of page and headers ("noarchive").
    robots: Mapped[list[str]] = mapped_column(default=list)
    #: Source of the page, as in `url` at that time.
    source_key: Mapped[str | None] = mapped_column(String(100))
    #: IP address of the server, and the subject of its TLS certificate; None if not known.
    server_ip: Mapped[str | None]
    tls_subject: Mapped[str | None]
    #: Result of storing it (`storage.model.visit.Result`), and the reason if it is not an article.
    outcome: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None]
    #: Date changed by the source without a change of text, ISO 8601 at the known precision; None: no such change.
    date_before: Mapped[str | None]
    date_after: Mapped[str | None]


class ArticleRow(Base):
    """The current best view of an article."""

    __tablename__ = "article"
    __table_args__ = (Index("ix_article_newest", "sort_at", "id"), Index("ix_article_source", "source_key", "sort_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key: Mapped[str]
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    url: Mapped[str]
    source_key: Mapped[str | None] = mapped_column(ForeignKey("source.key"))
    title: Mapped[str]
    text: Mapped[str]
    authors: Mapped[list[str]]
    #: ISO 8601 at the stated precision, in the article's own zone; see `Published`.
    published: Mapped[str | None]
    published_at: Mapped[datetime | None]
    #: YYYY-MM-DD in the article's own zone; `since` and `until` compare it.
    published_day: Mapped[str | None] = mapped_column(String(10))
    published_offset: Mapped[int | None]
    published_text: Mapped[str | None]
    #: "minute", "day" or "none".
    published_precision: Mapped[str] = mapped_column(String(10))
    published_from: Mapped[str | None]
    published_disagreed: Mapped[bool] = mapped_column(Boolean, default=False)
    dates: Mapped[list[EvidenceRecord]]
    modified_at: Mapped[datetime | None]
    section: Mapped[str | None]
    tags: Mapped[list[str]]
    image: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    #: The version shown here. No foreign key: the two rows refer to each other.
    version: Mapped[int] = mapped_column(default=1)
    text_hash: Mapped[str] = mapped_column(String(64))
    first_seen_at: Mapped[datetime]
    #: When the page was last seen to contain this article.
    fetched_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    #: Sort key of "newest first": the instant if known, else the day, else when first stored. Never shown, never
    #: exported.
    sort_at: Mapped[datetime]
    #: When its withdrawal was observed, and the evidence; None while it is online. See `models_withdrawal`.
    withdrawn_at: Mapped[datetime | None]
    withdrawn_how: Mapped[str | None] = mapped_column(String(30))


class VersionRow(Base):
    """Every distinct text of an article ever stored."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("article_id", "number"), UniqueConstraint("article_id", "text_hash"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    #: 1, 2, 3 ... within the article.
    number: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    removed: Mapped[list[RemovedRecord]]
    #: SHA-256 of title, newline, text in UTF-8.
    text_hash: Mapped[str] = mapped_column(String(64))
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    #: "page": the newspaper changed it; "rules": our extraction changed it.
    cause: Mapped[str] = mapped_column(String(10))
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    extractor_version: Mapped[str] = mapped_column(String(20))
    rules_version: Mapped[str] = mapped_column(String(20))
    #: The article's `published` at that time; None if unknown, and for versions older than schema 0003.
    published: Mapped[str | None]


class RunRow(Base):
    """A crawl or capture, and its account: offered = stored + unchanged + refused with a reason."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    #: "crawl", "capture", ...
    kind: Mapped[str] = mapped_column(String(20))
    sources: Mapped[list[str]]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: None while running or after a crash; else "done", "partial", "failed", "interrupted".
    outcome: Mapped[str | None] = mapped_column(String(20))
    counts: Mapped[dict[str, object]] = mapped_column(default=dict)
