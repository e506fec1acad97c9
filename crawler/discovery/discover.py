"""Discover: the body of a feed, sitemap or section page -> the addresses in it. Pure; runs in a worker process.

What the content is decides, not what the server or the source file calls it. A list that is broken in one place is
used up to there and beyond: one bad address never ends it.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import replace

from crawler.discovery.feeds import read_feed, read_json_feed
from crawler.discovery.found import Found
from crawler.discovery.sections import read_section
from crawler.discovery.sitemaps import read_sitemap, read_text_sitemap
from crawler.sources.fields import EndpointKind
from pipelines.html.decode import decode

#: Bytes of an endpoint's body after decompression (sitemaps.org's own limit).
MAX_BYTES = 50_000_000

_GZIP = b"\x1f\x8b"
_ROOT = re.compile(r"<(?!\?|!)(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_FEEDS = frozenset({"rss", "rdf", "feed", "channel"})


def discover(
    body: bytes,
    *,
    url: str,
    headers: Mapping[str, str],
    kind: EndpointKind | None = None,
    article_url: str = "",
) -> Found:
    """Return the addresses that an endpoint names. Never raises on content, however broken.

    Args:
        body: after HTTP content decoding; gzip as a file is undone here.
        url: the address that answered, against which relative ones stand.
        headers: names in lower case.
        kind: what the source file says that it is; the content decides, but an HTML page that should be a feed or
            sitemap is an error page, and its links are not taken.
        article_url: pattern of article addresses, for sitemaps and sections; "" = judge by shape.
    """
    problems: list[str] = []
    text = decode(_unpacked(body, problems), headers).text.lstrip("\ufeff\u200b \t\r\n\x0b\x0c")
    shape = _shape(text)
    if shape == "json":
        found = read_json_feed(text, url=url)
    elif shape in _FEEDS:
        found = read_feed(text, url=url)
    elif shape in ("urlset", "sitemapindex", "url", "sitemap"):
        found = read_sitemap(text, url=url, article_url=article_url)
    elif shape == "addresses":
        found = read_text_sitemap(text, url=url, article_url=article_url)
    elif kind in ("feed", "sitemap", "news_sitemap"):
        found = Found(kind=None, problems=(f"not a {kind.replace('_', ' ')}: {_says(text)}",))
    else:
        found = read_section(text, url=url, article_url=article_url)
    return replace(found, problems=(*problems, *found.problems))


def _unpacked(body: bytes, problems: list[str]) -> bytes:
    """Undo gzip by content, twice at most (a .gz that a server compressed again), up to `MAX_BYTES`."""
    for _ in range(2):
        if not body.startswith(_GZIP):
            break
        unpacker = zlib.decompressobj(wbits=31)
        try:
            body = unpacker.decompress(body, MAX_BYTES)
        except zlib.error:
            problems.append("damaged gzip")
            return b""
        if not unpacker.eof:
            problems.append("gzip larger than 50 MB" if unpacker.unconsumed_tail else "gzip cut short")
    if len(body) > MAX_BYTES:
        problems.append("larger than 50 MB")
    return body[:MAX_BYTES]


def _shape(text: str) -> str:
    """Name of the root element in small letters; "json", "addresses" (a text sitemap) or ""."""
    start = text[:20_000]
    if start.startswith("{"):
        return "json"
    if re.match(r"https?://\S+\s*(?:\n|$)", start):
        return "addresses"
    # Some sites print warnings or blank pages before the XML: the first element that we know counts.
    for found in _ROOT.finditer(re.sub(r"<!--.*?-->", "", start, flags=re.DOTALL)):
        name = found[1].lower()
        if name in _FEEDS or name in ("urlset", "sitemapindex", "html", "head", "body"):
            return name
    return ""


def _says(text: str) -> str:
    """What stands there instead, in a few words for people."""
    title = re.search(r"<title[^>]*>([^<]{1,80})", text[:20_000], re.IGNORECASE)
    if title:
        return f"a page titled {title[1].strip()!r}"
    return "empty" if not text.strip() else f"begins with {text[:40]!r}"
