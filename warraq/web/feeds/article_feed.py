"""Articles as an Atom feed (RFC 4287) and as a JSON Feed (1.1)."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from storage.export.columns import instant
from storage.export.xml import Xml, language_of, safe_link
from storage.search.cards import Card
from warraq.web.view.text import beginning


def _urn(*parts: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(("warraq", *parts))).urn


def atom(cards: Sequence[Card], *, title: str, address: str, home: str, now: datetime) -> bytes:
    """An Atom feed. An entry's id is made of the article's key: the same in every feed and archive.

    Args:
        address: of the feed itself. home: of the reading room, without a slash at its end.
        now: the feed's time where it has no entries.
    """
    xml = Xml()
    updated = max((_updated(card) for card in cards), default=now)
    entries = "".join(_entry(xml, card, home) for card in cards)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"{xml.element('id', _urn('articles', address.removeprefix(home)))}{xml.element('title', title)}"
        f"{xml.element('updated', instant(updated))}<author>{xml.element('name', 'Warraq')}</author>"
        f"<link{xml.attributes({'rel': 'self', 'href': address})}/>{entries}</feed>\n"
    ).encode()


def _entry(xml: Xml, card: Card, home: str) -> str:
    link = safe_link(card.url)
    parts = [
        xml.element("id", _urn("article", card.key)),
        xml.element("title", card.title or card.url),
        xml.element("updated", instant(_updated(card))),
        xml.element("published", instant(card.published_at)) if card.published_at else "",
        f"<link{xml.attributes({'rel': 'alternate', 'href': f'{home}/article/{card.article_id}'})}/>",
        f"<link{xml.attributes({'rel': 'via', 'href': link})}/>" if link else "",
        f"<author>{xml.element('name', card.source)}</author>" if card.source else "",
        f"<category{xml.attributes({'term': card.kind})}/>",
        xml.element("summary", beginning(card.lead, 400)),
    ]
    return f"<entry{xml.attributes({'xml:lang': language_of(card.language)})}>{''.join(parts)}</entry>"


def _updated(card: Card) -> datetime:
    return card.changed_at or card.first_seen_at


def json_feed(
    cards: Sequence[Card], *, title: str, address: str, home: str, following: str | None
) -> dict[str, object]:
    """A JSON Feed. `following`: address of the feed's next page."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{home}/",
        "feed_url": address,
        **({"next_url": following} if following else {}),
        "items": [
            {
                "id": _urn("article", card.key),
                "url": f"{home}/article/{card.article_id}",
                **({"external_url": card.url} if safe_link(card.url) else {}),
                "title": card.title,
                "content_text": beginning(card.lead, 400),
                **({"date_published": instant(card.published_at)} if card.published_at else {}),
                "date_modified": instant(_updated(card)),
                "language": language_of(card.language),
                **({"authors": [{"name": card.source}]} if card.source else {}),
                "tags": [card.kind],
            }
            for card in cards
        ],
    }
