"""What an article becomes in the columns of the tables. Pure and without SQLAlchemy, so that workers import it fast."""

import hashlib
from dataclasses import asdict
from datetime import UTC, datetime, time

from storage.model.article import Article


def key_hash(key: str) -> str:
    """Return the SHA-256 of a key's UTF-8 bytes as 64 hex digits; it makes a key unique."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def text_hash(article: Article) -> str:
    """Return the SHA-256 of title, newline, text in UTF-8; two versions are equal if their hashes are."""
    return hashlib.sha256(f"{article.title}\n{article.text}".encode()).hexdigest()


def sort_instant(article: Article, *, first_seen_at: datetime) -> datetime:
    """Sort key for "newest first": publication instant, else the start of its day, else when it was first stored."""
    published = article.published
    if published is None:
        return first_seen_at
    return published.at or datetime.combine(published.day, time(), UTC)


def article_values(article: Article) -> dict[str, object]:
    """Return the columns of `article` that every visit updates."""
    published = article.published
    return {
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "authors": list(article.authors),
        "published": published.iso if published else None,
        "published_at": published.at if published else None,
        "published_day": published.day.isoformat() if published else None,
        "published_offset": published.offset_minutes if published else None,
        "published_text": published.text if published else None,
        "published_precision": published.precision if published else "none",
        "published_from": published.origin if published else None,
        "published_disagreed": published.disagreed if published else False,
        "dates": [asdict(evidence) for evidence in article.dates],
        "modified_at": article.modified,
        "section": article.section,
        "tags": list(article.tags),
        "image": article.image,
        "language": article.language,
        "kind": article.kind,
        "text_hash": text_hash(article),
        "fetched_at": article.fetched_at,
    }


def new_article_values(
    article: Article,
    *,
    key: str,
    source_key: str | None,
    first_seen_at: datetime,
    changed_at: datetime | None = None,
) -> dict[str, object]:
    """Return the columns of an article that is new to the archive, at its first version."""
    return {
        "key": key,
        "key_hash": key_hash(key),
        "source_key": source_key,
        "version": 1,
        "first_seen_at": first_seen_at,
        "changed_at": changed_at,
        "sort_at": sort_instant(article, first_seen_at=first_seen_at),
        **article_values(article),
    }


def version_values(article: Article) -> dict[str, object]:
    """Return the columns of `version` that depend on the text."""
    return {
        "title": article.title,
        "text": article.text,
        "removed": [asdict(removed) for removed in article.removed],
        "text_hash": text_hash(article),
        "extractor_version": article.extractor_version,
        "rules_version": article.rules_version,
        "published": article.published.iso if article.published else None,
    }
