"""The one transaction: article, version, snapshot, new links and frontier state change together or not at all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from storage.crawl_state.frontier import BACK_OFF_S, MAX_ATTEMPTS, add_links, stored_at
from storage.database.rows import (
    StoredArticle,
    article_row,
    article_values,
    snapshot_values,
    sort_instant,
    text_hash,
    version_values,
)
from storage.database.tables.core import ArticleRow, SnapshotRow, SourceRow, UrlRow, VersionRow, key_hash
from storage.model.address import FINISHED, Discovered
from storage.model.article import Article
from storage.model.sanitize import safe_article, safe_line
from storage.model.visit import Alias, Failure, Result, Stored, Unchanged, Visit
from storage.saving.identity import article_with_key, believed_aliases, is_alike, move_to_own_url
from storage.saving.near_duplicates import StoryClusters
from storage.saving.revisits import look_again, save_silence, settle, stands_here
from storage.saving.withdrawals import record_absence, restored, sign_of
from storage.search.base import SearchEngine
from storage.versions import content_hash
from storage.versions.date_changes import is_comparable, redated

_urls = cast(Table, UrlRow.__table__)


def save(session: Session, visit: Visit, *, now: datetime, search: SearchEngine) -> Stored:
    """Store a visit inside the caller's transaction. Returns "lost", with nothing stored, if its lease has passed to another."""
    row = _url_of(session, visit, now=now)
    if row is None:
        return Stored(result="lost")
    held = _article_at(session, row)
    if held is not None and visit.elsewhere:
        visit = replace(visit, outcome=Failure(reason="leads to another site", final=True))
    row.revisits += held is not None
    snapshot = _add_snapshot(session, row, visit)
    new_urls = add_links(session.connection(), visit.links, now=now)
    sign = sign_of(visit, held) if held is not None else None
    outcome = visit.outcome
    reason = None if isinstance(outcome, (Article, Unchanged, Alias)) else outcome.reason
    if held is not None and sign is not None:
        stored, reason = record_absence(session, row, held, snapshot, visit, sign, now=now), reason or sign.how
        settle(row, state=row.state, reason=row.reason)
        session.flush()
        search.index(session.connection(), held.id)
    elif isinstance(outcome, Alias):
        stored = _save_alias(session, row, visit, outcome, now=now)
    elif isinstance(outcome, (Article, Unchanged)):
        stored, reason = _save_article(session, row, held, snapshot, visit, now=now, search=search)
    elif held is not None and row.state in FINISHED:
        stored = save_silence(session, row, held, visit, outcome, now=now)
    elif isinstance(outcome, Failure):
        stored = _save_failure(row, outcome, claimed=visit.claim is not None, now=now)
    else:
        settle(row, state="not_article", reason=outcome.reason)
        stored = Stored(result="not_article")
    if snapshot is not None:
        snapshot.outcome, snapshot.reason = stored.result, safe_line(reason, limit=300) if reason else None
    return replace(stored, new_urls=new_urls)


def _url_of(session: Session, visit: Visit, *, now: datetime) -> UrlRow | None:
    """The frontier row of a visit, locked; None if its lease is lost. A capture makes the row if need be."""
    claim = visit.claim
    if claim is not None:
        held = (UrlRow.lease_owner == claim.owner, UrlRow.attempts == claim.attempts, UrlRow.revisits == claim.looks)
        states = FINISHED if claim.revisit else ("pending",)
        locked = select(UrlRow).where(UrlRow.id == claim.id, UrlRow.state.in_(states), *held).with_for_update()
        return session.scalar(locked)
    known = visit.source is not None and session.get(SourceRow, visit.source) is not None
    link = Discovered(url=visit.url, key=visit.key, source=visit.source if known else None, how="capture")
    add_links(session.connection(), [link], now=now)
    return session.scalar(select(UrlRow).where(UrlRow.key_hash == key_hash(visit.key)).with_for_update())


def _article_at(session: Session, row: UrlRow) -> ArticleRow | None:
    """The article that stands at an address; None where none was found yet, or only another address of it."""
    if row.article_id is None:
        return None
    held = session.get_one(ArticleRow, row.article_id, with_for_update=True)
    return held if row.key_hash == held.key_hash or row.revisit_at is not None else None


def _add_snapshot(session: Session, row: UrlRow, visit: Visit) -> SnapshotRow | None:
    if visit.snapshot is None:
        return None
    snapshot = SnapshotRow(url_id=row.id, source_key=row.source_key, **snapshot_values(visit.snapshot))
    session.add(snapshot)
    session.flush()
    row.fetched_at = visit.snapshot.fetched_at
    return snapshot


def _save_failure(row: UrlRow, failure: Failure, *, claimed: bool, now: datetime) -> Stored:
    reason = safe_line(failure.reason, limit=300)
    if not claimed and row.state != "pending" and not failure.gone:
        return Stored(result="failed", article_id=row.article_id)  # a failed capture undoes nothing that was finished
    if failure.gone:
        settle(row, state="gone", reason=reason)
        return Stored(result="gone", article_id=row.article_id)
    if failure.final or row.attempts >= MAX_ATTEMPTS:
        settle(row, state="failed", reason=reason)
        return Stored(result="failed")
    wait = failure.retry_after_s
    if wait is None:
        wait = BACK_OFF_S[min(max(row.attempts, 1), len(BACK_OFF_S)) - 1]
    settle(row, state="pending", reason=reason)
    row.next_attempt_at = now + timedelta(seconds=wait)
    return Stored(result="retry")


