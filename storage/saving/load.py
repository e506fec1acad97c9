"""Load the input of a decision about a visit: locked rows, and the same as frozen facts."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.crawl_state.frontier import add_links, stored_at
from storage.database.tables.core import ArticleRow, SnapshotRow, SourceRow, UrlRow, VersionRow
from storage.database.values import key_hash
from storage.model.address import FINISHED, Discovered
from storage.model.article import Article
from storage.model.sanitize import safe_article
from storage.model.visit import Alias, Unchanged, Visit
from storage.saving.absence import sign_of
from storage.saving.decide import as_seen
from storage.saving.facts import ArticleFacts, Facts, UrlFacts, VersionFacts
from storage.saving.identity import article_with_key, is_alike, read_elsewhere
from storage.saving.other_visits import site_facts
from storage.saving.withdrawals import current_withdrawal
from storage.versions.date_changes import DateChange, StatedDate

#: Fetches that say neither that an article is there nor that it is gone.
_SILENT = ("retry", "failed", "not_article")


_BY_LEASE = select(UrlRow).where(
    UrlRow.id == bindparam("id"),
    UrlRow.lease_owner == bindparam("owner"),
    UrlRow.attempts == bindparam("attempts"),
    UrlRow.revisits == bindparam("looks"),
)
#: Built once: to build a statement for each visit takes longer than to run it.
_LEASED = _BY_LEASE.where(UrlRow.state == "pending").with_for_update()
_LEASED_AGAIN = _BY_LEASE.where(UrlRow.state.in_(FINISHED)).with_for_update()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The rows that a plan may change, and the facts derived from them."""

    row: UrlRow
    #: Articles by id: those of the facts.
    articles: dict[int, ArticleRow]
    visit: Visit
    facts: Facts


def load(session: Session, visit: Visit, *, now: datetime) -> Loaded | None:
    """Lock and read the rows of the visit; None if another owner has its lease. A capture adds its URL if missing."""
    row = _url_of(session, visit, now=now)
    if row is None:
        return None
    held = _article_at(session, row)
    visit = as_seen(visit, is_held=held is not None)
    if isinstance(visit.outcome, Article):
        visit = replace(visit, outcome=safe_article(visit.outcome))
    url = UrlFacts(
        key=row.key,
        key_hash=row.key_hash,
        state=row.state,  # type: ignore[arg-type]  # a column of these words
        reason=row.reason,
        attempts=row.attempts,
        is_scheduled=row.revisit_at is not None,
        article_id=row.article_id,
    )
    rows = [held]
    facts = Facts(url=url, held=_article(session, held, visit))
    if held is not None and sign_of(visit, key=held.key, title=held.title, text=held.text) is not None:
        site = site_facts(session, row, held.id, visit, now=now)
        facts = replace(facts, site=site, absent_since=_absent_since(session, row))
    elif isinstance(visit.outcome, Alias):
        facts = replace(facts, alias_of=session.scalar(stored_at(visit.outcome.key)))
    elif isinstance(visit.outcome, (Article, Unchanged)):
        facts, more = _with_articles(session, facts, row, held, visit)
        rows += more
    articles = {article.id: article for article in rows if article is not None}
    return Loaded(row=row, articles=articles, visit=visit, facts=facts)


def _url_of(session: Session, visit: Visit, *, now: datetime) -> UrlRow | None:
    """The frontier row of a visit, locked; None if its lease is lost. A capture makes the row if need be."""
    claim = visit.claim
    if claim is not None:
        lease = {"id": claim.id, "owner": claim.owner, "attempts": claim.attempts, "looks": claim.looks}
        return session.scalar(_LEASED_AGAIN if claim.revisit else _LEASED, lease)
    known = visit.source is not None and session.get(SourceRow, visit.source) is not None
    link = Discovered(url=visit.url, key=visit.key, source=visit.source if known else None, how="capture")
    add_links(session.connection(), [link], now=now)
    return session.scalar(select(UrlRow).where(UrlRow.key_hash == key_hash(visit.key)).with_for_update())


def _article_at(session: Session, row: UrlRow) -> ArticleRow | None:
    """Return the article whose own URL this is; None if none was found there yet, or if it is only an alias."""
    if row.article_id is None:
        return None
    held = session.get_one(ArticleRow, row.article_id, with_for_update=True)
    return held if row.key_hash == held.key_hash or row.revisit_at is not None else None


def _with_articles(
    session: Session, facts: Facts, row: UrlRow, held: ArticleRow | None, visit: Visit
) -> tuple[Facts, list[ArticleRow | None]]:
    """The facts with every article that the page may be."""
    key, outcome = visit.article_key or visit.key, visit.outcome
    claimed = article_with_key(session, key) if held is None else None
    found = held or claimed
    own = known = None
    alike, movable = True, False
    if isinstance(outcome, Article) and found is not None and key not in visit.aliases:
        alike = is_alike(found, outcome)
        if not alike and held is None and key != visit.key:
            own = article_with_key(session, visit.key)
        elif not alike and key == visit.key:
            movable = read_elsewhere(session, found, row) is not None
    if not isinstance(outcome, Article) and found is None and row.article_id is not None:
        known = session.get_one(ArticleRow, row.article_id)
    more = replace(
        facts,
        claimed=_article(session, claimed, visit),
        own=_article(session, own, visit),
        known=_article(session, known, visit),
        is_alike=alike,
        is_movable=movable,
        date_changes=_date_changes(session, row) if isinstance(outcome, Article) and found is not None else (),
    )
    return more, [claimed, own, known]


def _article(session: Session, row: ArticleRow | None, visit: Visit) -> ArticleFacts | None:
    if row is None:
        return None
    withdrawal = current_withdrawal(session, row)
    return ArticleFacts(
        id=row.id,
        key=row.key,
        url=row.url,
        title=row.title,
        text=row.text,
        date=StatedDate(iso=row.published, text=row.published_text, origin=row.published_from),
        shown=row.version,
        versions=_versions(session, row) if isinstance(visit.outcome, Article) else (),
        withdrawn_since=withdrawal.noticed_at if withdrawal is not None else None,
    )


def _versions(session: Session, row: ArticleRow) -> tuple[VersionFacts, ...]:
    statement = (
        select(VersionRow, SnapshotRow.payload_sha256)
        .outerjoin(SnapshotRow, SnapshotRow.id == VersionRow.snapshot_id)
        .where(VersionRow.article_id == row.id)
        .order_by(VersionRow.number)
    )
    return tuple(
        VersionFacts(
            number=version.number,
            title=version.title,
            text=version.text,
            text_hash=version.text_hash,
            published=version.published,
            made_by=(version.extractor_version, version.rules_version),
            payload_sha256=payload,
        )
        for version, payload in session.execute(statement)
    )


def _date_changes(session: Session, row: UrlRow) -> tuple[DateChange, ...]:
    reported = select(SnapshotRow.date_before, SnapshotRow.date_after).where(
        SnapshotRow.url_id == row.id, SnapshotRow.date_after.is_not(None)
    )
    return tuple(DateChange(before=before or "", after=after or "") for before, after in session.execute(reported))


def _absent_since(session: Session, row: UrlRow) -> datetime | None:
    """Return the time of the first fetch in the current run of unconfirmed absences; None: there is none."""
    since = None
    before = select(SnapshotRow).where(SnapshotRow.url_id == row.id).order_by(SnapshotRow.id.desc())
    for earlier in session.scalars(before.limit(50)):
        if earlier.outcome == "unconfirmed":
            since = earlier.fetched_at
        elif earlier.outcome not in _SILENT:
            break
    return since
