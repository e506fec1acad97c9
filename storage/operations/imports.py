"""Import pages fetched elsewhere, or long ago, at their own point in time.

An imported page is not news: it changes nothing seen later, is not revisited, and an earlier text in it becomes an
earlier version. Records are identified by URL and time, so a file may be imported again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.archive import Archive
from storage.crawl_state.frontier import add_links
from storage.database.engine import utc_now
from storage.database.rows import article_row, snapshot_from, snapshot_values
from storage.database.tables.core import ArticleRow, SnapshotRow, SourceRow, UrlRow, VersionRow
from storage.database.tables.withdrawals import WithdrawalRow
from storage.database.values import article_values, key_hash, sort_instant, text_hash, version_values
from storage.model.address import Discovered
from storage.model.article import Article, NotArticle
from storage.model.sanitize import safe_article, safe_line
from storage.model.visit import Failure, Snapshot, Visit
from storage.operations.import_entry import Imported, ImportEntry, ImportResult
from storage.operations.new_articles import put_simple_entries
from storage.operations.origin import Origin
from storage.saving.alert_events import note_event
from storage.saving.near_duplicates import StoryClusters
from storage.versions import content_hash


def known_fetch(archive: Archive, key: str, *, at: datetime, sha256: str) -> Snapshot | None:
    """Return the fetch of this URL at this time with this payload; None if it is not in the archive."""
    found = (
        select(SnapshotRow)
        .join(UrlRow, UrlRow.id == SnapshotRow.url_id)
        .where(UrlRow.key_hash == key_hash(key), SnapshotRow.fetched_at == at, SnapshotRow.payload_sha256 == sha256)
    )
    with archive.reading() as connection, Session(connection) as session:
        return snapshot_from(session.scalar(found.limit(1)))


def known_addresses(archive: Archive, keys: Iterable[str]) -> set[str]:
    """Return those of some URLs (a few hundred) that the archive knows, fetched or not."""
    hashes = {key_hash(key): key for key in keys}
    with archive.reading() as connection:
        found = connection.scalars(select(UrlRow.key_hash).where(UrlRow.key_hash.in_(hashes)))
        return {hashes[one] for one in found}


def put_import(archive: Archive, visit: Visit, origin: Origin, *, dated: bool = True, alerts: bool = False) -> Imported:
    """Store an imported fetch, in one transaction.

    Args:
        visit: its snapshot gives the time; without one, `outcome.fetched_at` does. Links and aliases are ignored.
        dated: False: the fetch time is not known, and `outcome.fetched_at` is now.
        alerts: whether new and changed articles match alerts.
    """
    with archive.writing() as connection, Session(connection) as session:
        made = _put(archive, session, visit, origin, dated=dated)
        if alerts:
            _note(session, made, visit)
        return made


def put_imports(archive: Archive, entries: Sequence[ImportEntry], *, alerts: bool = False) -> list[Imported]:
    """Store some hundred fetches in one transaction: all of them or none. `alerts` as for `put_import`."""
    with archive.writing() as connection:
        done = put_simple_entries(archive, connection, entries)
        with Session(connection) as session:
            for position, one in enumerate(entries):
                if position not in done:
                    done[position] = _put(archive, session, one.visit, one.origin, dated=one.dated)
            made = [done[position] for position in range(len(entries))]
            for found, entry in zip(made, entries, strict=True) if alerts else ():
                _note(session, found, entry.visit)
        return made


def _note(session: Session, made: Imported, visit: Visit) -> None:
    """Note for the alerts what an import added; a text older than the one shown is no change of today."""
    if made.article_id is None or made.result not in ("new", "added") or not _shows(session, made.article_id, visit):
        return
    version = session.get_one(ArticleRow, made.article_id).version
    change = "new" if made.result == "new" else "changed"
    note_event(session, change, made.article_id, version=version, mark=str(version), now=utc_now())


def _put(archive: Archive, session: Session, visit: Visit, origin: Origin, *, dated: bool) -> Imported:
    connection = session.connection()
    row = _address(session, visit, origin)
    if row is None:
        return Imported(result="unknown")
    snapshot = _snapshot(session, row, visit.snapshot)
    if isinstance(visit.outcome, Article):
        made = _article(session, row, snapshot, visit, safe_article(visit.outcome), origin, dated=dated)
        session.flush()
        if made.article_id is not None:
            archive.index(connection, [made.article_id])
        if made.article_id is not None and visit.signature is not None and _shows(session, made.article_id, visit):
            StoryClusters(session).add(made.article_id, visit.signature, credits=visit.credits)
    else:
        made = _no_article(row, visit)
    if snapshot is not None:
        snapshot.outcome = {"added": "changed", "fetch": "failed"}.get(made.result, made.result)
        snapshot.reason = None if isinstance(visit.outcome, Article) else _reason(visit)
    session.flush()
    return made


def _address(session: Session, visit: Visit, origin: Origin) -> UrlRow | None:
    """Return the frontier's row; None if the fetch returned no page and the URL is unknown."""
    statement = select(UrlRow).where(UrlRow.key_hash == key_hash(visit.key)).with_for_update()
    row = session.scalar(statement)
    failed = isinstance(visit.outcome, Failure)
    if row is not None or (failed and visit.snapshot is not None and visit.snapshot.status not in (0, 200)):
        return row
    known = visit.source is not None and session.get(SourceRow, visit.source) is not None
    source = visit.source if known else None
    link = Discovered(url=visit.url, key=visit.key, source=source, how="import", via=origin.file)
    add_links(session.connection(), [link], now=utc_now())
    row = session.scalar(statement)
    if row is not None:
        row.state, row.reason = "failed" if failed else "not_article", _reason(visit)
    return row


