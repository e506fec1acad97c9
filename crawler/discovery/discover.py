"""Extract the URLs from the body of a feed, sitemap or section page. Pure; runs in a worker process.

The content decides its type, not the server or the source file. A list that is broken in one place is used up to there
and beyond: one bad URL never ends it.
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

#: Maximum bytes of an endpoint's body after decompression (sitemaps.org's own limit).
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
    """Return the URLs that an endpoint lists. Never raises on content, however broken.

    Args:
        body: after HTTP content decoding; a gzip file is decompressed here.
        url: the final URL, for resolving relative ones.
        headers: names in lower case.
        kind: type stated in the source file; the content decides, but an HTML page instead of a feed or sitemap is an
            error page, and its links are ignored.
        article_url: pattern of article URLs, for sitemaps and sections; "" = judge by shape.
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
        found = Found(kind=None, problems=(f"not a {kind.replace('_', ' ')}: {_content_description(text)}",))
    else:
        found = read_section(text, url=url, article_url=article_url)
    return replace(found, problems=(*problems, *found.problems))


def _unpacked(body: bytes, problems: list[str]) -> bytes:
    """Decompress gzip detected from content, at most twice (a .gz that was compressed again), up to `MAX_BYTES`."""
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
    """Return the name of the root element in lower case; "json", "addresses" (a text sitemap) or ""."""
    start = text[:20_000]
    if start.startswith("{"):
        return "json"
    if re.match(r"https?://\S+\s*(?:\n|$)", start):
        return "addresses"
    # Some sites print warnings or blank pages before the XML: the first known element counts.
    for found in _ROOT.finditer(re.sub(r"<!--.*?-->", "", start, flags=re.DOTALL)):
        name = found[1].lower()
        if name in _FEEDS or name in ("urlset", "sitemapindex", "html", "head", "body"):
            return name
    return ""


def _content_description(text: str) -> str:
    """Describe the content in a few words for people."""
    title = re.search(r"<title[^>]*>([^<]{1,80})", text[:20_000], re.IGNORECASE)
    if title:
        return f"a page titled {title[1].strip()!r}"
    return "empty" if not text.strip() else f"begins with {text[:40]!r}"
