"""Store imported articles that the archive does not know: many in a transaction, with one statement a table.

`storage.operations.imports` compares each article with what is known of its URL, in some twenty statements. Most
articles of an import have URLs that the archive does not know, so there is nothing to compare: one look-up for all of
them tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import BindParameter, Connection, Select, Table, bindparam, insert, select

from storage.archive import Archive
from storage.crawl_state.frontier import url_row
from storage.database.engine import utc_now
from storage.database.rows import snapshot_values
from storage.database.tables.core import ArticleRow, SnapshotRow, SourceRow, UrlRow, VersionRow
from storage.database.tables.withdrawals import WithdrawalRow
from storage.database.types import TableRow
from storage.model.address import Discovered
from storage.operations.import_entry import Imported, ImportEntry
from storage.operations.prepared import PreparedArticle, prepare
from storage.saving.near_duplicates import NewText, StoryClusters
from storage.search.document import Document

_urls = cast(Table, UrlRow.__table__)
_articles = cast(Table, ArticleRow.__table__)
_versions = cast(Table, VersionRow.__table__)
_snapshots = cast(Table, SnapshotRow.__table__)
_withdrawals = cast(Table, WithdrawalRow.__table__)
_sources = cast(Table, SourceRow.__table__)

_hashes: BindParameter[str] = bindparam("hashes", expanding=True)
_KNOWN_URLS = select(_urls.c.key_hash, _urls.c.article_id).where(_urls.c.key_hash.in_(_hashes))
_KNOWN_ARTICLES = select(
    _articles.c.key_hash, _articles.c.id, _articles.c.text_hash, _articles.c.fetched_at, _articles.c.first_seen_at
).where(_articles.c.key_hash.in_(_hashes))
_ARTICLE_IDS = select(_articles.c.key_hash, _articles.c.id).where(_articles.c.key_hash.in_(_hashes))
_VERSION_IDS = select(_versions.c.article_id, _versions.c.id).where(
    _versions.c.article_id.in_(bindparam("ids", expanding=True))
)
_URL_IDS = select(_urls.c.key_hash, _urls.c.id).where(_urls.c.key_hash.in_(_hashes))
_SNAPSHOT_IDS = select(_snapshots.c.url_id, _snapshots.c.id).where(
    _snapshots.c.url_id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _New:
    """An article to be stored."""

    entry: ImportEntry
    rows: PreparedArticle
    source: str | None

    @property
    def key_hash(self) -> str:
        return self.rows.key_hash


def put_simple_entries(archive: Archive, connection: Connection, entries: Sequence[ImportEntry]) -> dict[int, Imported]:
    """Store the new articles among some hundred entries, and tell which of the others are stored exactly as they are.

    Runs in the caller's transaction. Returns results by position; an entry without one must be compared with what is
    known of its URL, after those that were stored here.
    """
    rows = [entry.prepared or prepare(entry.visit, entry.origin) for entry in entries]
    hashes = [one.key_hash for one in rows if one is not None]
    urls = {row.key_hash: row.article_id for row in connection.execute(_KNOWN_URLS, {"hashes": hashes})}
    held = {row.key_hash: row for row in connection.execute(_KNOWN_ARTICLES, {"hashes": hashes})}
    sources = set(connection.scalars(select(_sources.c.key)))
    done: dict[int, Imported] = {}
    new: dict[int, _New] = {}
    taken = set(urls) | set(held)
    for position, (entry, one) in enumerate(zip(entries, rows, strict=True)):
        visit = entry.visit
        if one is None or visit.article_key not in (None, visit.key):
            continue
        digest = one.key_hash
        if digest not in taken:
            taken.add(digest)
            new[position] = _New(entry=entry, rows=one, source=visit.source if visit.source in sources else None)
        elif digest in held and urls.get(digest) == held[digest].id and _is_stored(held[digest], entry, one):
            done[position] = Imported(result="same", article_id=held[digest].id)
    ids = _insert(archive, connection, list(new.values())) if new else {}
    return done | {at: Imported(result="new", article_id=ids[one.key_hash]) for at, one in new.items()}


def _is_stored(held: TableRow, entry: ImportEntry, rows: PreparedArticle) -> bool:
    """Whether an entry says nothing that its article's row does not hold: the same text at the same time."""
    if entry.visit.snapshot is not None or (entry.dated and rows.fetched_at != held.fetched_at):
        return False
    return bool((not entry.dated or rows.first_seen_at >= held.first_seen_at) and rows.text_hash == held.text_hash)