def _snapshot(session: Session, row: UrlRow, snapshot: Snapshot | None) -> SnapshotRow | None:
    """Return the row of the fetch; None if nothing is known of it, or it exists already."""
    if snapshot is None:
        return None
    same = (
        SnapshotRow.url_id == row.id,
        SnapshotRow.fetched_at == snapshot.fetched_at,
        SnapshotRow.payload_sha256 == snapshot.payload_sha256,
    )
    if session.scalar(select(SnapshotRow.id).where(*same).limit(1)) is not None:
        return None
    made = SnapshotRow(url_id=row.id, source_key=row.source_key, **snapshot_values(snapshot))
    session.add(made)
    session.flush()
    row.fetched_at = max(row.fetched_at, snapshot.fetched_at) if row.fetched_at else snapshot.fetched_at
    return made


def _no_article(row: UrlRow, visit: Visit) -> Imported:
    """Store a fetch without an article; the state of the URL is unchanged."""
    if isinstance(visit.outcome, NotArticle):
        return Imported(result="not_article", article_id=row.article_id)
    return Imported(result="fetch", article_id=row.article_id)


def _reason(visit: Visit) -> str | None:
    reason = getattr(visit.outcome, "reason", None)
    return safe_line(reason, limit=300) if reason else None


def _article(
    session: Session,
    row: UrlRow,
    snapshot: SnapshotRow | None,
    visit: Visit,
    article: Article,
    origin: Origin,
    *,
    dated: bool,
) -> Imported:
    key = visit.article_key or visit.key
    held = session.scalar(select(ArticleRow).where(ArticleRow.key_hash == key_hash(key)).with_for_update())
    made: ImportResult
    if held is None:
        held = _new(session, row, snapshot, article, key, origin)
        made = "new"
    elif key != visit.key:
        made = "same"  # an alternative URL (AMP, print) never changes the article it names
    elif not dated:
        versions = session.scalars(select(VersionRow).where(VersionRow.article_id == held.id)).all()
        return Imported(result="same" if _saying(article, versions) else "undated", article_id=held.id)
    else:
        made = _placed(session, held, snapshot, article, origin)
    for one in {row, *_own_row(session, held, key, origin)}:
        _settle(one, held)
    return Imported(result=made, article_id=held.id)


def _own_row(session: Session, held: ArticleRow, key: str, origin: Origin) -> list[UrlRow]:
    """Return the row of the article's own URL, which may differ from the page's."""
    link = Discovered(url=held.url, key=key, source=held.source_key, how="import", via=origin.file)
    add_links(session.connection(), [link], now=utc_now())
    row = session.scalar(select(UrlRow).where(UrlRow.key_hash == key_hash(key)).with_for_update())
    return [row] if row is not None else []


