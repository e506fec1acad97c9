"""Withdrawals: the signs that an article is gone from where it stood, when they count, and when it is back.

404 and 410 count at once. A redirect to where no such article is, and a page without its text, may be a mishap of an
hour: they count when a second look finds them again `CONFIRM_S` later, and until then nothing is claimed. No sign counts
while it is rather the whole site's than the article's (storage/saving/outage.py); then looks follow at growing distances.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.crawl_state.revisit_schedule import CONFIRM_S, confirmation, next_return, recheck
from storage.database.rows import snapshot_from
from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow
from storage.database.tables.withdrawals import WithdrawalRow
from storage.model.article import Article, NotArticle
from storage.model.visit import Failure, Snapshot, Stored, Visit
from storage.saving.outage import STANDS_S, is_of_the_site, look_soon_at_the_others
from storage.versions import is_emptied, same_title

#: What stands before a page rather than in its place: it says nothing of the article behind it.
BARRIERS = frozenset({"challenge", "login_wall"})
#: What a page is where its text was taken out, or a notice put in its place.
_EMPTY = frozenset({"soft_404", "no_text", "too_short"})
#: What a whole site in trouble says of itself on every page (of `NotArticle.detail`, folded): nothing about the article.
_TROUBLE = (
    "maintenance",
    "construction",
    "database connection",
    "suspended",
    "site is currently",
    "صيانه",
    "الانشاء",
    "التطوير",
)
#: Fetches that say neither that an article is there nor that it is gone.
_SILENT = ("retry", "failed", "not_article")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A time for which an article was gone from where it stood. Instants are in UTC."""

    #: "http 404", "http 410", "redirected", "emptied".
    how: str
    #: When it was known to be gone; taken down at some time between `last_seen_at` and this.
    noticed_at: datetime
    last_seen_at: datetime
    #: When it was seen to be back; None while it is gone.
    ended_at: datetime | None
    #: The fetch that proves it; None where the answer was not recorded.
    proof: Snapshot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A sign that an article is gone."""

    #: "http 404", "http 410", "redirected", "emptied": as `withdrawal.how`.
    how: str
    #: It needs no second look.
    sure: bool = False


def sign_of(visit: Visit, held: ArticleRow) -> Sign | None:
    """What a visit of an article's own address says of its being gone; None: nothing."""
    outcome = visit.outcome
    if isinstance(outcome, Failure):
        return Sign(how=outcome.reason, sure=True) if outcome.gone else None
    how: Literal["redirected", "emptied"] = "redirected" if visit.aliases else "emptied"
    if isinstance(outcome, NotArticle):
        if outcome.reason in BARRIERS or any(word in outcome.detail for word in _TROUBLE):
            return None
        if outcome.reason == "home":
            return Sign(how="redirected")
        return Sign(how=how) if visit.aliases or outcome.reason in _EMPTY else None
    if not isinstance(outcome, Article):
        return None
    if is_emptied(held.text, outcome.text):
        return Sign(how=how)
    return Sign(how=how) if leads_elsewhere(visit, held, outcome) else None


def leads_elsewhere(visit: Visit, held: ArticleRow, article: Article) -> bool:
    """Whether an address now sends its readers to another article than the one that stood there."""
    moved = bool(visit.aliases) and held.key not in (visit.article_key or visit.key, *visit.aliases)
    return moved and not same_title(held.title, article.title) and held.text != article.text


def withdrawals(session: Session, article_id: int) -> list[Withdrawal]:
    """Every withdrawal of an article, oldest first."""
    statement = (
        select(WithdrawalRow, SnapshotRow)
        .outerjoin(SnapshotRow, SnapshotRow.id == WithdrawalRow.snapshot_id)
        .where(WithdrawalRow.article_id == article_id)
        .order_by(WithdrawalRow.id)
    )
    return [
        Withdrawal(
            how=row.how,
            noticed_at=row.noticed_at,
            last_seen_at=row.last_seen_at,
            ended_at=row.ended_at,
            proof=snapshot_from(snapshot),
        )
        for row, snapshot in session.execute(statement)
    ]


