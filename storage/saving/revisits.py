"""Revisits of stored articles: at which URL, and when."""

from datetime import UTC, date, datetime, time
from typing import cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from storage.crawl_state.revisit_schedule import next_return, next_revisit
from storage.database.tables.core import ArticleRow, UrlRow
from storage.model.visit import Unchanged, Visit
from storage.saving.withdrawals import current_withdrawal

#: Ways of discovery that indicate today's news, even if its article has no date.
_FRESH = ("feed", "news_sitemap", "section", "capture")

_urls = cast(Table, UrlRow.__table__)


def schedule_revisit(
    session: Session, row: UrlRow, held: ArticleRow, visit: Visit, *, new: bool, now: datetime
) -> None:
    """Plan the next revisit of an article: at one URL, its own, whichever it was found by."""
    target: UrlRow | None = row
    if row.key_hash != held.key_hash and row.revisit_at is None and (not new or held.key in visit.aliases):
        if held.key not in visit.aliases:
            return
        # The owner of its lease plans its next revisit; waiting for that owner, who may wait for our article, is a
        # deadlock.
        locked = select(UrlRow).where(UrlRow.key_hash == held.key_hash).with_for_update(skip_locked=True)
        target = session.scalar(locked.execution_options(populate_existing=True))
    if target is None or (target is not row and (target.lease_owner is not None or target.state != "done")):
        return
    if visit.snapshot is not None and (target is not row or not visit.aliases):
        kept = isinstance(visit.outcome, Unchanged)  # a 304 need not repeat its validators
        target.etag = visit.snapshot.etag or (target.etag if kept else None)
        target.last_modified = visit.snapshot.last_modified or (target.last_modified if kept else None)
    plan_revisit(session, target, held, visit, now=now)
    if new and target is row and not visit.aliases:  # no other URL leads to it yet
        return
    others = update(_urls).where(_urls.c.article_id == held.id, _urls.c.id != target.id, _urls.c.lease_owner.is_(None))
    session.connection().execute(others.where(_urls.c.revisit_at.is_not(None)).values(revisit_at=None))


def plan_revisit(session: Session, row: UrlRow, held: ArticleRow, visit: Visit, *, now: datetime) -> None:
    """Set the next revisit of a row. A page given by hand changes nothing of it."""
    if visit.claim is None and not visit.schedule:
        return
    withdrawn = current_withdrawal(session, held)
    if withdrawn is not None and visit.schedule:
        row.revisit_at = next_return(withdrawn.noticed_at, now=now, key=row.key_hash)
        return
    first, age = held.first_seen_at, _age_s(row, held)
    row.revisit_at = next_revisit(visit.schedule, first=first, age_s=age, now=now, key=row.key_hash)


def _age_s(row: UrlRow, held: ArticleRow) -> float | None:
    """Return the age of an article at its first fetch, in seconds; None: undated, and possibly old."""
    published = held.published_at
    if published is None and held.published_day:  # only a day is known: assume the youngest
        published = datetime.combine(date.fromisoformat(held.published_day), time.max, UTC)
    if published is None:
        return 0.0 if row.how in _FRESH else None
    return max(0.0, (held.first_seen_at - published).total_seconds())
