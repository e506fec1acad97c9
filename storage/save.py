"""The one transaction: article, version, snapshot, new links and frontier state change together or not at all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from storage.article import Article, NotArticle
from storage.copies import Stories
from storage.frontier import BACK_OFF_S, MAX_ATTEMPTS, Discovered, add_links
from storage.hygiene import safe_article, safe_line
from storage.models import ArticleRow, SnapshotRow, SourceRow, UrlRow, VersionRow, key_hash
from storage.rows import StoredArticle, article_values, snapshot_values, sort_instant, text_hash, version_values
from storage.search.base import SearchEngine
from storage.versions import content_hash
from storage.visit import Failure, Result, Stored, Visit

_urls = cast(Table, UrlRow.__table__)


def save(session: Session, visit: Visit, *, now: datetime, search: SearchEngine) -> Stored:
    """Store a visit inside the caller's transaction. Returns "lost", with nothing stored, if its lease has passed to another."""
    row = _url_of(session, visit, now=now)
    if row is None:
        return Stored(result="lost")
    snapshot = _add_snapshot(session, row, visit)
    new_urls = add_links(session.connection(), visit.links, now=now)
    if isinstance(visit.outcome, Failure):
        stored = _save_failure(row, visit.outcome, claimed=visit.claim is not None, now=now)
    elif isinstance(visit.outcome, NotArticle):
        _settle(row, state="not_article", reason=visit.outcome.reason)
        stored = Stored(result="not_article")
    else:
        stored = _save_article(session, row, snapshot, visit, safe_article(visit.outcome), now=now, search=search)
    return replace(stored, new_urls=new_urls)


def _url_of(session: Session, visit: Visit, *, now: datetime) -> UrlRow | None:
    """The frontier row of a visit, locked; None if its lease is lost. A capture makes the row if need be."""
    claim = visit.claim
    if claim is not None:
        held = (UrlRow.lease_owner == claim.owner, UrlRow.attempts == claim.attempts, UrlRow.state == "pending")
        return session.scalar(select(UrlRow).where(UrlRow.id == claim.id, *held).with_for_update())
    known = visit.source is not None and session.get(SourceRow, visit.source) is not None
    link = Discovered(url=visit.url, key=visit.key, source=visit.source if known else None, how="capture")
    add_links(session.connection(), [link], now=now)
    return session.scalar(select(UrlRow).where(UrlRow.key_hash == key_hash(visit.key)).with_for_update())


def _add_snapshot(session: Session, row: UrlRow, visit: Visit) -> SnapshotRow | None:
    if visit.snapshot is None:
        return None
    snapshot = SnapshotRow(url_id=row.id, **snapshot_values(visit.snapshot))
    session.add(snapshot)
    session.flush()
    row.fetched_at = visit.snapshot.fetched_at
    row.etag, row.last_modified = visit.snapshot.etag, visit.snapshot.last_modified
    return snapshot


def _settle(row: UrlRow, *, state: str, reason: str | None = None) -> None:
    row.state, row.reason = state, reason
    row.lease_owner = row.lease_until = None


def _save_failure(row: UrlRow, failure: Failure, *, claimed: bool, now: datetime) -> Stored:
    reason = safe_line(failure.reason, limit=300)
    if not claimed and row.state != "pending" and not failure.gone:
        return Stored(result="failed", article_id=row.article_id)  # a failed capture undoes nothing that was finished
    if failure.gone:
        _settle(row, state="gone", reason=reason)
        return Stored(result="gone", article_id=row.article_id)
    if failure.final or row.attempts >= MAX_ATTEMPTS:
        _settle(row, state="failed", reason=reason)
        return Stored(result="failed")
    wait = failure.retry_after_s
    if wait is None:
        wait = BACK_OFF_S[min(max(row.attempts, 1), len(BACK_OFF_S)) - 1]
    _settle(row, state="pending", reason=reason)
    row.next_attempt_at = now + timedelta(seconds=wait)
    return Stored(result="retry")


def _save_article(
    session: Session,
    row: UrlRow,
    snapshot: SnapshotRow | None,
    visit: Visit,
    article: Article,
    *,
    now: datetime,
    search: SearchEngine,
) -> Stored:
    key = visit.article_key or visit.key
    result: Result
    found = session.scalar(select(ArticleRow).where(ArticleRow.key_hash == key_hash(key)).with_for_update())
    if found is None:
        result, held = "new", _add_article(session, row, snapshot, article, key=key, now=now)
    elif key != visit.key and key not in visit.aliases:
        # A twin (AMP, mobile, printing) names an article that is already here. It never edits it.
        result, held = "same", found
    else:
        result, held = _update_article(session, found, snapshot, article, now=now), found
    session.flush()
    search.index(session.connection(), held.id)
    _settle(row, state="done")
    row.article_id = held.id
    _settle_aliases(session, visit, held, now=now)
    if visit.signature is not None and result != "same":
        session.flush()
        Stories(session, now=now).add(held.id, visit.signature, credits=visit.credits)  # last: it may take a lock
    return Stored(result=result, article_id=held.id)


def _add_article(
    session: Session, row: UrlRow, snapshot: SnapshotRow | None, article: Article, *, key: str, now: datetime
) -> ArticleRow:
    first_seen_at = article.fetched_at
    held = ArticleRow(
        key=key,
        key_hash=key_hash(key),
        source_key=row.source_key,
        version=1,
        first_seen_at=first_seen_at,
        sort_at=sort_instant(article, first_seen_at=first_seen_at),
        **article_values(article),
    )
    session.add(held)
    session.flush()
    _add_version(session, held, article, number=1, cause="page", snapshot_id=snapshot.id if snapshot else None, now=now)
    return held