def _save_article(
    session: Session,
    row: UrlRow,
    held: ArticleRow | None,
    snapshot: SnapshotRow | None,
    visit: Visit,
    *,
    now: datetime,
    search: SearchEngine,
) -> tuple[Stored, str | None]:
    """What became of the article, and in words what of it is other, where its text does not say so."""
    key = visit.article_key or visit.key
    result: Result
    reason = None
    article = safe_article(visit.outcome) if isinstance(visit.outcome, Article) else None
    found = held or article_with_key(session, key)
    if article is not None and found is not None and key not in visit.aliases and not is_alike(found, article):
        if held is None and key != visit.key:
            # The claim is false: its address holds another article.
            key, visit = visit.key, replace(visit, article_key=None)
            article, found = replace(article, url=visit.url), article_with_key(session, key)
        elif key == visit.key and move_to_own_url(session, found, row):
            found = None
    if article is None:
        found = found or session.get_one(ArticleRow, row.article_id)
        result = _found_unchanged(session, found, visit, now=now)
    elif found is None:
        result, found = "new", _add_article(session, row, snapshot, article, key=key, now=now)
    elif held is None and key != visit.key and key not in visit.aliases:
        # A twin (AMP, mobile, printing) names an article that is already here. It never edits it.
        result = "same"
    else:
        article = article if key == found.key else replace(article, url=found.url)
        result, reason = _update_article(session, row, found, snapshot, article, now=now)
    if result in ("same", "changed") and stands_here(row, found, visit) and restored(session, found, now=now):
        result = "restored"
    session.flush()
    search.index(session.connection(), found.id)
    settle(row, state="done")
    row.article_id = found.id
    _settle_aliases(session, visit, found, now=now)
    look_again(session, row, found, visit, new=result == "new", now=now)
    if visit.signature is not None and result != "same":
        session.flush()
        StoryClusters(session, now=now).add(
            found.id, visit.signature, credits=visit.credits
        )  # last: it may take a lock
    return Stored(result=result, article_id=found.id), reason


def _found_unchanged(session: Session, held: ArticleRow, visit: Visit, *, now: datetime) -> Literal["same"]:
    """The page holds what it held when it was last read."""
    assert isinstance(visit.outcome, Unchanged)
    _, shown = _versions(session, held)
    shown.last_seen_at = now
    held.fetched_at = visit.outcome.fetched_at
    return "same"


def _add_article(
    session: Session, row: UrlRow, snapshot: SnapshotRow | None, article: Article, *, key: str, now: datetime
) -> ArticleRow:
    held = article_row(article, key=key, source_key=row.source_key, first_seen_at=article.fetched_at)
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
    session: Session, row: UrlRow, held: ArticleRow, snapshot: SnapshotRow | None, article: Article, *, now: datetime
) -> tuple[Literal["same", "changed"], str | None]:
    """Bring a known article up to date: "same", or "changed" where it now says what no version of it said.

    Another date under the same words is a change, and no version: the reason says it (docs/decisions/0010). Counters, "read also" and cosmetic differences are no change, nor is the return of an earlier version: a page that
    flips between two forms is reported once.
    """
    versions, shown = _versions(session, held)
    known = _saying(article, [shown, *reversed(versions)])
    reason = None
    if known is None:
        number, snapshot_id = versions[-1].number + 1, snapshot.id if snapshot else None
        cause = "rules" if _is_same_page(session, shown, article, snapshot) else "page"
        version = _add_version(session, held, article, number=number, cause=cause, snapshot_id=snapshot_id, now=now)
        version.published = version.published if is_comparable(held, article) else shown.published
        held.changed_at = now
    else:
        version, reason = known, redated(session, row, held, article)
        if version.text_hash == text_hash(article):
            version.extractor_version, version.rules_version = article.extractor_version, article.rules_version
        if article.published and is_comparable(held, article):
            version.published = article.published.iso
    version.last_seen_at = now
    held.version = version.number
    wording = {"title": version.title, "text": version.text, "text_hash": version.text_hash}
    for column, value in (article_values(article) | wording).items():
        setattr(held, column, value)
    held.sort_at = sort_instant(article, first_seen_at=held.first_seen_at)
    return ("changed" if reason or not known else "same"), reason


def _is_same_page(session: Session, shown: VersionRow, article: Article, snapshot: SnapshotRow | None) -> bool:
    """Whether a new text was read from the same bytes as the one before: then our rules made it, not the newspaper."""
    earlier = session.get(SnapshotRow, shown.snapshot_id) if shown.snapshot_id is not None else None
    if earlier is not None and snapshot is not None:
        return earlier.payload_sha256 == snapshot.payload_sha256
    return (shown.extractor_version, shown.rules_version) != (article.extractor_version, article.rules_version)


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
    aliases = believed_aliases(visit, held)
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


def _save_alias(session: Session, row: UrlRow, visit: Visit, outcome: Alias, *, now: datetime) -> Stored:
    """One more address of a stored article; if that one is gone meanwhile, its page is asked for after all."""
    article_id = session.scalar(stored_at(outcome.key))
    if article_id is None:
        settle(row, state="pending")
        row.next_attempt_at = now
        return Stored(result="retry")
    settle(row, state="done", reason="alias")
    row.article_id, row.fetched_at = article_id, now
    _settle_aliases(session, visit, session.get_one(ArticleRow, article_id), now=now)
    return Stored(result="same", article_id=article_id)


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