def _settle(row: UrlRow, held: ArticleRow) -> None:
    """Settle a URL that no longer needs fetching; a leased or finished one is left unchanged."""
    if row.lease_owner is None and row.state in ("pending", "not_article", "failed") and row.article_id is None:
        row.state, row.reason, row.article_id = "done", None, held.id
        row.attempts = 0


def _new(
    session: Session, row: UrlRow, snapshot: SnapshotRow | None, article: Article, key: str, origin: Origin
) -> ArticleRow:
    held = article_row(
        article,
        key=key,
        source_key=row.source_key,
        first_seen_at=origin.first_seen_at or article.fetched_at,
        changed_at=origin.changed_at,
    )
    session.add(held)
    session.flush()
    _add_version(session, held, article, snapshot, number=1)
    if origin.withdrawn_at is not None and origin.withdrawn_how is not None:
        held.withdrawn_at, held.withdrawn_how = origin.withdrawn_at, origin.withdrawn_how
        gone = {"how": origin.withdrawn_how, "noticed_at": origin.withdrawn_at, "last_seen_at": article.fetched_at}
        session.add(WithdrawalRow(article_id=held.id, **gone))
    return held


def _placed(
    session: Session, held: ArticleRow, snapshot: SnapshotRow | None, article: Article, origin: Origin
) -> Literal["added", "same"]:
    """Add a fetch to a known article: "added" if no version has its text."""
    at = article.fetched_at
    ordered = select(VersionRow).where(VersionRow.article_id == held.id).order_by(VersionRow.number)
    versions = list(session.scalars(ordered))
    latest = at > held.fetched_at
    version = _saying(article, versions)
    made: Literal["added", "same"] = "same" if version else "added"
    if version is None:
        number = len(versions) + 1 if latest else 1 + sum(one.first_seen_at <= at for one in versions)
        # A different text from the same fetch: extraction rules differ, the newspaper did not change it.
        ours = at == held.fetched_at or any(one.first_seen_at == at for one in versions)
        _make_room(session, held, versions, number)
        version = _add_version(session, held, article, snapshot, number=number, cause="rules" if ours else "page")
        following = next((one.first_seen_at for one in versions if one.number > number), at)
        if not ours:
            held.changed_at = max(held.changed_at or following, following)
    version.first_seen_at = min(version.first_seen_at, at)
    version.last_seen_at = max(version.last_seen_at, at)
    held.first_seen_at = min(held.first_seen_at, origin.first_seen_at or at)
    if latest:
        held.version = version.number
        wording = {"title": version.title, "text": version.text, "text_hash": version.text_hash}
        for column, value in (article_values(article) | wording).items():
            setattr(held, column, value)
        held.sort_at = sort_instant(article, first_seen_at=held.first_seen_at)
    elif held.published is None:
        held.sort_at = held.first_seen_at
    return made


def _make_room(session: Session, held: ArticleRow, versions: Sequence[VersionRow], number: int) -> None:
    """Increment the version numbers from a number on, the last first: numbers must stay unique at every moment."""
    for version in reversed([one for one in versions if one.number >= number]):
        if held.version == version.number:
            held.version += 1
        version.number += 1
        session.flush()


def _saying(article: Article, versions: Sequence[VersionRow]) -> VersionRow | None:
    exact, content = text_hash(article), content_hash(article.title, article.text)
    same = next((one for one in versions if one.text_hash == exact), None)
    return same or next((one for one in versions if content_hash(one.title, one.text) == content), None)


def _add_version(
    session: Session,
    held: ArticleRow,
    article: Article,
    snapshot: SnapshotRow | None,
    *,
    number: int,
    cause: str = "page",
) -> VersionRow:
    version = VersionRow(
        article_id=held.id,
        number=number,
        snapshot_id=snapshot.id if snapshot else None,
        cause=cause,
        first_seen_at=article.fetched_at,
        last_seen_at=article.fetched_at,
        **version_values(article),
    )
    session.add(version)
    session.flush()
    return version


def _shows(session: Session, article_id: int, visit: Visit) -> bool:
    """Whether the article shows the imported text: an earlier one takes no part in near-duplicate search."""
    held = session.get_one(ArticleRow, article_id)
    return isinstance(visit.outcome, Article) and held.text_hash == text_hash(safe_article(visit.outcome))
