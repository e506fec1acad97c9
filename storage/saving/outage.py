"""Outage: whether a sign that an article is gone is the article's own, or that of a whole site in trouble.

A site that answers 404 for everything for an hour, sends every reader to its consent page or shows an empty frame has
withdrawn nothing. What the archive saw of the source's other articles tells the two apart, by these rules:

1. A server's own word (404, 410) counts at once, unless most of the last `LOOKS` looks at other articles of the source
   within the hour found them missing too. It counts all the same once it has stood for `STANDS_S`: by then it is no
   mishap, whoever else is gone.
2. A softer sign never counts while most of those looks, however few, and of two days, found their articles missing.
3. Nor does a redirect whose target was shown, within two days, in the place of another address of the source: so do a
   consent page, a login, an advertisement. The home page, the front of a section and a page that says that nothing is
   there may stand for many, for newspapers do send the readers of deleted articles there, but only while most of those
   looks found their articles.

Addresses are compared without what follows "?", since a consent page is told there where to send its reader back.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow
from storage.model.article import NotArticle
from storage.model.visit import Visit

#: Looks at other articles that are asked about, one of each; fewer are no witnesses against a server's own word.
LOOKS = 5
#: How long they are remembered against a server's own word, in seconds.
WITNESS_S = 3_600.0
#: How long they are remembered otherwise, and what stood in for an article, in seconds: twice the longest wait for the
#: next look at what was held back (`revisits.recheck`), so that a long trouble is never forgotten between two looks.
SHARED_S = 172_800.0
#: A server's own word that has stood for so many seconds counts, though the whole site says it.
STANDS_S = 86_400.0

#: Outcomes of a look that missed its article, and of one that found it.
_MISSED, _FOUND = ("withdrawn", "doubtful"), ("new", "changed", "same", "restored")
#: What is shown where an address leads elsewhere.
_ELSEWHERE = (*_MISSED, "gone", "not_article")
#: Pages that many addresses may lead to for good (`NotArticle.reason`).
_FRONTS = ("home", "section", "soft_404")
#: Fetches read to find the looks: those of new pages that are no articles lie between.
_READ = 200

_urls = cast(Table, UrlRow.__table__)


def is_of_the_site(session: Session, row: UrlRow, held: ArticleRow, visit: Visit, *, sure: bool, now: datetime) -> bool:
    """Whether a sign must wait, see the rules above. `sure`: it is the server's own word."""
    if row.source_key is None:
        return False  # nobody knows which other addresses are of the same site
    witnesses = list(_witnesses(session, row, held, since=now - timedelta(seconds=WITNESS_S if sure else SHARED_S)))
    missed = sum(outcome in _MISSED for _, outcome in witnesses)
    if sure:
        return len(witnesses) >= LOOKS and 2 * missed > len(witnesses)
    if 2 * missed > len(witnesses):
        return True
    if not visit.aliases or not _stood_in(session, row, held, visit, now=now):
        return False
    outcome = visit.outcome
    is_front = isinstance(outcome, NotArticle) and outcome.reason in _FRONTS
    return not is_front or 2 * missed >= len(witnesses)


def look_soon_at_the_others(session: Session, row: UrlRow, held: ArticleRow, *, at: datetime, now: datetime) -> None:
    """Bring forward the next look at those that went before it was known that the whole site is in trouble."""
    since = now - timedelta(seconds=WITNESS_S)
    went = [url_id for url_id, outcome in _witnesses(session, row, held, since=since) if outcome == "withdrawn"]
    later = select(UrlRow.id).where(UrlRow.id.in_(went), UrlRow.revisit_at > at, UrlRow.lease_owner.is_(None))
    free = list(session.scalars(later.with_for_update(skip_locked=True)))  # whoever holds one sees to it himself
    session.connection().execute(update(_urls).where(_urls.c.id.in_(free)).values(revisit_at=at))


def _witnesses(session: Session, row: UrlRow, held: ArticleRow, *, since: datetime) -> Iterator[tuple[int, str]]:
    """The last look at each of the `LOOKS` other articles that were looked at last: its address, and its outcome."""
    looks = (
        select(UrlRow.id, UrlRow.article_id, SnapshotRow.outcome)
        .join(UrlRow, UrlRow.id == SnapshotRow.url_id)
        .where(SnapshotRow.source_key == row.source_key, SnapshotRow.fetched_at > since)
        .where(UrlRow.article_id.is_not(None), UrlRow.article_id != held.id)
        .where(SnapshotRow.outcome.in_((*_MISSED, *_FOUND)))
        .order_by(SnapshotRow.fetched_at.desc(), SnapshotRow.id.desc())
        .limit(_READ)
    )
    seen: set[int | None] = set()
    for url_id, article_id, outcome in session.execute(looks):
        if article_id not in seen:
            seen.add(article_id)
            yield url_id, outcome or ""
        if len(seen) == LOOKS:
            return


def _stood_in(session: Session, row: UrlRow, held: ArticleRow, visit: Visit, *, now: datetime) -> bool:
    """Whether what answered stood in for another address of the source of late."""
    if visit.snapshot is None:
        return False
    target = _bare(visit.snapshot.url)
    others = (
        select(SnapshotRow.id)
        .join(UrlRow, UrlRow.id == SnapshotRow.url_id)
        .where(SnapshotRow.source_key == row.source_key, SnapshotRow.fetched_at > now - timedelta(seconds=SHARED_S))
        .where(SnapshotRow.outcome.in_(_ELSEWHERE), _is_at(SnapshotRow.url, target))
        .where(UrlRow.id != row.id, or_(UrlRow.article_id.is_(None), UrlRow.article_id != held.id))
        .where(~_is_at(UrlRow.url, target), UrlRow.key.not_in(visit.aliases))
    )
    return session.scalar(others.limit(1)) is not None


def _is_at(column: InstrumentedAttribute[str], bare: str) -> ColumnElement[bool]:
    return or_(
        column == bare, column.startswith(bare + "?", autoescape=True), column.startswith(bare + "#", autoescape=True)
    )


def _bare(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]
