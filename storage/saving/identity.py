"""Identify the article of a page: a claimed URL (rel=canonical) is accepted only if the texts are alike."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow, VersionRow
from storage.database.values import key_hash
from storage.model.article import Article
from storage.model.twins import is_same_article
from storage.model.url_names import share_a_name
from storage.model.visit import Visit

_WITH_KEY = select(ArticleRow).where(ArticleRow.key_hash == bindparam("key_hash")).with_for_update()


def article_with_key(session: Session, key: str) -> ArticleRow | None:
    """Return the article whose identity is `key`, locked."""
    return session.scalar(_WITH_KEY, {"key_hash": key_hash(key)})


def is_alike(found: ArticleRow, article: Article) -> bool:
    """Whether a page has the content of a stored article."""
    return is_same_article(found.title, found.text, article.title, article.text)


def believed_aliases(visit: Visit, held: ArticleRow) -> set[str]:
    """Return keys that lead to the visited page and need no fetch of their own.

    A redirect proves it. So does a claim if both URLs share the article's number or slug; any other claimed URL is
    fetched once it is discovered, because it may hold another article.
    """
    claimed = visit.article_key or visit.key
    proven = {claimed} if claimed == held.key and share_a_name(visit.key, claimed) else set()
    return {*visit.aliases, *proven} - {visit.key}


def read_elsewhere(session: Session, found: ArticleRow, row: UrlRow) -> UrlRow | None:
    """Return the URL an article was fetched from, if that is not `row` and its key is free; else None."""
    read_at = list(
        session.scalars(
            select(UrlRow)
            .join(SnapshotRow, SnapshotRow.url_id == UrlRow.id)
            .join(VersionRow, VersionRow.snapshot_id == SnapshotRow.id)
            .where(VersionRow.article_id == found.id)
            .order_by(VersionRow.number)
        )
    )
    if not read_at or row.id in {one.id for one in read_at} or article_with_key(session, read_at[0].key):
        return None
    return read_at[0]


def move_to_own_url(session: Session, found: ArticleRow, row: UrlRow) -> None:
    """Move an article from the wrongly claimed `row` to the URL it was fetched from; `row` gets its own article."""
    own = read_elsewhere(session, found, row)
    assert own is not None, "the plan says that it can be moved"
    found.key, found.key_hash, found.url = own.key, own.key_hash, own.url
    session.flush()
