"""Articles of lists as plain values; a whole article is `storage.export.columns.stored_record`."""

from typing import TYPE_CHECKING

from storage.export.columns import instant

if TYPE_CHECKING:
    from storage.search.base import Excerpt, Hit
    from storage.search.cards import Card


def card_record(card: "Card") -> dict[str, object]:
    """Return the fields of an article in lists."""
    return {
        "id": card.article_id,
        "key": card.key,
        "url": card.url,
        "source": card.source,
        "title": card.title,
        "published": card.published,
        "published_at": instant(card.published_at) if card.published_at else None,
        "first_seen_at": instant(card.first_seen_at),
        "changed_at": instant(card.changed_at) if card.changed_at else None,
        "withdrawn_at": instant(card.withdrawn_at) if card.withdrawn_at else None,
        "section": card.section,
        "kind": card.kind,
        "language": card.language,
        "version": card.version,
        "story": card.story,
    }


def hit_record(hit: "Hit", card: "Card") -> dict[str, object]:
    """The same with the matching excerpt, and the positions of the matching words."""
    return card_record(card) | {
        "title_marks": [list(mark) for mark in hit.title.marks],
        "snippet": _excerpt(hit.snippet),
    }


def _excerpt(excerpt: "Excerpt") -> dict[str, object]:
    return {"text": excerpt.text, "start": excerpt.start, "marks": [list(mark) for mark in excerpt.marks]}
