"""Fetches: what was ever fetched of articles, and where each answer lies in the archive's WARC files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from storage.errors import StorageError
from storage.export.options import Options
from storage.warc import WarcLocation

if TYPE_CHECKING:
    from sqlalchemy import CompoundSelect, Connection, Select

    from storage.archive import Archive
    from storage.database.rows import StoredArticle

#: Articles asked for in one statement.
_BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFetch:
    """One answer that was recorded."""

    #: Number of its row in `snapshot`.
    id: int
    #: The address asked for, and the one that answered: another where a redirect led on.
    asked: str
    url: str
    fetched_at: datetime
    record: WarcLocation
    #: Of the version that was read from it; None where it brought none: nothing new, an error, no article.
    title: str | None
    text: str | None


def fetches(articles: Iterable["StoredArticle"], options: Options) -> Iterator[ExportedFetch]:
    """Every recorded fetch of articles: of each version, and those that found nothing new, or found it gone.

    Says how many articles have no record at all: such as were imported as text.

    Raises:
        StorageError: there is no archive to ask.
    """
    archive = archive_of(options)
    waiting = iter(articles)
    bare = 0
    while batch := {stored.id for stored in islice(waiting, _BATCH)}:
        with archive.reading() as connection:
            for fetch, told in _of_articles(connection, sorted(batch)):
                yield fetch
                batch -= told
        bare += len(batch)
    if bare:
        options.tell(f"{bare} articles have no WARC record (they came as text, not as pages) and are not in the file")


def last_fetches(archive: "Archive", keys: Iterable[str], *, since: datetime) -> Iterator[ExportedFetch]:
    """The last recorded fetch of each address, where it is not older than `since`.

    Args:
        keys: canonical keys of the addresses asked for.
    """
    from storage.database.tables.core import SnapshotRow, UrlRow, key_hash

    for key in keys:
        asked = (UrlRow.key_hash == key_hash(key), SnapshotRow.fetched_at >= since)
        with archive.reading() as connection:
            row = connection.execute(_rows().where(*asked).order_by(SnapshotRow.id.desc()).limit(1)).first()
            if row is not None:
                told = _told(connection, [row.article_id] if row.article_id else [])
                yield _fetch(row, told.get(row.id))


def archive_of(options: Options) -> "Archive":
    """The archive that records are copied from. Raises StorageError if there is none."""
    if options.archive is None:
        raise StorageError("this format copies WARC records of an archive: there is none to copy from")
    return options.archive


def _of_articles(connection: "Connection", ids: list[int]) -> Iterator[tuple[ExportedFetch, set[int]]]:
    """Fetches of the articles' addresses, and those that versions name though their address is another article's.

    Each comes with the articles that it told of. Every step goes by an index: a large archive is not walked through.
    """
    from sqlalchemy import select, union

    from storage.database.tables.core import SnapshotRow, UrlRow, VersionRow

    told = _told(connection, ids)
    urls = select(UrlRow.id).where(UrlRow.article_id.in_(ids))
    of_versions = select(VersionRow.snapshot_id).where(VersionRow.article_id.in_(ids))
    wanted: CompoundSelect[Any] = union(select(SnapshotRow.id).where(SnapshotRow.url_id.in_(urls)), of_versions)
    for row in connection.execute(_rows().where(SnapshotRow.id.in_(wanted)).order_by(SnapshotRow.id)):
        version = told.get(row.id)
        yield _fetch(row, version), {row.article_id, version.article_id if version else None} - {None}


def _told(connection: "Connection", ids: list[int]) -> dict[int, Any]:
    """The versions of articles by the fetch that they were read from; of one made again by better rules, the latest."""
    from sqlalchemy import select

    from storage.database.tables.core import VersionRow

    columns = select(VersionRow.snapshot_id, VersionRow.article_id, VersionRow.title, VersionRow.text)
    rows = columns.where(VersionRow.article_id.in_(ids), VersionRow.snapshot_id.is_not(None))
    return {row.snapshot_id: row for row in connection.execute(rows.order_by(VersionRow.number))}


def _rows() -> "Select[*tuple[Any, ...]]":
    """Recorded fetches."""
    from sqlalchemy import select

    from storage.database.tables.core import SnapshotRow, UrlRow

    columns = select(
        SnapshotRow.id, SnapshotRow.url, SnapshotRow.fetched_at, SnapshotRow.warc_file, SnapshotRow.warc_offset,
        SnapshotRow.warc_length, UrlRow.url.label("asked"), UrlRow.article_id,
    )  # fmt: skip
    return columns.join(UrlRow, UrlRow.id == SnapshotRow.url_id).where(SnapshotRow.warc_file.is_not(None))


def _fetch(row: Any, version: Any) -> ExportedFetch:
    return ExportedFetch(
        id=row.id,
        asked=row.asked,
        url=row.url,
        fetched_at=row.fetched_at,
        record=WarcLocation(file=row.warc_file, offset=row.warc_offset, length=row.warc_length),
        title=version.title if version else None,
        text=version.text if version else None,
    )
