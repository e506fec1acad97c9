"""Evidence of what a page contained: each fetch with the requested URL, and its record read back."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storage.database.rows import snapshot_from
from storage.database.tables.core import SnapshotRow, SourceRow, UrlRow, VersionRow
from storage.database.values import key_hash
from storage.model.visit import Snapshot
from storage.warc import WarcError, WarcLocation

if TYPE_CHECKING:
    from storage.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One fetch, and what its record contains when it is read back."""

    #: Number of the version extracted from it; None if there is none.
    version: int | None
    #: The requested URL; `snapshot.url` is the final one.
    asked: str
    #: Time zone of the newspaper ("Asia/Riyadh"); None if it has no known source.
    timezone: str | None
    snapshot: Snapshot
    #: The WARC file; None if no page was recorded.
    path: Path | None
    #: The record with the payload, if the response's own is a revisit.
    original: WarcLocation | None = None
    #: The fault of the record, in words; None: it was read, and the payload has the SHA-256 of the snapshot.
    fault: str | None = None


def evidence_of_versions(archive: "Archive", article_id: int) -> list[Evidence]:
    """Return the fetch of each version of an article, oldest first; versions imported as text have none."""
    wanted = _fetches().where(VersionRow.article_id == article_id).order_by(VersionRow.number)
    return list(_read(archive, wanted))


def evidence_of_address(archive: "Archive", key: str, *, since: datetime) -> Evidence | None:
    """Return the last fetch of a URL, by its canonical key; None if it was not fetched since then, or not recorded."""
    last = select(func.max(SnapshotRow.id)).join(UrlRow, UrlRow.id == SnapshotRow.url_id)
    last = last.where(UrlRow.key_hash == key_hash(key), SnapshotRow.fetched_at >= since)
    wanted = _fetches().where(SnapshotRow.id == last.scalar_subquery()).order_by(VersionRow.number.desc()).limit(1)
    return next(_read(archive, wanted), None)


def _fetches() -> Select[SnapshotRow, str, int, str]:
    return (
        select(SnapshotRow, UrlRow.url, VersionRow.number, SourceRow.timezone)
        .join(UrlRow, UrlRow.id == SnapshotRow.url_id)
        .outerjoin(VersionRow, VersionRow.snapshot_id == SnapshotRow.id)
        .outerjoin(SourceRow, SourceRow.key == UrlRow.source_key)
    )


def _read(archive: "Archive", wanted: Select[SnapshotRow, str, int, str]) -> Iterator[Evidence]:
    with archive.reading() as connection, Session(connection) as session:
        found = [(snapshot_from(row[0]), *row[1:]) for row in session.execute(wanted)]
    for snapshot, asked, version, timezone in found:
        if snapshot is not None:
            yield _proved(archive, snapshot, asked, version=version, timezone=timezone)


def _proved(
    archive: "Archive", snapshot: Snapshot, asked: str, *, version: int | None, timezone: str | None
) -> Evidence:
    path, original, fault = None, None, None
    if snapshot.record is not None:
        path = archive.warc.folder / snapshot.record.file
        path = path if path.exists() else path.with_name(f"{path.name}.open")
        try:
            answer = archive.warc.read(snapshot.record)
        except WarcError as error:
            fault = str(error).splitlines()[0]
        else:
            original = answer.refers_to
            if hashlib.sha256(answer.payload).hexdigest() != snapshot.payload_sha256:
                fault = "the payload has another SHA-256"
    return Evidence(
        version=version, asked=asked, timezone=timezone, snapshot=snapshot, path=path, original=original, fault=fault
    )