def _versions(session: Session, held: ArticleRow) -> tuple[list[VersionRow], VersionRow]:
    """All versions of an article, oldest first, and the one shown."""
    statement = select(VersionRow).where(VersionRow.article_id == held.id).order_by(VersionRow.number)
    versions = list(session.scalars(statement))
    return versions, next(version for version in versions if version.number == held.version)


def _update_article(
    session: Session, held: ArticleRow, snapshot: SnapshotRow | None, article: Article, *, now: datetime
) -> Literal["same", "changed"]:
    """Bring a known article up to date: "same", or "changed" where it now says what no version of it said.

    Counters, "read also" and cosmetic differences are no change, nor is the return of an earlier version: a page that
    flips between two forms is reported once.
    """
    versions, shown = _versions(session, held)
    known = _saying(article, [shown, *reversed(versions)])
    if known is None:
        ours = (shown.extractor_version, shown.rules_version) != (article.extractor_version, article.rules_version)
        number, snapshot_id = versions[-1].number + 1, snapshot.id if snapshot else None
        cause = "rules" if ours else "page"
        version = _add_version(session, held, article, number=number, cause=cause, snapshot_id=snapshot_id, now=now)
        held.changed_at = now
    else:
        version = known
    version.last_seen_at = now
    held.version = version.number
    wording = {"title": version.title, "text": version.text, "text_hash": version.text_hash}
    for column, value in (article_values(article) | wording).items():
        setattr(held, column, value)
    held.sort_at = sort_instant(article, first_seen_at=held.first_seen_at)
    return "same" if known else "changed"


def _saying(article: Article, versions: Sequence[VersionRow]) -> VersionRow | None:
    """The first of these versions that says what the article says; None if none does."""
    exact = text_hash(article)
    same = next((version for version in versions if version.text_hash == exact), None)
    if same is not None:
        return same
    content = content_hash(article.title, article.text)
    return next((version for version in versions if content_hash(version.title, version.text) == content), None)


def _add_version(
    session: Session,
    held: ArticleRow,
    article: Article,
    *,
    number: int,
    cause: str,
    snapshot_id: int | None,
    now: datetime,
    last_seen_at: datetime | None = None,
) -> VersionRow:
    version = VersionRow(
        article_id=held.id,
        number=number,
        snapshot_id=snapshot_id,
        cause=cause,
        first_seen_at=now,
        last_seen_at=last_seen_at or now,
        **version_values(article),
    )
    session.add(version)
    session.flush()
    return version


def _settle_aliases(session: Session, visit: Visit, held: ArticleRow, *, now: datetime) -> None:
    """Mark every other address of the same page as done, so that it is not fetched again; unknown ones are added.

    A row that somebody holds a lease on is left to its owner, who will find the article there.
    """
    aliases = {*visit.aliases, visit.article_key or visit.key} - {visit.key}
    if not aliases:
        return
    links = [
        Discovered(url=held.url if key == held.key else key, key=key, source=held.source_key, how="redirect")
        for key in sorted(aliases)
    ]
    connection = session.connection()
    add_links(connection, links, now=now)
    free = (_urls.c.state == "pending", _urls.c.lease_owner.is_(None))
    same = update(_urls).where(_urls.c.key_hash.in_([key_hash(key) for key in aliases]), *free)
    connection.execute(same.values(state="done", reason="alias", article_id=held.id, fetched_at=now))


#: text: another wording; about: only what is known about it; moved: a visit has come since the page was read.
Revision = Literal["text", "about", "same", "moved"]


def revise(
    session: Session, article_id: int, article: Article, *, now: datetime, read: StoredArticle | None = None
) -> Revision:
    """Bring a known article to what our rules, not the newspaper, make of the same page. The caller indexes it.

    Another title or text is a version whose cause is "rules"; anything else that is known better (dates, authors,
    section ...) changes the article alone. The snapshot stays that of the version shown, and so does the time of
    fetching. `read`: the article as it was when its page was read again; nothing is done if it is another by now.
    """
    held = session.get_one(ArticleRow, article_id, with_for_update=True)
    if read is not None and (held.text_hash, held.fetched_at) != (read.text_hash, read.article.fetched_at):
        return "moved"
    article = replace(safe_article(article), fetched_at=held.fetched_at)
    versions, shown = _versions(session, held)
    exact = text_hash(article)
    version = next((one for one in versions if one.text_hash == exact), None)
    if version is None:
        version = _add_version(
            session,
            held,
            article,
            number=versions[-1].number + 1,
            cause="rules",
            snapshot_id=shown.snapshot_id,
            now=now,
            last_seen_at=shown.last_seen_at,
        )
    worded = held.text_hash != exact
    held.version = version.number
    version.last_seen_at = max(version.last_seen_at, shown.last_seen_at)
    about = _set(held, article_values(article)) | _set(version, version_values(article))
    held.sort_at = sort_instant(article, first_seen_at=held.first_seen_at)
    return "text" if worded else "about" if about else "same"


def _set(row: ArticleRow | VersionRow, values: dict[str, Any]) -> bool:
    """Set the columns of a row that hold something else; whether any did."""
    other = {column: value for column, value in values.items() if getattr(row, column) != value}
    for column, value in other.items():
        setattr(row, column, value)
    return bool(other)
