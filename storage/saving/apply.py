"""Applying the plan of a visit to the rows, inside the caller's transaction."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from storage.crawl_state.frontier import add_links
from storage.database.rows import article_row
from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow, VersionRow
from storage.database.tables.withdrawals import WithdrawalRow
from storage.database.values import article_values, key_hash, sort_instant, version_values
from storage.model.address import FINISHED, Discovered
from storage.model.article import Article
from storage.saving.identity import believed_aliases, move_to_own_url
from storage.saving.load import Loaded
from storage.saving.near_duplicates import StoryClusters
from storage.saving.other_visits import hasten_others
from storage.saving.plan import AbsencePlan, KnownVersion, NewArticle, NewVersion, Plan, SeenAgain, UrlPlan
from storage.saving.revisits import plan_revisit, schedule_revisit
from storage.saving.withdrawals import current_withdrawal
from storage.search.base import SearchEngine


def apply(
    session: Session, loaded: Loaded, plan: Plan, snapshot: SnapshotRow | None, *, now: datetime, search: SearchEngine
) -> int | None:
    """Apply the plan to the rows. Returns the id of the visit's article; None if there is none."""
    row, visit = loaded.row, loaded.visit
    if plan.text is not None and plan.absence is None:
        return _text(session, loaded, plan, snapshot, now=now, search=search)
    _note_fetch(row, snapshot)
    if plan.absence is not None:
        return _absence(session, loaded, plan, plan.absence, snapshot, now=now, search=search)
    if plan.url is not None:
        _settle(row, plan.url)
    if plan.alias_of is not None:
        row.article_id, row.fetched_at = plan.alias_of, now
        held = session.get_one(ArticleRow, plan.alias_of)
        _settle_aliases(session, believed_aliases(visit, held), held, now=now)
    if plan.silence is not None:
        if plan.silence.plans_next:
            plan_revisit(session, row, loaded.articles[plan.silence.article_id], visit, now=now)
        if plan.silence.retry_at is not None:
            row.revisit_at = plan.silence.retry_at
    return plan.article_id


def _note_fetch(row: UrlRow, snapshot: SnapshotRow | None) -> None:
    if snapshot is not None:
        row.fetched_at = snapshot.fetched_at


def _settle(row: UrlRow, plan: UrlPlan) -> None:
    """End the lease. A finished URL is claimed again for another reason than a failure, so it begins at attempt 1."""
    row.state, row.reason = plan.state, plan.reason
    row.lease_owner = row.lease_until = None
    if plan.state in FINISHED and not plan.keep_attempts:
        row.attempts = 0
    if plan.next_attempt_at is not None:
        row.next_attempt_at = plan.next_attempt_at


def _absence(
    session: Session,
    loaded: Loaded,
    plan: Plan,
    absence: AbsencePlan,
    snapshot: SnapshotRow | None,
    *,
    now: datetime,
    search: SearchEngine,
) -> int:
    row, held = loaded.row, loaded.articles[absence.article_id]
    if absence.hasten_others_to is not None:
        hasten_others(session, row, held.id, at=absence.hasten_others_to, now=now)
    if absence.withdraw is not None:
        withdrawal = WithdrawalRow(
            article_id=held.id,
            how=absence.withdraw,
            noticed_at=now,
            last_seen_at=held.fetched_at,
            snapshot_id=snapshot.id if snapshot else None,
        )
        session.add(withdrawal)
        held.withdrawn_at, held.withdrawn_how = now, absence.withdraw
    if absence.sets_revisit:
        row.revisit_at = absence.revisit_at
    if plan.url is not None:
        _settle(row, plan.url)
    session.flush()
    search.index(session.connection(), held.id)
    return held.id


def _text(
    session: Session, loaded: Loaded, plan: Plan, snapshot: SnapshotRow | None, *, now: datetime, search: SearchEngine
) -> int:
    row, visit = loaded.row, replace(loaded.visit, article_key=plan.article_key)
    match plan.text:
        case NewArticle() as new:
            if new.moves_found:
                _move(session, loaded)
            held = _add_article(session, row, snapshot, new.article, key=new.key, now=now)
        case NewVersion() | KnownVersion() as version:
            held = loaded.articles[version.article_id]
            _show_version(session, held, version, snapshot, now=now)
        case SeenAgain() as seen:
            held = loaded.articles[seen.article_id]
            _see_again(session, held, seen, now=now)
        case None:
            raise AssertionError("a plan without a text")
    if plan.is_back:
        _end_withdrawal(session, held, now=now)
    session.flush()
    search.index(session.connection(), held.id)
    # All columns of the URL after the flushes above: they are written with one statement.
    _note_fetch(row, snapshot)
    if plan.url is not None:
        _settle(row, plan.url)
    row.article_id = held.id
    _settle_aliases(session, believed_aliases(visit, held), held, now=now)
    schedule_revisit(session, row, held, visit, new=plan.result == "new", now=now)
    if visit.signature is not None and plan.result != "same":
        session.flush()
        # Last: it may take a lock.
        StoryClusters(session, now=now).add(held.id, visit.signature, credits=visit.credits)
    return held.id


