"""Revise a known article with the result of newer rules for the same page."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database.rows import StoredArticle
from storage.database.tables.core import ArticleRow, VersionRow
from storage.database.values import article_values, sort_instant, text_hash, version_values
from storage.model.article import Article
from storage.model.sanitize import safe_article
from storage.saving.apply import add_version
from storage.saving.parts import reread_part

#: text: the text differs; about: only metadata differs; moved: the article was visited since its page was read.
Revision = Literal["text", "about", "same", "moved"]


def revise(
    session: Session, article_id: int, article: Article, *, now: datetime, read: StoredArticle | None = None
) -> Revision:
    """Update a known article with the result of newer rules for the same page. The caller indexes it.

    A different title or text is a version with the cause "rules"; other improvements (dates, authors,
    section ...) changes the article alone. The snapshot stays that of the version shown, and so does the time of
    fetching. `read`: the article as it was when its page was read again; nothing is done if it is another by now.
    """
    held = session.get_one(ArticleRow, article_id, with_for_update=True)
    if read is not None and (held.text_hash, held.fetched_at) != (read.text_hash, read.article.fetched_at):
        return "moved"
    statement = select(VersionRow).where(VersionRow.article_id == held.id).order_by(VersionRow.number)
    versions = list(session.scalars(statement))
    shown = next(version for version in versions if version.number == held.version)
    article = replace(safe_article(article), fetched_at=held.fetched_at)
    article = reread_part(session, held, article, shown.snapshot_id)
    exact = text_hash(article)
    version = next((one for one in versions if one.text_hash == exact), None)
    if version is None:
        version = add_version(
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


def _set(row: ArticleRow | VersionRow, values: dict[str, object]) -> bool:
    """Set the columns of a row that differ; return whether any did."""
    other = {column: value for column, value in values.items() if getattr(row, column) != value}
    for column, value in other.items():
        setattr(row, column, value)
    return bool(other)