def _insert(archive: Archive, connection: Connection, new: Sequence[_New]) -> dict[str, int]:
    """Insert the rows of articles; return their numbers by `key_hash`."""
    connection.execute(insert(_articles), [one.rows.article | {"source_key": one.source} for one in new])
    ids = _by_hash(connection, _ARTICLE_IDS, new)
    connection.execute(insert(_urls), [_url_row(one, ids[one.key_hash]) for one in new])
    snapshots = _insert_snapshots(connection, [one for one in new if one.entry.visit.snapshot is not None])
    connection.execute(
        insert(_versions),
        [
            one.rows.version | {"article_id": ids[one.key_hash], "snapshot_id": snapshots.get(one.key_hash)}
            for one in new
        ],
    )
    gone = [row for one in new if (row := _withdrawal_row(one, ids[one.key_hash])) is not None]
    if gone:
        connection.execute(insert(_withdrawals), gone)
    versions = {row.article_id: row.id for row in connection.execute(_VERSION_IDS, {"ids": list(ids.values())})}
    archive.index_new(connection, [_document(one, ids[one.key_hash], versions) for one in new])
    StoryClusters.on(connection).add_new(
        [
            NewText(
                article_id=ids[one.key_hash],
                signature=one.entry.visit.signature,
                bands=one.rows.bands,
                credits=one.entry.visit.credits,
            )
            for one in new
            if one.entry.visit.signature is not None
        ]
    )
    return ids


def _by_hash(connection: Connection, statement: "Select[*tuple[object, ...]]", new: Sequence[_New]) -> dict[str, int]:
    """Numbers of rows by `key_hash`, in the order of the articles."""
    found = {row.key_hash: row.id for row in connection.execute(statement, {"hashes": [one.key_hash for one in new]})}
    return {one.key_hash: found[one.key_hash] for one in new}


def _url_row(one: _New, article_id: int) -> dict[str, object]:
    visit = one.entry.visit
    link = Discovered(url=visit.url, key=visit.key, source=one.source, how="import", via=one.entry.origin.file)
    fetched_at = visit.snapshot.fetched_at if visit.snapshot else None
    return url_row(link, now=utc_now()) | {"state": "done", "article_id": article_id, "fetched_at": fetched_at}


def _document(one: _New, article_id: int, versions: Mapping[int, int]) -> Document:
    return replace(one.rows.document, article_id=article_id, version_id=versions[article_id], source=one.source)


def _insert_snapshots(connection: Connection, new: Sequence[_New]) -> dict[str, int]:
    """Insert the fetches that are known; return their numbers by `key_hash`."""
    if not new:
        return {}
    urls = _by_hash(connection, _URL_IDS, new)
    rows = [
        {"url_id": urls[one.key_hash], "source_key": one.source, "outcome": "new", **snapshot_values(snapshot)}
        for one in new
        if (snapshot := one.entry.visit.snapshot) is not None
    ]
    connection.execute(insert(_snapshots), rows)
    made = {row.url_id: row.id for row in connection.execute(_SNAPSHOT_IDS, {"ids": list(urls.values())})}
    return {digest: made[url_id] for digest, url_id in urls.items()}


def _withdrawal_row(one: _New, article_id: int) -> dict[str, object] | None:
    origin = one.entry.origin
    if origin.withdrawn_at is None or origin.withdrawn_how is None:
        return None
    return {
        "article_id": article_id,
        "how": origin.withdrawn_how,
        "noticed_at": origin.withdrawn_at,
        "last_seen_at": one.rows.fetched_at,
    }