def _move(session: Session, loaded: Loaded) -> None:
    found = loaded.facts.held or loaded.facts.claimed
    assert found is not None, "only a stored article can be moved"
    move_to_own_url(session, loaded.articles[found.id], loaded.row)


def _add_article(
    session: Session, row: UrlRow, snapshot: SnapshotRow | None, article: Article, *, key: str, now: datetime
) -> ArticleRow:
    held = article_row(article, key=key, source_key=row.source_key, first_seen_at=article.fetched_at)
    session.add(held)
    session.flush()
    add_version(session, held, article, number=1, cause="page", snapshot_id=snapshot.id if snapshot else None, now=now)
    return held


def _show_version(
    session: Session,
    held: ArticleRow,
    plan: NewVersion | KnownVersion,
    snapshot: SnapshotRow | None,
    *,
    now: datetime,
) -> None:
    """Bring a known article up to date with the version that its page shows now."""
    article = plan.article
    if isinstance(plan, NewVersion):
        snapshot_id = snapshot.id if snapshot else None
        version = add_version(
            session, held, article, number=plan.number, cause=plan.cause, snapshot_id=snapshot_id, now=now
        )
        version.published = plan.published
        held.changed_at = now
    else:
        version = _version(session, held, plan.number)
        if plan.is_exact:
            version.extractor_version, version.rules_version = article.extractor_version, article.rules_version
        if plan.published is not None:
            version.published = plan.published
        if plan.date_change is not None and snapshot is not None:
            snapshot.date_before, snapshot.date_after = plan.date_change.before, plan.date_change.after
    version.last_seen_at = now
    held.version = version.number
    wording = {"title": version.title, "text": version.text, "text_hash": version.text_hash}
    for column, value in (article_values(article) | wording).items():
        setattr(held, column, value)
    held.sort_at = sort_instant(article, first_seen_at=held.first_seen_at)


def _see_again(session: Session, held: ArticleRow, plan: SeenAgain, *, now: datetime) -> None:
    if plan.fetched_at is not None:
        _version(session, held, held.version).last_seen_at = now
        held.fetched_at = plan.fetched_at


def _version(session: Session, held: ArticleRow, number: int) -> VersionRow:
    statement = select(VersionRow).where(VersionRow.article_id == held.id, VersionRow.number == number)
    return session.scalars(statement).one()


def _end_withdrawal(session: Session, held: ArticleRow, *, now: datetime) -> None:
    withdrawal = current_withdrawal(session, held)
    held.withdrawn_at = held.withdrawn_how = None
    if withdrawal is not None:
        withdrawal.ended_at = now


def add_version(
    session: Session,
    held: ArticleRow,
    article: Article,
    *,
    number: int,
    cause: Literal["page", "rules"],
    snapshot_id: int | None,
    now: datetime,
    last_seen_at: datetime | None = None,
) -> VersionRow:
    """Add the row of a version."""
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


def _settle_aliases(session: Session, aliases: AbstractSet[str], held: ArticleRow, *, now: datetime) -> None:
    """Mark every other URL of the same page as done, so that it is not fetched again; unknown ones are added.

    A leased row is left to its owner, which will find the article there.
    """
    if not aliases:
        return
    links = [
        Discovered(url=held.url if key == held.key else key, key=key, source=held.source_key, how="redirect")
        for key in sorted(aliases)
    ]
    add_links(session.connection(), links, now=now)
    free = (UrlRow.state == "pending", UrlRow.lease_owner.is_(None))
    same = update(cast(Table, UrlRow.__table__)).where(UrlRow.key_hash.in_([key_hash(key) for key in aliases]), *free)
    session.connection().execute(same.values(state="done", reason="alias", article_id=held.id, fetched_at=now))
