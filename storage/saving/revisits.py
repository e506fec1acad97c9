"""Looks: how a finished address is let go of, and when it is looked at again."""

from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from storage.crawl_state.frontier import MAX_ATTEMPTS
from storage.crawl_state.revisit_schedule import BACK_OFF_S, next_look, next_return
from storage.database.tables.core import ArticleRow, UrlRow
from storage.model.address import FINISHED
from storage.model.article import NotArticle
from storage.model.visit import Failure, Stored, Unchanged, Visit
from storage.saving.withdrawals import BARRIERS, current_withdrawal

#: How an address was found that is of today's news, though its article says no date.
_FRESH = ("feed", "news_sitemap", "section", "capture")

_urls = cast(Table, UrlRow.__table__)


def settle(row: UrlRow, *, state: str, reason: str | None = None) -> None:
    """Let go of a row. Where it will be claimed again for another reason than a failure, it begins at attempt 1."""
    row.state, row.reason = state, reason
    row.lease_owner = row.lease_until = None
    if state in FINISHED:
        row.attempts = 0


def stands_here(row: UrlRow, held: ArticleRow, visit: Visit) -> bool:
    """Whether a visit has seen the place where an article stands, and not a twin of it."""
    return row.key_hash == held.key_hash or held.key in visit.aliases or row.revisit_at is not None


def look_again(session: Session, row: UrlRow, held: ArticleRow, visit: Visit, *, new: bool, now: datetime) -> None:
    """Say when an article is looked at again: at one address, its own, whichever it was found by."""
    target: UrlRow | None = row
    if row.key_hash != held.key_hash and row.revisit_at is None and (not new or held.key in visit.aliases):
        if held.key not in visit.aliases:
            return
        # Who has it in hand sets its next look himself; to wait for him, who may wait for our article, would be a deadlock.
        locked = select(UrlRow).where(UrlRow.key_hash == held.key_hash).with_for_update(skip_locked=True)
        target = session.scalar(locked.execution_options(populate_existing=True))
    if target is None or (target is not row and (target.lease_owner is not None or target.state != "done")):
        return
    if visit.snapshot is not None and (target is not row or not visit.aliases):
        kept = isinstance(visit.outcome, Unchanged)  # a 304 need not name its validators again
        target.etag = visit.snapshot.etag or (target.etag if kept else None)
        target.last_modified = visit.snapshot.last_modified or (target.last_modified if kept else None)
    _plan(session, target, held, visit, now=now)
    others = update(_urls).where(_urls.c.article_id == held.id, _urls.c.id != target.id, _urls.c.lease_owner.is_(None))
    session.connection().execute(others.where(_urls.c.revisit_at.is_not(None)).values(revisit_at=None))


def save_silence(
    session: Session, row: UrlRow, held: ArticleRow, visit: Visit, outcome: NotArticle | Failure, *, now: datetime
) -> Stored:
    """A look that says nothing of the article: no answer, or what stands before it. The article stays as it is."""
    final = outcome.final if isinstance(outcome, Failure) else outcome.reason not in BARRIERS
    if visit.claim is None:
        return Stored(result="not_article" if isinstance(outcome, NotArticle) else "failed", article_id=held.id)
    attempts = row.attempts
    settle(row, state=row.state, reason=row.reason)
    if final or attempts >= MAX_ATTEMPTS:
        _plan(session, row, held, visit, now=now)
        return Stored(result="not_article" if isinstance(outcome, NotArticle) else "failed", article_id=held.id)
    wait = outcome.retry_after_s if isinstance(outcome, Failure) else None
    row.attempts = attempts
    row.revisit_at = now + timedelta(seconds=BACK_OFF_S[attempts - 1] if wait is None else wait)
    return Stored(result="retry", article_id=held.id)


def _plan(session: Session, row: UrlRow, held: ArticleRow, visit: Visit, *, now: datetime) -> None:
    """Set a row's next look. What was given by hand changes nothing of it."""
    if visit.claim is None and not visit.schedule:
        return
    withdrawn = current_withdrawal(session, held)
    if withdrawn is not None and visit.schedule:
        row.revisit_at = next_return(withdrawn.noticed_at, now=now, key=row.key_hash)
        return
    first, age = held.first_seen_at, _age_s(row, held)
    row.revisit_at = next_look(visit.schedule, first=first, age_s=age, now=now, key=row.key_hash)


def _age_s(row: UrlRow, held: ArticleRow) -> float | None:
    """How old an article was when it was first fetched, in seconds; None: undated, and found where old ones are too."""
    published = held.published_at
    if published is None and held.published_day:  # of a day alone: as young as it can be
        published = datetime.combine(date.fromisoformat(held.published_day), time.max, UTC)
    if published is None:
        return 0.0 if row.how in _FRESH else None
    return max(0.0, (held.first_seen_at - published).total_seconds())