def current_withdrawal(session: Session, held: ArticleRow) -> WithdrawalRow | None:
    """The withdrawal that holds now; None if the article stands."""
    rows = select(WithdrawalRow).where(WithdrawalRow.article_id == held.id, WithdrawalRow.ended_at.is_(None))
    return session.scalar(rows.order_by(WithdrawalRow.id.desc()).limit(1))


def record_absence(
    session: Session,
    row: UrlRow,
    held: ArticleRow,
    snapshot: SnapshotRow | None,
    visit: Visit,
    sign: Sign,
    *,
    now: datetime,
) -> Stored:
    """Note a sign; the row is settled, with its next look."""
    row.reason = sign.how
    withdrawn = current_withdrawal(session, held)
    if withdrawn is None:
        next_look = _doubt(session, row, held, snapshot, visit, sign, now=now)
        if next_look is not None:
            row.state = "done"
            row.revisit_at = next_look if visit.schedule else row.revisit_at
            return Stored(result="doubtful", article_id=held.id)
        withdrawn = _withdraw(session, held, snapshot, sign, now=now)
        result = Stored(result="withdrawn", article_id=held.id)
    else:
        result = Stored(result="gone", article_id=held.id)
    row.state = "gone" if sign.sure else "done"
    row.revisit_at = next_return(withdrawn.noticed_at, now=now, key=row.key_hash) if visit.schedule else None
    return result


def restored(session: Session, held: ArticleRow, *, now: datetime) -> bool:
    """Note that an article is there; whether it had been withdrawn."""
    withdrawn = current_withdrawal(session, held)
    held.withdrawn_at = held.withdrawn_how = None
    if withdrawn is None:
        return False
    withdrawn.ended_at = now
    return True


def _doubt(
    session: Session,
    row: UrlRow,
    held: ArticleRow,
    snapshot: SnapshotRow | None,
    visit: Visit,
    sign: Sign,
    *,
    now: datetime,
) -> datetime | None:
    """When to look again whether a sign is still there; None: it counts."""
    doubted = _doubted_since(session, row, snapshot)
    stood_s = (now - doubted).total_seconds() if doubted is not None else 0.0
    if not (sign.sure and stood_s >= STANDS_S) and is_of_the_site(session, row, held, visit, sure=sign.sure, now=now):
        after = recheck(stood_s, now=now)
        look_soon_at_the_others(session, row, held, at=after, now=now)
        return after
    if sign.sure or stood_s >= CONFIRM_S:
        return None
    return confirmation(doubted or now, now=now)


def _withdraw(
    session: Session, held: ArticleRow, snapshot: SnapshotRow | None, sign: Sign, *, now: datetime
) -> WithdrawalRow:
    withdrawn = WithdrawalRow(
        article_id=held.id,
        how=sign.how,
        noticed_at=now,
        last_seen_at=held.fetched_at,
        snapshot_id=snapshot.id if snapshot else None,
    )
    session.add(withdrawn)
    held.withdrawn_at, held.withdrawn_how = now, sign.how
    return withdrawn


def _doubted_since(session: Session, row: UrlRow, snapshot: SnapshotRow | None) -> datetime | None:
    """When the first of the looks was taken that have all found a sign, without a good one between; None: this is the first."""
    since = None
    before = select(SnapshotRow).where(SnapshotRow.url_id == row.id).order_by(SnapshotRow.id.desc())
    if snapshot is not None:
        before = before.where(SnapshotRow.id < snapshot.id)
    for earlier in session.scalars(before.limit(50)):
        if earlier.outcome == "doubtful":
            since = earlier.fetched_at
        elif earlier.outcome not in _SILENT:
            break
    return since
