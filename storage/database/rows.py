"""Convert values to rows and back: the only module that knows how an `Article` is stored in the tables."""

from dataclasses import dataclass
from datetime import datetime

from storage.database.tables.core import ArticleRow, SnapshotRow, VersionRow
from storage.database.tables.parts import PartRow
from storage.database.values import new_article_values
from storage.model.article import Article, DateEvidence, Published, Removed
from storage.model.part import PartText, missing
from storage.model.visit import Snapshot
from storage.warc import WarcLocation


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """One page of an article on several, and the fetch that it was read from."""

    url: str
    content: PartText
    snapshot: Snapshot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article as stored in the archive, with its provenance."""

    id: int
    #: Canonical key: the article's identity in the archive.
    key: str
    article: Article
    #: When this archive first stored it; UTC.
    first_seen_at: datetime
    #: When its text or title last changed after that; None if never.
    changed_at: datetime | None
    #: Number of the version shown, and of all versions.
    version: int
    versions: int
    #: The fetch that the shown version was extracted from.
    snapshot: Snapshot | None
    #: SHA-256 of title, newline, text.
    text_hash: str
    #: Its story: the smallest id among its near-duplicates, its own id if it has none. None if near-duplicates were not
    #: searched.
    story: int | None = None
    #: When its withdrawal was observed (UTC), and the evidence ("http 410"); None while it is online.
    withdrawn_at: datetime | None = None
    withdrawn_how: str | None = None
    #: Its parts in order; () for an article on one page.
    parts: tuple[StoredPart, ...] = ()

    @property
    def missing_parts(self) -> tuple[int, ...]:
        """Numbers of pages that are referred to but not stored; if there are any, the text is partial."""
        return missing([part.content for part in self.parts])

    @property
    def robots(self) -> tuple[str, ...]:
        """Robots directives from headers, page and robots.txt at that fetch; empty if there were none."""
        return self.snapshot.robots if self.snapshot is not None else ()


def article_row(
    article: Article,
    *,
    key: str,
    source_key: str | None,
    first_seen_at: datetime,
    changed_at: datetime | None = None,
) -> ArticleRow:
    """Return the row of an article that is new to the archive; see `new_article_values`."""
    values = new_article_values(
        article, key=key, source_key=source_key, first_seen_at=first_seen_at, changed_at=changed_at
    )
    return ArticleRow(**values)


def snapshot_values(snapshot: Snapshot) -> dict[str, object]:
    """Return the columns of `snapshot`."""
    record = snapshot.record
    return {
        "url": snapshot.url,
        "fetched_at": snapshot.fetched_at,
        "status": snapshot.status,
        "media_type": snapshot.media_type,
        "payload_sha256": snapshot.payload_sha256,
        "warc_file": record.file if record else None,
        "warc_offset": record.offset if record else None,
        "warc_length": record.length if record else None,
        "encoding": snapshot.encoding,
        "robots": list(snapshot.robots),
        "server_ip": snapshot.server_ip,
        "tls_subject": snapshot.tls_subject,
    }


def published_from(row: ArticleRow) -> Published | None:
    """Read the `Published` of a row; None if the day is unknown."""
    if row.published is None or row.published_from is None or row.published_precision not in ("minute", "day"):
        return None
    return Published(
        iso=row.published,
        at=row.published_at,
        offset_minutes=row.published_offset,
        text=row.published_text or "",
        precision="minute" if row.published_precision == "minute" else "day",
        origin=row.published_from,
        disagreed=row.published_disagreed,
    )


def snapshot_from(row: SnapshotRow | None) -> Snapshot | None:
    """Read the snapshot of a row."""
    if row is None:
        return None
    record = None
    if row.warc_file is not None and row.warc_offset is not None and row.warc_length is not None:
        record = WarcLocation(file=row.warc_file, offset=row.warc_offset, length=row.warc_length)
    return Snapshot(
        url=row.url,
        fetched_at=row.fetched_at,
        status=row.status,
        media_type=row.media_type,
        payload_sha256=row.payload_sha256,
        record=record,
        encoding=row.encoding,
        robots=tuple(row.robots),
        server_ip=row.server_ip,
        tls_subject=row.tls_subject,
    )


def stored_article(
    row: ArticleRow,
    version: VersionRow,
    snapshot: SnapshotRow | None,
    *,
    versions: int,
    story: int | None = None,
    parts: tuple[StoredPart, ...] = (),
) -> StoredArticle:
    """Build the stored article from its row, the version it shows, and that version's snapshot."""
    article = Article(
        url=row.url,
        source=row.source_key,
        title=row.title,
        text=row.text,
        authors=tuple(row.authors),
        published=published_from(row),
        dates=tuple(DateEvidence(**evidence) for evidence in row.dates),
        modified=row.modified_at,
        section=row.section,
        tags=tuple(row.tags),
        image=row.image,
        language=row.language,
        kind=row.kind,  # type: ignore[arg-type]  # the column holds what an Article held
        removed=tuple(Removed(**removed) for removed in version.removed),
        fetched_at=row.fetched_at,
        extractor_version=version.extractor_version,
        rules_version=version.rules_version,
    )
    return StoredArticle(
        id=row.id,
        key=row.key,
        article=article,
        first_seen_at=row.first_seen_at,
        changed_at=row.changed_at,
        version=row.version,
        versions=versions,
        snapshot=snapshot_from(snapshot),
        text_hash=row.text_hash,
        story=story,
        withdrawn_at=row.withdrawn_at,
        withdrawn_how=row.withdrawn_how,
        parts=parts,
    )


def part_text(row: PartRow) -> PartText:
    """The text of a part's row."""
    removed = tuple(Removed(**one) for one in row.removed)
    return PartText(number=row.number, last=row.last, text=row.text, removed=removed)


def stored_part(row: PartRow, snapshot: SnapshotRow | None) -> StoredPart:
    """The value of a part's row and its snapshot's."""
    return StoredPart(url=row.url, content=part_text(row), snapshot=snapshot_from(snapshot))
