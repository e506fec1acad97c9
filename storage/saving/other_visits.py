"""Outcomes of visits of a source's other articles, read for `storage.saving.outage`."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.database.tables.core import SnapshotRow, UrlRow
from storage.model.visit import Visit
from storage.saving.facts import SiteFacts
from storage.saving.outage import FOUND, MISSED, SHARED_S, WITNESS_S, WITNESSES

#: Outcomes of fetches that received another page than the requested one.
_ELSEWHERE = (*MISSED, "gone", "not_article")
#: Maximum number of fetches to search for these visits; fetches of other new pages lie between them.
_READ = 200

_urls = cast(Table, UrlRow.__table__)


def site_facts(session: Session, row: UrlRow, article_id: int, visit: Visit, *, now: datetime) -> SiteFacts | None:
    """Return outcomes of the latest visits of other articles; None if the URL has no source."""
    if row.source_key is None:
        return None
    recent = _witnesses(session, row, article_id, since=now - timedelta(seconds=WITNESS_S))
    shared = _witnesses(session, row, article_id, since=now - timedelta(seconds=SHARED_S))
    return SiteFacts(
        recent=tuple(outcome for _, outcome in recent),
        shared=tuple(outcome for _, outcome in shared),
        stood_in=bool(visit.aliases) and _stood_in(session, row, article_id, visit, now=now),
    )


def hasten_others(session: Session, row: UrlRow, article_id: int, *, at: datetime, now: datetime) -> None:
    """Bring forward the next revisit of articles that were withdrawn just before an outage was detected."""
    since = now - timedelta(seconds=WITNESS_S)
    went = [url_id for url_id, outcome in _witnesses(session, row, article_id, since=since) if outcome == "withdrawn"]
    later = select(UrlRow.id).where(UrlRow.id.in_(went), UrlRow.revisit_at > at, UrlRow.lease_owner.is_(None))
    free = list(
        session.scalars(later.with_for_update(skip_locked=True))
    )  # the owner of a lease sets its revisit itself
    session.connection().execute(update(_urls).where(_urls.c.id.in_(free)).values(revisit_at=at))


def _witnesses(session: Session, row: UrlRow, article_id: int, *, since: datetime) -> Iterator[tuple[int, str]]:
    """Return (URL, outcome) of the last visit of each of the `WITNESSES` most recently visited other articles."""
    looks = (
        select(UrlRow.id, UrlRow.article_id, SnapshotRow.outcome)
        .join(UrlRow, UrlRow.id == SnapshotRow.url_id)
        .where(SnapshotRow.source_key == row.source_key, SnapshotRow.fetched_at > since)
        .where(UrlRow.article_id.is_not(None), UrlRow.article_id != article_id)
        .where(SnapshotRow.outcome.in_((*MISSED, *FOUND)))
        .order_by(SnapshotRow.fetched_at.desc(), SnapshotRow.id.desc())
        .limit(_READ)
    )
    seen: set[int | None] = set()
    for url_id, other_id, outcome in session.execute(looks):
        if other_id not in seen:
            seen.add(other_id)
            yield url_id, outcome or ""
        if len(seen) == WITNESSES:
            return


def _stood_in(session: Session, row: UrlRow, article_id: int, visit: Visit, *, now: datetime) -> bool:
    """Whether the final URL recently replaced another URL of the source too."""
    if visit.snapshot is None:
        return False
    target = _bare(visit.snapshot.url)
    others = (
        select(SnapshotRow.id)
        .join(UrlRow, UrlRow.id == SnapshotRow.url_id)
        .where(SnapshotRow.source_key == row.source_key, SnapshotRow.fetched_at > now - timedelta(seconds=SHARED_S))
        .where(SnapshotRow.outcome.in_(_ELSEWHERE), _is_at(SnapshotRow.url, target))
        .where(UrlRow.id != row.id, or_(UrlRow.article_id.is_(None), UrlRow.article_id != article_id))
        .where(~_is_at(UrlRow.url, target), UrlRow.key.not_in(visit.aliases))
    )
    return session.scalar(others.limit(1)) is not None


def _is_at(column: InstrumentedAttribute[str], bare: str) -> ColumnElement[bool]:
    return or_(
        column == bare, column.startswith(bare + "?", autoescape=True), column.startswith(bare + "#", autoescape=True)
    )


def _bare(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]
