"""Metadata of an article other than text and dates: title, authors, section, tags, image, URLs, kind."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from pipelines.html import jsonld
from pipelines.html.links import base_url, resolve
from pipelines.html.parsed_page import ParsedPage
from pipelines.html.robots_directives import words_of_page
from pipelines.html.surroundings import surroundings_of
from pipelines.metadata.authors import authors
from pipelines.metadata.kinds import kind
from pipelines.metadata.sections import section, texts
from pipelines.metadata.title import clean_line, title
from pipelines.words.normal import normal
from storage.model.article import Kind

#: Maximum sizes of lists and lines.
MAX_TAGS = 30
MAX_TAG_CHARS = 80

_DULL_IMAGE = re.compile(
    r"(?:^|[/_-])(?:logo|placeholder|no-?image|default(?:-image)?|blank|spacer|favicon)[\w-]*\.(?:png|jpe?g|gif|svg|webp|ico)",
    re.IGNORECASE,
)


_SHARED_IMAGES = frozenset(["og:image", "og:image:secure_url", "og:image:url"])
_CARD_IMAGES = frozenset(["twitter:image", "twitter:image:src"])

#: Elements of a head whose text is not displayed.
_WORDLESS = frozenset(["title", "style", "script", "noscript", "template", "iframe"])
_BEGINS_BODY = frozenset(["h1", "header", "nav", "main", "article", "section", "p"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Metadata of an article. Texts are cleaned single lines; URLs are absolute http(s)."""

    title: str
    authors: tuple[str, ...]
    section: str | None
    tags: tuple[str, ...]
    image: str | None
    #: rel=canonical as claimed by the page, see `pipelines.urls.canonical.choose_canonical`.
    canonical: str | None
    #: URL of the page's AMP version.
    amphtml: str | None
    site_name: str | None
    #: Summary for search engines and share cards; often the lead, often truncated.
    description: str | None
    #: Robots directives of its meta tags, see `pipelines.html.robots_directives`.
    robots: tuple[str, ...]
    kind: Kind


def read(parsed: ParsedPage, *, url: str, objects: list[jsonld.Object] | None = None) -> Metadata:
    """Read what a page says of its article.

    Args:
        objects: what `jsonld.objects` said of the tree, where it was asked already.
    """
    tree = parsed.tree
    found = jsonld.objects(tree) if objects is None else objects
    base = base_url(parsed, url=url)
    sites = site_names(parsed, found)
    heading = title(parsed, found, sites=sites, url=url)
    near = surroundings_of(parsed, heading)
    named = {normal(name) for name in sites}
    stated = _meta(parsed, "article:section", "parsely-section", "section") or ""
    place = section(parsed, found, stated, near, heading=heading, sites=named)
    return Metadata(
        title=heading,
        authors=authors(parsed, found, sites=named, near=near),
        section=place,
        tags=_tags(parsed, found),
        image=_image(parsed, found, base),
        canonical=_link(tree, "canonical", base),
        amphtml=_link(tree, "amphtml", base),
        site_name=sites[0] if sites else None,
        description=_meta(parsed, "og:description", "description", "twitter:description"),
        robots=words_of_page(parsed.meta_tags),
        kind=kind(
            parsed,
            found,
            near,
            heading=heading,
            section=place,
            og_type=(_meta(parsed, "og:type") or "").lower(),
            url=url,
        ),
    )


def site_names(parsed: ParsedPage, found: list[jsonld.Object]) -> list[str]:
    """Return the site names given by the page, most trusted first."""
    raw: list[Any] = [
        _meta(parsed, "og:site_name"),
        _meta(parsed, "application-name"),
        _meta(parsed, "apple-mobile-web-app-title"),
    ]
    raw += [
        thing.get("name")
        for thing in found
        if jsonld.types(thing) & {"website", "newsmediaorganization", "organization"}
    ]
    raw += [thing.get("alternateName") for thing in found if "website" in jsonld.types(thing)]
    publisher = jsonld.linked((jsonld.article(found) or {}).get("publisher"), found)
    raw.append(publisher.get("name") if isinstance(publisher, dict) else publisher)
    lines = [clean_line(name)[:100] for name in raw if isinstance(name, str)]
    return list(dict.fromkeys(name for name in lines if name))


def _meta(parsed: ParsedPage, *names: str) -> str | None:
    """Return the content of the first non-empty meta tag with one of these names."""
    for name in names:
        for content in parsed.metas.get(name, ()):
            if line := clean_line(content):
                return line
    return None


def _link(tree: HtmlElement, rel: str, base: str) -> str | None:
    """Return the URL of the first such link of the head; links within the page's text belong to embedded content."""
    for link in _head_links(tree):
        if rel in link.get("rel").lower().split() and (address := resolve(link.get("href"), base=base)):
            return address
    return None


def _head_links(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the links that precede the page's first words: a stray element ends the parser's head, not the author's."""
    for element in tree.iter():
        if element.tag == "link" and element.get("href") and element.get("rel"):
            yield element
        elif element.tag not in _WORDLESS and ((element.text or "").strip() or element.tag in _BEGINS_BODY):
            return


def _tags(parsed: ParsedPage, found: list[jsonld.Object]) -> tuple[str, ...]:
    """Return the tags of this article: stated ones, else links marked as tags, else keywords."""
    stated = list(parsed.metas.get("article:tag", ()))
    stated += list(texts((jsonld.article(found) or {}).get("keywords")))
    linked = [
        element.text_content()
        for element, tag, attributes in parsed.having("rel")
        if tag == "a" and " tag " in f" {attributes['rel']} " and "category" not in attributes["rel"]
    ][:MAX_TAGS]
    keywords = [_meta(parsed, "news_keywords") or _meta(parsed, "keywords") or ""]
    for source in (stated, linked, keywords):
        lines = [clean_line(tag).lstrip("#").strip() for text in source for tag in re.split(r"[,،;؛|\n]", text[:5_000])]
        tags: dict[str, str] = {}
        for tag in lines:
            if 1 < len(tag) <= MAX_TAG_CHARS and not tag.startswith("http") and normal(tag):
                tags.setdefault(normal(tag), tag)
        if tags:
            return tuple(tags.values())[:MAX_TAGS]
    return ()


def _image(parsed: ParsedPage, found: list[jsonld.Object], base: str) -> str | None:
    raw = _contents(parsed, _SHARED_IMAGES)
    raw += _contents(parsed, _CARD_IMAGES)
    raw += list(_pictures((jsonld.article(found) or {}).get("image"), found))
    raw += [
        attributes["href"]
        for _, tag, attributes in parsed.having("href")
        if tag == "link" and attributes.get("rel") == "image_src"
    ]
    for address in raw[:20]:
        image = resolve(address, base=base)
        if image and not _DULL_IMAGE.search(image):
            return image
    return None


def _contents(parsed: ParsedPage, names: frozenset[str]) -> list[str]:
    """The contents of the meta tags with one of these names or properties, in page order."""
    return [meta["content"] for meta in parsed.meta_tags if {meta.get("property"), meta.get("name")} & names]


def _pictures(value: Any, found: list[jsonld.Object]) -> Iterator[str]:
    value = jsonld.linked(value, found)
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value[:5]:
            yield from _pictures(one, found)
    elif isinstance(value, dict):
        for key in ("url", "contentUrl", "@id"):
            if isinstance(value.get(key), str):
                yield value[key]
