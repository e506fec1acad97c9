"""Parse feeds: RSS 0.9x, 1 and 2, Atom and JSON Feed, however irregular; their statements are evidence. Pure."""

import json
import re
from collections.abc import Mapping
from io import BytesIO

import feedparser

from crawler.discovery.found import Found, Link, link_to
from crawler.discovery.freshness import feed_hints
from crawler.discovery.markup import mend_ampersands
from pipelines.html.links import resolve
from storage.model.article import FeedHint
from storage.text.characters import clean_characters

#: Maximum items per feed.
MAX_ITEMS = 10_000
#: Maximum characters of an item's full content kept as evidence.
MAX_CONTENT = 200_000

_XML_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>")
_JUNK = re.compile(r"^[^<]+")


def read_feed(text: str, *, url: str) -> Found:
    """Return the items of an RSS, RDF or Atom feed; for a broken one, those before the break."""
    parsed = _parsed(text, url=url)
    links: dict[str, Link] = {}
    problems = [f"broken feed: {_words(parsed.bozo_exception)}"] if parsed.get("bozo") else []
    lost = 0
    for item in parsed.entries[:MAX_ITEMS]:
        address = _address(item, url=url, language=parsed.feed.get("language") or "")
        if address is None:
            lost += 1
        else:
            links.setdefault(address, link_to(address, hint=_hint(item), lastmod=dict.get(item, "updated") or None))
    if lost:
        problems.append(f"{lost} items without a URL")
    return Found(
        kind="feed",
        links=tuple(links.values()),
        problems=tuple(problems),
        hints=feed_hints(parsed.feed, text),
    )


def read_json_feed(text: str, *, url: str) -> Found:
    """Return the items of a JSON Feed (jsonfeed.org, version 1 and 1.1)."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Found(kind=None, problems=(f"broken JSON: {str(error)[:100]}",))
    items = whole.get("items") if isinstance(whole, dict) else None
    if not isinstance(items, list):
        return Found(kind=None, problems=("JSON, but not a JSON Feed: it has no items",))
    links: dict[str, Link] = {}
    for item in items[:MAX_ITEMS]:
        raw_url = item.get("url") or item.get("id") if isinstance(item, dict) else None
        address = resolve(raw_url, base=url) if isinstance(raw_url, str) else None
        if address:
            links.setdefault(address, link_to(address, hint=_json_hint(item), lastmod=_text(item.get("date_modified"))))
    lost = len(items[:MAX_ITEMS]) - len(links)
    return Found(kind="feed", links=tuple(links.values()), problems=(f"{lost} items without a URL",) if lost else ())


def _parsed(text: str, *, url: str) -> feedparser.FeedParserDict:
    """Run feedparser on decoded text: its own charset detection fails on broken Arabic feeds."""
    body = mend_ampersands(clean_characters(_JUNK.sub("", _XML_HEAD.sub("", _JUNK.sub("", text)))))
    data = b'<?xml version="1.0" encoding="utf-8"?>\n' + body.encode("utf-8", "replace")
    # A file object, never a str: feedparser would open a string that looks like a URL or a path.
    return feedparser.parse(
        BytesIO(data),
        response_headers={"content-location": url, "content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # the content is evidence, extraction cleans it
        resolve_relative_uris=False,  # slow, and links are resolved here
    )


def _address(item: feedparser.FeedParserDict, *, url: str, language: str) -> str | None:
    """Return the item's own page: the link in the feed's language, else a guid that is a URL."""
    for raw_url in (item.get("feedburner_origlink"), *_alternates(item, language), item.get("link")):
        address = resolve(raw_url, base=url) if isinstance(raw_url, str) else None
        if address:
            return address
    guid = item.get("id")
    return resolve(guid, base=url) if isinstance(guid, str) and guid.startswith("http") else None


def _alternates(item: feedparser.FeedParserDict, language: str) -> list[object]:
    """Return the URLs of the item's alternate links: pages first, then the feed's language, then without language."""
    links = [link for link in item.get("links", []) if link.get("rel") in (None, "alternate")]

    def rank(link: feedparser.FeedParserDict) -> tuple[bool, int]:
        stated = (link.get("hreflang") or "").lower()
        same = bool(language) and stated.split("-")[0] == language.lower().split("-")[0]
        return "html" not in (link.get("type") or "text/html"), 0 if same else 2 if stated else 1

    return [link.get("href") for link in sorted(links, key=rank)]


def _hint(item: feedparser.FeedParserDict) -> FeedHint:
    contents = [part.get("value", "") for part in item.get("content", [])]
    names = [author.get("name", "") for author in item.get("authors", [])] or [item.get("author", "")]
    return FeedHint(
        title=_text(item.get("title")),
        published=_text(item.get("published") or dict.get(item, "updated") or item.get("created")),
        authors=tuple(dict.fromkeys(name.strip() for name in names if name and name.strip())),
        content=max(contents, key=len)[:MAX_CONTENT] if any(contents) else None,
        tags=tuple(
            dict.fromkeys(tag["term"].strip() for tag in item.get("tags", []) if (tag.get("term") or "").strip())
        ),
    )


def _json_hint(item: Mapping[str, object]) -> FeedHint:
    people = item.get("authors") or [item.get("author")]
    names = (
        [_text(person.get("name")) for person in people if isinstance(person, dict)] if isinstance(people, list) else []
    )
    tags = item.get("tags")
    return FeedHint(
        title=_text(item.get("title")),
        published=_text(item.get("date_published")),
        authors=tuple(name for name in names if name),
        content=(_text(item.get("content_html")) or "")[:MAX_CONTENT] or None,
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _words(error: object) -> str:
    message = getattr(error, "getMessage", lambda: str(error))()
    return f"{message or type(error).__name__}"[:120]
