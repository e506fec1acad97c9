"""What a new imported article becomes in the tables, made before the transaction that stores it: in a worker."""

from dataclasses import dataclass
from datetime import datetime

from storage.database.values import key_hash, new_article_values, sort_instant, text_hash, version_values
from storage.model.article import Article
from storage.model.sanitize import safe_article
from storage.model.visit import Visit
from storage.operations.origin import Origin
from storage.search.document import Document, author_tokens
from storage.text.forms import index_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedArticle:
    """The rows of an article that the archive does not know, without what only the archive can say."""

    key_hash: str
    #: Columns of `article` without its source, and of `version`.
    article: dict[str, object]
    version: dict[str, object]
    #: The same for the search index; its numbers are 0.
    document: Document
    #: Some of the columns, by which it is compared.
    text_hash: str
    fetched_at: datetime
    first_seen_at: datetime
    #: Bands of its signature; () without one.
    bands: tuple[int, ...]


def prepare(visit: Visit, origin: Origin) -> PreparedArticle | None:
    """Prepare the article of a visit as one that is new; None if the visit has none. Pure."""
    if not isinstance(visit.outcome, Article):
        return None
    article = safe_article(visit.outcome)
    if article == visit.outcome:
        article = visit.outcome  # what is one object travels once
    gone = origin.withdrawn_at is not None and origin.withdrawn_how is not None
    first_seen_at = origin.first_seen_at or article.fetched_at
    version = version_values(article)
    columns = new_article_values(
        article, key=visit.key, source_key=None, first_seen_at=first_seen_at, changed_at=origin.changed_at
    ) | {
        "withdrawn_at": origin.withdrawn_at if gone else None,
        "withdrawn_how": origin.withdrawn_how if gone else None,
    }
    seen = {"number": 1, "cause": "page", "first_seen_at": article.fetched_at, "last_seen_at": article.fetched_at}
    return PreparedArticle(
        key_hash=key_hash(visit.key),
        article=columns,
        version=seen | version,
        document=_document(article, withdrawn=gone, sort_at=sort_instant(article, first_seen_at=first_seen_at)),
        text_hash=text_hash(article),
        fetched_at=article.fetched_at,
        first_seen_at=first_seen_at,
        bands=tuple(visit.signature.bands()) if visit.signature is not None else (),
    )


def _document(article: Article, *, withdrawn: bool, sort_at: datetime) -> Document:
    return Document(
        article_id=0,
        version_id=0,
        title=article.title,
        text=article.text,
        authors=author_tokens(article.authors),
        source=None,
        language=article.language,
        kind=article.kind,
        day=article.published.day.isoformat() if article.published else None,
        withdrawn=withdrawn,
        sort_at=sort_at,
        made=(index_tokens(article.title), index_tokens(article.text)),
    )
