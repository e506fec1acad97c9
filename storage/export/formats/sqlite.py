"""SQLite: a subset of the archive as a separate archive in a folder, for sharing, publishing or independent work.

Articles, all their versions, the fetches and URLs that led to them, and the WARC records of those fetches are copied
with their numbers; endpoints, learned boilerplate and runs, which belong to crawling, are not.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, inspect, or_, select
from sqlalchemy.dialects.sqlite import insert

from storage.archive import Archive
from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow, VersionRow
from storage.database.tables.every import Base
from storage.database.tables.withdrawals import WithdrawalRow
from storage.errors import StorageError
from storage.export.options import Options
from storage.export.records import RecordCopier

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle

#: Articles copied per transaction.
_BATCH = 200
#: Tables whose rows are selected directly; any other table that refers to an article, URL, fetch or version follows
#: them.
_OWN = ("source", "article", "url", "snapshot", "version")
_LEFT_BEHIND = ("endpoint", "boilerplate", "run")


def write_folder(articles: Iterable["StoredArticle"], folder: Path, options: Options) -> None:
    """Fill a folder that `Archive.open` opens.

    Raises:
        StorageError: there is no archive to copy rows from, or the copy cannot be written.
    """
    if options.archive is None:
        raise StorageError("a sqlite export copies rows of an archive, and there is none")
    with Archive.open(folder) as copy, RecordCopier(options.archive.warc, copy.warc.folder) as records:
        numbers = (stored.id for stored in articles)
        while batch := list(islice(numbers, _BATCH)):
            _copy(options.archive, copy, batch, records)
        records.tell(options)


def _copy(archive: Archive, copy: Archive, ids: list[int], records: RecordCopier) -> None:
    with archive.reading() as source, copy.writing() as target:
        taken = _selected(source, ids)
        for table, rows in _rows(source, taken):
            new = rows if table.name == "url" else _absent(target, table, rows)
            _insert(target, table, [_adapted(table, row, taken, records) for row in new])
        for table, rows in _followers(source, taken):
            _insert(target, table, [row for row in rows if _is_whole(target, table, row)])
        copy.index(target, ids)


def _selected(source: Connection, ids: list[int]) -> dict[str, set[object]]:
    """Return, by table, the keys of the rows that belong to these articles."""
    versions = source.execute(select(VersionRow.id, VersionRow.snapshot_id).where(VersionRow.article_id.in_(ids))).all()
    proofs = source.scalars(select(WithdrawalRow.snapshot_id).where(WithdrawalRow.article_id.in_(ids)))
    told_by = {number for number in (*(row.snapshot_id for row in versions), *proofs) if number is not None}
    fetched = select(SnapshotRow.url_id).where(SnapshotRow.id.in_(told_by))
    urls = set(source.scalars(select(UrlRow.id).where(or_(UrlRow.article_id.in_(ids), UrlRow.id.in_(fetched)))))
    named = [
        *source.scalars(select(ArticleRow.source_key).where(ArticleRow.id.in_(ids))),
        *source.scalars(select(UrlRow.source_key).where(UrlRow.id.in_(urls))),
    ]
    return {
        "source": {key for key in named if key is not None},
        "article": set(ids),
        "url": urls,
        "snapshot": set(source.scalars(select(SnapshotRow.id).where(SnapshotRow.url_id.in_(urls)))),
        "version": {row.id for row in versions},
    }


def _rows(source: Connection, taken: Mapping[str, set[object]]) -> Iterator[tuple[Table, list[dict[str, object]]]]:
    """Yield the selected rows, table by table, none before the rows it refers to."""
    for name in _OWN:
        table = Base.metadata.tables[name]
        (key,) = table.primary_key.columns
        yield table, [dict(row._mapping) for row in source.execute(select(table).where(key.in_(taken[name])))]


def _absent(target: Connection, table: Table, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return those rows that no earlier batch has copied."""
    (key,) = table.primary_key.columns
    there = set(target.scalars(select(key).where(key.in_([row[key.name] for row in rows]))))
    return [row for row in rows if row[key.name] not in there]


def _followers(source: Connection, taken: Mapping[str, set[object]]) -> Iterator[tuple[Table, list[dict[str, object]]]]:
    """Yield rows of all other tables that refer to one of the selected rows."""
    there = set(inspect(source).get_table_names())
    for table in Base.metadata.sorted_tables:
        if table.name in _OWN or table.name in _LEFT_BEHIND or table.name not in there:
            continue
        names = {name: link for name, link in _links(table).items() if link != "source"}
        if names:
            wanted = or_(*(table.c[name].in_(taken[link]) for name, link in names.items()))
            yield table, [dict(row._mapping) for row in source.execute(select(table).where(wanted))]


def _links(table: Table) -> dict[str, str]:
    """Return the columns that refer to a copied table, with that table's name: foreign keys, or `article_id`."""
    links = {key.parent.name: key.column.table.name for key in table.foreign_keys if key.column.table.name in _OWN}
    return ({"article_id": "article"} if "article_id" in table.c else {}) | links


def _is_whole(target: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Whether all rows it refers to have been copied; if not, it is copied with a later batch, or never."""
    for name, link in _links(table).items():
        (key,) = table.metadata.tables[link].primary_key.columns
        if row[name] is not None and target.scalar(select(key).where(key == row[name])) is None:
            return False
    return True


def _adapted(
    table: Table, row: dict[str, object], taken: Mapping[str, set[object]], records: RecordCopier
) -> dict[str, object]:
    """Adapt a row to the copy: no lease, no missing article, its WARC record in a file of the copy."""
    if table.name == "url":
        known = row["article_id"] in taken["article"]
        row |= {"lease_owner": None, "lease_until": None, "article_id": row["article_id"] if known else None}
    if table.name == "snapshot":
        row |= records.moved(row)
    return row


def _insert(target: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    """Insert missing rows; a URL that was copied with another article before now gets its own."""
    if not rows:
        return
    statement = insert(table)
    if table.name == "url":
        own = statement.excluded.article_id
        statement = statement.on_conflict_do_update(
            index_elements=["id"], set_={"article_id": own}, where=own.is_not(None)
        )
    else:
        statement = statement.on_conflict_do_nothing()
    target.execute(statement, rows)
