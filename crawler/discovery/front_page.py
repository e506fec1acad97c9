"""Read a newspaper's front page: its name, and the feeds that it names. Pure; runs in a worker process."""

import re
from html import unescape

from lxml import html as lxml_html

from pipelines.html.decode import decode
from pipelines.html.links import base_url, resolve

#: Maximum number of feeds that one page names.
MOST_NAMED = 15
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json+feed")


def read_front_page(body: bytes, url: str, headers: dict[str, str]) -> tuple[str, list[str]]:
    """Return the site's name, and the feeds in link tags and in plain links of a page; ("", []) if it has no HTML.

    Args:
        body: after HTTP content decoding.
        url: the final URL, for resolving relative ones.
        headers: names in lower case.
    """
    text = decode(body, headers).text
    try:
        tree = lxml_html.document_fromstring(text)
    except (ValueError, lxml_html.etree.ParserError):
        return "", []
    base = base_url(tree, url=url)
    tags = [
        tag.get("href")
        for tag in tree.iter("link")
        if "alternate" in (tag.get("rel") or "").lower() and (tag.get("type") or "").lower().strip() in _FEED_TYPES
    ]
    plain = [
        tag.get("href") for tag in tree.iter("a") if re.search(r"\b(?:rss|atom|feed)\b", tag.get("href") or "", re.I)
    ]
    found = [resolve(href, base=base) for href in [*tags, *plain] if href]
    kept = dict.fromkeys(address for address in found if address and "/comments/" not in address)
    return _name(text[:200_000]), list(kept)[:MOST_NAMED]


def _name(text: str) -> str:
    """The site's name: og:site_name, else the last part of the title."""
    site_name = re.search(r"""<meta[^>]*og:site_name[^>]*content=["']([^"']{1,80})""", text, re.IGNORECASE)
    title = re.search(r"<title[^>]*>([^<]{1,200})", text, re.IGNORECASE)
    parts = re.split(r"\s+[-|–—:•]\s+", site_name[1] if site_name else title[1] if title else "")
    return unescape(parts[-1]).strip()
