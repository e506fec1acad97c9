"""All fetches of articles, and where each response is in the archive's WARC files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import CompoundSelect, Connection, Select, select, union

from storage.database.tables.core import SnapshotRow, UrlRow, VersionRow
from storage.database.values import key_hash
from storage.errors import StorageError
from storage.export.options import Options
from storage.warc import WarcLocation

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.database.rows import StoredArticle
    from storage.database.types import TableRow

#: Articles per query.
_BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFetch:
    """A recorded response."""

    #: Number of its row in `snapshot`.
    id: int
    #: The requested URL, and the final one: different after a redirect.
    asked: str
    url: str
    fetched_at: datetime
    record: WarcLocation
    #: Number of the version extracted from it; None if there is none: unchanged, an error, not an article.
    title: str | None
    text: str | None


def fetches(articles: Iterable["StoredArticle"], options: Options) -> Iterator[ExportedFetch]:
    """Yield every recorded fetch of articles: of each version, and those that found it unchanged or withdrawn.

    Reports how many articles have no record at all, such as those imported as text.

    Raises:
        StorageError: there is no archive to read.
    """
    archive = archive_of(options)
    waiting = iter(articles)
    bare = 0
    while batch := {stored.id for stored in islice(waiting, _BATCH)}:
        with archive.reading() as connection:
            for fetch, versions in _of_articles(connection, sorted(batch)):
                yield fetch
                batch -= versions
        bare += len(batch)
    if bare:
        options.tell(
            f"{bare} articles have no WARC record (they were imported as text, not as pages) and are not in the file"
        )


def last_fetches(archive: "Archive", keys: Iterable[str], *, since: datetime) -> Iterator[ExportedFetch]:
    """Return the last recorded fetch of each URL, if it is not older than `since`.

    Args:
        keys: canonical keys of the requested URLs.
    """
    for key in keys:
        asked = (UrlRow.key_hash == key_hash(key), SnapshotRow.fetched_at >= since)
        with archive.reading() as connection:
            row = connection.execute(_rows().where(*asked).order_by(SnapshotRow.id.desc()).limit(1)).first()
            if row is not None:
                versions = _versions_by_fetch(connection, [row.article_id] if row.article_id else [])
                yield _fetch(row, versions.get(row.id))


def archive_of(options: Options) -> "Archive":
    """Return the archive that records are copied from. Raises StorageError if there is none."""
    if options.archive is None:
        raise StorageError("this format copies WARC records of an archive, and there is none")
    return options.archive


def _of_articles(connection: Connection, ids: list[int]) -> Iterator[tuple[ExportedFetch, set[int]]]:
    """Select fetches of the articles' URLs, and those that versions refer to though their URL belongs to another
    article.

    Each comes with its articles. Every step uses an index: a large archive is not scanned.
    """
    versions = _versions_by_fetch(connection, ids)
    urls = select(UrlRow.id).where(UrlRow.article_id.in_(ids))
    of_versions = select(VersionRow.snapshot_id).where(VersionRow.article_id.in_(ids))
    wanted: CompoundSelect[int | None] = union(select(SnapshotRow.id).where(SnapshotRow.url_id.in_(urls)), of_versions)
    for row in connection.execute(_rows().where(SnapshotRow.id.in_(wanted)).order_by(SnapshotRow.id)):
        version = versions.get(row.id)
        yield _fetch(row, version), {row.article_id, version.article_id if version else None} - {None}


def _versions_by_fetch(connection: Connection, ids: list[int]) -> dict[int, "TableRow"]:
    """Return the versions of articles by the fetch they were extracted from; of re-extracted ones, the latest."""
    columns = select(VersionRow.snapshot_id, VersionRow.article_id, VersionRow.title, VersionRow.text)
    rows = columns.where(VersionRow.article_id.in_(ids), VersionRow.snapshot_id.is_not(None))
    return {row.snapshot_id: row for row in connection.execute(rows.order_by(VersionRow.number))}


def _rows() -> Select[*tuple[object, ...]]:
    """Recorded fetches."""
    columns = select(
        SnapshotRow.id, SnapshotRow.url, SnapshotRow.fetched_at, SnapshotRow.warc_file, SnapshotRow.warc_offset,
        SnapshotRow.warc_length, UrlRow.url.label("asked"), UrlRow.article_id,
    )  # fmt: skip
    return columns.join(UrlRow, UrlRow.id == SnapshotRow.url_id).where(SnapshotRow.warc_file.is_not(None))


def _fetch(row: "TableRow", version: "TableRow | None") -> ExportedFetch:
    return ExportedFetch(
        id=row.id,
        asked=row.asked,
        url=row.url,
        fetched_at=row.fetched_at,
        record=WarcLocation(file=row.warc_file, offset=row.warc_offset, length=row.warc_length),
        title=version.title if version else None,
        text=version.text if version else None,
    )
