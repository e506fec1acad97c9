"""Articles as an Atom feed and as a JSON Feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from storage.export.columns import instant, to_json
from storage.export.feeds.identity import urn
from storage.export.xml import Xml, direction_of, language_of, safe_link
from storage.text.beginning import beginning

if TYPE_CHECKING:
    from storage.search.cards import Card


#: Characters of an article's text in its entry.
_SUMMARY = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """Metadata of a feed."""

    title: str
    #: Input of the feed's id; different lists are different feeds.
    subject: str
    #: URL of the feed; None: not served.
    address: str | None = None
    #: The reading room that shows the articles, without a slash at its end; None: entries link to the newspapers.
    home: str | None = None
    #: URL of the next page; JSON Feed only. None: the list is complete, or there is no such URL.
    following: str | None = None


def atom(cards: "Sequence[Card]", head: FeedHead, *, now: datetime) -> bytes:
    """Write an Atom feed. Entry ids are derived from the article's key: equal in every feed and archive.

    Args:
        now: the feed's time if it has no entries.
    """
    xml = Xml()
    updated = max((_updated(card) for card in cards), default=now)
    own = f"<link{xml.attributes({'rel': 'self', 'href': head.address})}/>" if head.address else ""
    entries = "".join(_entry(xml, card, head.home) for card in cards)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"{xml.element('id', urn('articles', head.subject))}{xml.element('title', head.title)}"
        f"{xml.element('updated', instant(updated))}<author>{xml.element('name', 'Warraq')}</author>"
        f"{own}{entries}</feed>\n"
    ).encode()


def _entry(xml: Xml, card: "Card", home: str | None) -> str:
    links = [("alternate", f"{home}/article/{card.article_id}")] if home else []
    if link := safe_link(card.url):
        links.append(("via" if home else "alternate", link))
    parts = [
        xml.element("id", _entry_id(card)),
        xml.element("title", card.title or card.url),
        xml.element("updated", instant(_updated(card))),
        xml.element("published", instant(card.published_at)) if card.published_at else "",
        *(f"<link{xml.attributes({'rel': rel, 'href': href})}/>" for rel, href in links),
        f"<author>{xml.element('name', card.source)}</author>" if card.source else "",
        f"<category{xml.attributes({'term': card.kind})}/>",
        xml.element("summary", _summary(card), type="html"),
    ]
    return f"<entry{xml.attributes({'xml:lang': language_of(card.language)})}>{''.join(parts)}</entry>"


def _entry_id(card: "Card") -> str:
    return urn("article", card.key)


def _summary(card: "Card") -> str:
    """Return the beginning of the text as HTML: no plain text of a feed can say that it runs from right to left."""
    language = escape(language_of(card.language))
    return f'<p dir="{direction_of(card.language)}" lang="{language}">{escape(beginning(card.lead, _SUMMARY))}</p>'


def _updated(card: "Card") -> datetime:
    return card.changed_at or card.first_seen_at


def json_feed(cards: "Sequence[Card]", head: FeedHead) -> dict[str, object]:
    """Return a JSON Feed."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": head.title,
        **({"home_page_url": f"{head.home}/"} if head.home else {}),
        **({"feed_url": head.address} if head.address else {}),
        **({"next_url": head.following} if head.following else {}),
        "items": [_item(card, head.home) for card in cards],
    }


def json_feed_bytes(cards: "Sequence[Card]", head: FeedHead) -> bytes:
    """Return a JSON Feed as bytes, as it is written to a file."""
    return f"{to_json(json_feed(cards, head))}\n".encode()


def _item(card: "Card", home: str | None) -> dict[str, object]:
    link = safe_link(card.url)
    url = f"{home}/article/{card.article_id}" if home else link
    return {
        "id": _entry_id(card),
        **({"url": url} if url else {}),
        **({"external_url": link} if home and link else {}),
        "title": card.title,
        "content_text": beginning(card.lead, _SUMMARY),
        "content_html": _summary(card),
        **({"date_published": instant(card.published_at)} if card.published_at else {}),
        "date_modified": instant(_updated(card)),
        "language": language_of(card.language),
        **({"authors": [{"name": card.source}]} if card.source else {}),
        "tags": [card.kind],
    }
