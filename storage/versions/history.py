"""The versions of an article as values: every text it had in this archive, when, and who changed it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.rows import snapshot_from
from storage.database.tables.core import ArticleRow, SnapshotRow, VersionRow
from storage.model.article import Removed
from storage.model.visit import Snapshot

#: "page": the newspaper changed it; "rules": our extraction of the same page improved.
Cause = Literal["page", "rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """One text of an article. Instants are in UTC."""

    article_id: int
    #: 1, 2, 3 ... in the order of first observation.
    number: int
    title: str
    text: str
    #: What cleaning removed from its page.
    removed: tuple[Removed, ...]
    cause: Cause
    first_seen_at: datetime
    #: When a visit last found this text.
    last_seen_at: datetime
    #: The fetch it was extracted from; None if not known.
    snapshot: Snapshot | None
    #: SHA-256 of title, newline, text.
    text_hash: str
    extractor_version: str
    rules_version: str
    #: Whether it is the current one: an earlier version if the newspaper reverted.
    shown: bool


def versions(session: Session, article_id: int) -> list[StoredVersion]:
    """Every version of an article, oldest first; empty if there is no such article."""
    statement = (
        select(VersionRow, SnapshotRow, ArticleRow.version)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .outerjoin(SnapshotRow, SnapshotRow.id == VersionRow.snapshot_id)
        .where(VersionRow.article_id == article_id)
        .order_by(VersionRow.number)
    )
    return [_version(row, snapshot, shown=row.number == shown) for row, snapshot, shown in session.execute(statement)]


def _version(row: VersionRow, snapshot: SnapshotRow | None, *, shown: bool) -> StoredVersion:
    return StoredVersion(
        article_id=row.article_id,
        number=row.number,
        title=row.title,
        text=row.text,
        removed=tuple(Removed(**removed) for removed in row.removed),
        cause="rules" if row.cause == "rules" else "page",
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        snapshot=snapshot_from(snapshot),
        text_hash=row.text_hash,
        extractor_version=row.extractor_version,
        rules_version=row.rules_version,
        shown=shown,
    )
