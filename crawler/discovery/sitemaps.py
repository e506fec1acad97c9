"""Sitemaps: XML and text, indexes, and Google News' title, date and keywords as evidence. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import unquote

from lxml import etree

from crawler.discovery.found import Child, Found, Link, link_to
from crawler.discovery.markup import mend_ampersands
from crawler.sources.fields import EndpointKind
from pipelines.html.links import resolve
from pipelines.urls.canonical import is_home
from storage.model.article import FeedHint
from storage.text.characters import clean_characters, without_invisible

#: Maximum URLs per sitemap (sitemaps.org's own limit).
MAX_LOCS = 50_000
#: Problems reported in full; the rest is counted.
_MAX_REPORTED = 5


@dataclass
class _Entry:
    """One <url> or <sitemap> while it is parsed."""

    texts: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, text: str | None) -> None:
        if text and text.strip():
            self.texts.setdefault(name, text.strip())


def read_sitemap(text: str, *, url: str, article_url: str = "") -> Found:
    """Return the content of a sitemap or sitemap index. Broken XML is parsed as far as possible, and beyond the break
    if possible."""
    bad = _Bad()
    links: dict[str, Link] = {}
    children: dict[str, Child] = {}
    news = False
    for kind, entry in _entries(text, bad):
        address = resolve(entry.texts.get("loc", ""), base=url)
        if address is None:
            bad.address(entry.texts.get("loc", ""))
        elif kind == "sitemap":
            children.setdefault(address, Child(url=address, kind=_kind_of(address), lastmod=entry.texts.get("lastmod")))
        else:
            hint = _hint(entry)
            news = news or hint is not None
            if hint is not None or _is_wanted(address, article_url):
                links.setdefault(address, link_to(address, hint=hint, lastmod=entry.texts.get("lastmod")))
        if len(links) + len(children) >= MAX_LOCS:
            bad.words.append(f"more than {MAX_LOCS:,} URLs; the rest is left out")
            break
    return Found(
        kind="news_sitemap" if news else "sitemap",
        links=tuple(links.values()),
        children=tuple(children.values()),
        problems=bad.problems_in_words(),
    )


def read_text_sitemap(text: str, *, url: str, article_url: str = "") -> Found:
    """Return the content of a text sitemap: one URL per line."""
    bad = _Bad()
    links: dict[str, Link] = {}
    lines = (without_invisible(line).strip() for line in text.splitlines()[:MAX_LOCS])
    for line in filter(None, lines):
        address = resolve(line, base=url) if line.startswith("http") else None
        if address is None:
            bad.address(line)
        elif _is_wanted(address, article_url):
            links.setdefault(address, link_to(address))
    return Found(kind="sitemap", links=tuple(links.values()), problems=bad.problems_in_words())


def _entries(text: str, bad: "_Bad") -> Iterator[tuple[str, _Entry]]:
    """Yield every <url> and <sitemap>, its leaves by local name; elements are dropped after parsing."""
    body = mend_ampersands(clean_characters(re.sub(r"^<\?xml[^>]*\?>", "", text)))
    data = body.encode("utf-8", "replace")
    # Entities declared in the file itself are resolved, external ones never; libxml2 limits the amplification.
    entry = _Entry()
    parser = etree.iterparse(
        BytesIO(data),
        events=("end",),
        remove_comments=True,
        recover=True,
        resolve_entities="internal",
        no_network=True,
        encoding="utf-8",
    )
    try:
        for _, element in parser:
            space, name = _name(element)
            if name in ("url", "sitemap") and "loc" in entry.texts:
                yield name, entry
            if name in ("url", "sitemap"):
                entry = _Entry()
                _forget(element)
            else:
                entry.take(_NAMES.get((space, name), name), element.text)
    except etree.XMLSyntaxError as error:
        bad.words.append(f"broken XML: {error.msg}")


def _forget(element: etree._Element) -> None:
    """Drop a parsed element and those before it: memory stays flat on 50 MB."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _name(element: etree._Element) -> tuple[str, str]:
    """Return an element's extension ("news", "image" or "") and its local name, in lower case.

    An undeclared prefix is taken as the name of the namespace.
    """
    tag = element.tag if isinstance(element.tag, str) else ""
    space, _, local = tag[1:].rpartition("}") if tag.startswith("{") else tag.rpartition(":")
    space = space.lower()
    return "news" if "news" in space else "image" if "image" in space or "video" in space else "", local.lower()


#: (namespace, name) -> field: <image:loc> is not a page, <news:title> is the headline.
_NAMES: dict[tuple[str, str], str] = {
    ("image", "loc"): "image",
    ("image", "title"): "image_title",
    ("news", "title"): "news_title",
    ("news", "publication_date"): "news_date",
    ("news", "keywords"): "news_keywords",
    ("news", "name"): "news_name",
}


def _hint(entry: _Entry) -> FeedHint | None:
    title, day = entry.texts.get("news_title"), entry.texts.get("news_date")
    if not title and not day:
        return None
    tags = [part.strip() for part in re.split(r"[,،;]", entry.texts.get("news_keywords", "")) if part.strip()]
    return FeedHint(title=title, published=day, tags=tuple(tags[:50]), origin="sitemap")


def _kind_of(address: str) -> EndpointKind | None:
    """Return the kind of a child sitemap: one with "news" in its name is polled as news."""
    return "news_sitemap" if re.search(r"news[_-]?(?:sitemap|\.xml)|sitemap[_-]?news", address) else None


def _is_wanted(address: str, article_url: str) -> bool:
    """Whether to take a URL.

    Without a pattern everything is taken except home pages: a sitemap of posts lists posts.
    """
    return bool(re.search(article_url, unquote(address))) if article_url else not is_home(address)


@dataclass
class _Bad:
    """Faults of a list: the first few in full, the rest counted."""

    words: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def address(self, raw_url: str) -> None:
        self.addresses.append(raw_url[:60])

    def problems_in_words(self) -> tuple[str, ...]:
        if not self.addresses:
            return tuple(self.words)
        first = ", ".join(repr(raw_url) for raw_url in self.addresses[:_MAX_REPORTED])
        return (*self.words, f"{len(self.addresses)} bad URLs: {first}")
