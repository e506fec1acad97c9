"""Save a further page of an article: its text is joined with the article's, and it has no article of its own."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.rows import article_row, part_text, stored_article
from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow, VersionRow
from storage.database.values import article_values, sort_instant, text_hash
from storage.model.article import Article
from storage.model.part import PagePart, joined
from storage.model.visit import Result, Stored, Visit
from storage.saving.apply import add_version
from storage.saving.parts import first_page, first_part, keep_part, parts_of, repeats
from storage.search.base import SearchEngine


def save_part(
    session: Session,
    row: UrlRow,
    visit: Visit,
    article: Article,
    part: PagePart,
    snapshot: SnapshotRow | None,
    *,
    now: datetime,
    search: SearchEngine,
) -> Stored:
    """Store the page. Returns "new" if it comes before the first page: the article then has only this part."""
    snapshot_id = snapshot.id if snapshot else None
    held = first_part(session, part)
    result: Result = "same"
    if held is None:
        result, held = "new", _begun(session, row, article, part, snapshot_id, now=now)
        keep_part(session, held, part, article, url=visit.url, snapshot_id=snapshot_id)
    else:
        _join(session, held, visit, article, part, snapshot_id, now=now)
    session.flush()
    search.index(session.connection(), held.id)
    row.state, row.reason, row.attempts = "done", f"part {part.number}", 0
    row.lease_owner = row.lease_until = None
    row.article_id = held.id
    return Stored(result=result, article_id=held.id)


def _begun(
    session: Session, row: UrlRow, article: Article, part: PagePart, snapshot_id: int | None, *, now: datetime
) -> ArticleRow:
    article = replace(article, url=part.first_url)
    held = article_row(article, key=part.first_key, source_key=row.source_key, first_seen_at=article.fetched_at)
    session.add(held)
    session.flush()
    add_version(session, held, article, number=1, cause="page", snapshot_id=snapshot_id, now=now)
    return held


def _join(
    session: Session,
    held: ArticleRow,
    visit: Visit,
    article: Article,
    part: PagePart,
    snapshot_id: int | None,
    *,
    now: datetime,
) -> None:
    """Add the part to the article. The newspaper changed nothing, so the version's cause is "rules"."""
    versions = list(
        session.scalars(select(VersionRow).where(VersionRow.article_id == held.id).order_by(VersionRow.number))
    )
    shown = next(version for version in versions if version.number == held.version)
    kept = parts_of(session, held.id) or [first_page(session, held, shown, part)]
    if repeats(article.text, kept, part.number):
        return
    keep_part(session, held, part, article, url=visit.url, snapshot_id=snapshot_id)
    text, removed = joined([part_text(one) for one in parts_of(session, held.id)])
    whole = replace(stored_article(held, shown, None, versions=1).article, text=text, removed=removed)
    version = next((one for one in versions if one.text_hash == text_hash(whole)), None)
    if version is None:
        number = versions[-1].number + 1
        version = add_version(
            session, held, whole, number=number, cause="rules", snapshot_id=shown.snapshot_id, now=now
        )
    version.last_seen_at, held.version = now, version.number
    for column, value in article_values(whole).items():
        setattr(held, column, value)
    held.sort_at = sort_instant(whole, first_seen_at=held.first_seen_at)
