"""The parts of an article on several pages: stored separately, joined in the article's text."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import cast

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.orm import Session

from storage.database.rows import part_text
from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow, VersionRow
from storage.database.tables.parts import PartRow
from storage.database.values import key_hash
from storage.model.article import Article
from storage.model.part import PagePart, PartText, joined
from storage.model.sanitize import safe_article
from storage.model.visit import Visit
from storage.saving.identity import article_with_key
from storage.saving.plan import NewArticle, NewVersion, Plan, SeenAgain

_parts = cast(Table, PartRow.__table__)
_FORGET = delete(_parts).where(_parts.c.article_id == bindparam("article_id"))
#: Share of its lines from which a further page repeats another: its numbers count comments or pictures.
REPEATS = 0.5


def parts_of(session: Session, article_id: int) -> list[PartRow]:
    """Return the parts of an article, in order; none for an article on one page."""
    return list(session.scalars(select(PartRow).where(PartRow.article_id == article_id).order_by(PartRow.number)))


def first_part(session: Session, part: PagePart) -> ArticleRow | None:
    """Return the article whose first page a part refers to, locked: by its key, or by an alias."""
    found = article_with_key(session, part.first_key)
    if found is None:
        row = session.scalar(select(UrlRow).where(UrlRow.key_hash == key_hash(part.first_key)))
        if row is not None and row.article_id is not None:
            found = session.get_one(ArticleRow, row.article_id, with_for_update=True)
    return found


def first_page(session: Session, held: ArticleRow, shown: VersionRow, part: PagePart) -> PartRow:
    """Store the text of an article so far as its first part, because its page did not refer to the others."""
    row = PartRow(
        article_id=held.id,
        number=1,
        last=part.last,
        url=held.url,
        text=shown.text,
        removed=shown.removed,
        snapshot_id=shown.snapshot_id,
    )
    session.add(row)
    session.flush()
    return row


def repeats(text: str, parts: Sequence[PartRow], number: int) -> bool:
    """Whether a part repeats most lines of another one."""
    lines = set(text.split("\n"))
    return any(
        len(lines & set(other.text.split("\n"))) >= REPEATS * len(lines) for other in parts if other.number != number
    )


def whole(article: Article, part: PagePart | None, parts: Sequence[PartRow]) -> Article:
    """Return the article with the text of all its parts: the given one, and the stored others."""
    if part is None:
        return article
    now = PartText(number=part.number, last=part.last, text=article.text, removed=article.removed)
    others = [part_text(row) for row in parts if row.number != part.number]
    text, removed = joined([now, *others])
    return replace(article, text=text, removed=removed)


def keep_part(
    session: Session, held: ArticleRow, part: PagePart, article: Article, *, url: str, snapshot_id: int | None
) -> None:
    """Store an extracted part; `article` has only its text."""
    row = PartRow(
        article_id=held.id,
        number=part.number,
        last=part.last,
        url=url,
        text=article.text,
        removed=[asdict(one) for one in article.removed],
        snapshot_id=snapshot_id,
    )
    session.merge(row)
    session.flush()


def forget_parts(session: Session, article_id: int) -> None:
    """Delete the parts of an article that is now on one page."""
    session.connection().execute(_FORGET, {"article_id": article_id})


def reread_part(session: Session, held: ArticleRow, article: Article, snapshot_id: int | None) -> Article:
    """Return the whole article after re-extraction of one page, and update that part."""
    parts = parts_of(session, held.id)
    if not parts:
        return article
    row = next((one for one in parts if one.snapshot_id == snapshot_id), parts[0])
    part = PagePart(number=row.number, last=row.last, first_url=held.url, first_key=held.key)
    keep_part(session, held, part, article, url=row.url, snapshot_id=snapshot_id)
    return whole(article, part, parts)


def kept_parts(session: Session, visit: Visit) -> list[PartRow]:
    """Return the stored parts of the article whose first page was visited; nothing for other pages."""
    if not isinstance(visit.outcome, Article) or visit.part is None:
        return []
    keys = [key_hash(key) for key in (visit.key, visit.article_key) if key]
    at_url = select(UrlRow.article_id).where(UrlRow.key_hash == keys[0], UrlRow.article_id.is_not(None))
    by_key = select(ArticleRow.id).where(ArticleRow.key_hash.in_(keys))
    found = PartRow.article_id.in_(at_url) | PartRow.article_id.in_(by_key)
    return list(session.scalars(select(PartRow).where(found).order_by(PartRow.number)))


def with_kept_parts(visit: Visit, kept: Sequence[PartRow]) -> Visit:
    """Return the visit of a first page with the text of all parts; other visits unchanged."""
    if not isinstance(visit.outcome, Article) or visit.part is None or visit.part.number > 1:
        return visit
    return replace(visit, outcome=whole(safe_article(visit.outcome), visit.part, kept))


def as_completion(plan: Plan, part: PagePart | None, kept: Sequence[PartRow]) -> Plan:
    """The plan of a first page that came after further ones: the newspaper changed nothing, so the cause is "rules"."""
    if part is None or not kept or kept[0].number == 1 or not isinstance(plan.text, NewVersion):
        return plan
    return replace(plan, result="same", text=replace(plan.text, cause="rules"))


def note_first_part(
    session: Session,
    article_id: int | None,
    visit: Visit,
    plan: Plan,
    kept: Sequence[PartRow],
    snapshot: SnapshotRow | None,
) -> None:
    """Store the first page as a part; if it refers to no further pages, the article is on one page again."""
    is_twin = isinstance(plan.text, SeenAgain) or plan.text is None
    if article_id is None or is_twin or not isinstance(visit.outcome, Article):
        return
    if visit.part is not None:
        held = session.get_one(ArticleRow, article_id)
        if kept and kept[0].number > 1:
            held.changed_at = None
        snapshot_id = snapshot.id if snapshot else None
        keep_part(session, held, visit.part, safe_article(visit.outcome), url=visit.url, snapshot_id=snapshot_id)
    elif not isinstance(plan.text, NewArticle):
        forget_parts(session, article_id)
