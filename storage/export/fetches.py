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
    from sqlalchemy import ColumnElement, Connection

    from storage.archive import Archive
    from storage.rows import StoredArticle

#: Articles asked for in one statement.
_BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One answer that was recorded."""

    #: Number of its row in `snapshot`.
    id: int
    #: The address asked for, and the one that answered: another where a redirect led on.
    asked: str
    url: str
    fetched_at: datetime
    record: WarcLocation
    #: None where the address holds no article.
    article_id: int | None
    #: Of the version that was read from it; None where it brought none: nothing new, an error, no article.
    title: str | None
    text: str | None


def fetches(articles: Iterable["StoredArticle"], options: Options) -> Iterator[Fetch]:
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


def last_fetches(archive: "Archive", keys: Iterable[str], *, since: datetime) -> Iterator[Fetch]:
    """The last recorded fetch of each address, where it is not older than `since`.

    Args:
        keys: canonical keys of the addresses asked for.
    """
    from sqlalchemy import func, select

    from storage.models import SnapshotRow, UrlRow, key_hash

    for key in keys:
        last = select(func.max(SnapshotRow.id)).join(UrlRow, UrlRow.id == SnapshotRow.url_id)
        last = last.where(UrlRow.key_hash == key_hash(key), SnapshotRow.fetched_at >= since)
        with archive.reading() as connection:
            yield from (fetch for fetch, _ in _fetches(connection, SnapshotRow.id == last.scalar_subquery()))


def archive_of(options: Options) -> "Archive":
    """The archive that records are copied from. Raises StorageError if there is none."""
    if options.archive is None:
        raise StorageError("this format copies WARC records of an archive: there is none to copy from")
    return options.archive


def _of_articles(connection: "Connection", ids: list[int]) -> Iterator[tuple[Fetch, set[int]]]:
    """Fetches of the articles' addresses, and those that versions name though their address is another article's."""
    from sqlalchemy import or_, select

    from storage.models import SnapshotRow, UrlRow, VersionRow

    of_versions = select(VersionRow.snapshot_id).where(VersionRow.article_id.in_(ids))
    yield from _fetches(connection, or_(UrlRow.article_id.in_(ids), SnapshotRow.id.in_(of_versions)))


def _fetches(connection: "Connection", wanted: "ColumnElement[bool]") -> Iterator[tuple[Fetch, set[int]]]:
    """Recorded fetches, in the order in which they were made, each with the articles that it told of."""
    from sqlalchemy import select

    from storage.models import SnapshotRow, UrlRow, VersionRow

    columns = select(
        SnapshotRow.id, SnapshotRow.url, SnapshotRow.fetched_at, SnapshotRow.warc_file, SnapshotRow.warc_offset,
        SnapshotRow.warc_length, UrlRow.url.label("asked"), UrlRow.article_id, VersionRow.article_id.label("told"),
        VersionRow.title, VersionRow.text,
    )  # fmt: skip
    joined = columns.join(UrlRow, UrlRow.id == SnapshotRow.url_id)
    joined = joined.outerjoin(VersionRow, VersionRow.snapshot_id == SnapshotRow.id)
    rows = joined.where(wanted, SnapshotRow.warc_file.is_not(None)).order_by(SnapshotRow.id, VersionRow.number.desc())
    done = None
    for row in connection.execute(rows):
        if row.id != done:  # better rules make a second version of one fetch: the latest is shown
            yield _fetch(row), {row.told, row.article_id} - {None}
        done = row.id


def _fetch(row: Any) -> Fetch:
    return Fetch(
        id=row.id,
        asked=row.asked,
        url=row.url,
        fetched_at=row.fetched_at,
        record=WarcLocation(file=row.warc_file, offset=row.warc_offset, length=row.warc_length),
        article_id=row.told or row.article_id,
        title=row.title,
        text=row.text,
    )
