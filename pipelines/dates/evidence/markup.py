"""Dates that a page states for machines: JSON-LD and meta tags."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from pipelines.html import jsonld
from pipelines.html.parsed_page import Attributed, ParsedPage

#: A date in a JSON-LD block that cannot be repaired.
_TORN = re.compile(r"""["'](datePublished|dateModified)["']\s*:\s*["']([^"'<>]{6,60})["']""")

#: Maximum number of metas read; real pages have about 30, lists with microdata a few hundred.
MAX_METAS = 400

_PUBLISHED_WORDS = re.compile(r"publi|pubdate|issued|created|releas|upload|original|firstpub")
_DATE_WORDS = re.compile(r"date|time|issued|created|published(?:at|on)?$|release|publicationd")
_OTHER_WORDS = re.compile(
    r"publisher|expir|valid|begin|start|event|image|video|(?:^|[^a-z])end|birth|copyright|version|firstpublish$|format"
)
_MODIFIED_WORDS = re.compile(r"modif|updat|revis|lastpub|lastdate|edited|lastmod")
#: Names that mean only "date"; whole names, so that "mandate" or "date-format" does not match.
_PLAIN_NAMES = frozenset(
    {
        "date",
        "dc:created",
        "dcterms:created",
        "dc:issued",
        "dcterms:issued",
        "dcterms:date",
        "schema:datepublished",
        "dc.date",
        "dcterms.date",
        "dc:date",
        "sailthru.date",
        "pubdate",
        "article.date",
        "article:date",
        "parsely-pub-date",
    }
)
#: Precedence of several metas of one page: published, created, plain "date".
_BEST_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "pubdate",  # noqa: E501  a table row
)  # fmt: skip


def stated_in_json(
    objects: list[jsonld.Object], parsed: ParsedPage, url: str, *, modified: bool = False
) -> Iterator[str]:
    """Yield the publishing (or modifying) dates of the page's own article in JSON-LD, the most fitting first."""
    key = "dateModified" if modified else "datePublished"
    seen = False
    for thing in _own(objects, url):
        for name in (key,) if modified else (key, "dateCreated", "uploadDate"):
            value = thing.get(name)
            if isinstance(value, list):
                value = value[0] if value else None
            if isinstance(value, int) and not isinstance(value, bool):
                value = str(value)
            if isinstance(value, str) and value.strip():
                seen = True
                yield value
                break
    if not seen and not any(key in thing for thing in objects):
        yield from _torn(parsed.tree, key)


def _own(objects: list[jsonld.Object], url: str) -> list[jsonld.Object]:
    """Return the objects that describe this page: the article, then the page, then its video."""
    articles = [thing for thing in objects if jsonld.types(thing) & jsonld.ARTICLE_TYPES]
    named = [thing for thing in articles if _names(thing, url)]
    main = jsonld.article(objects)
    own = named[:1] or ([main] if main else [])
    pages = [thing for thing in objects if jsonld.types(thing) & {"webpage", "itempage", "videoobject", "mediaobject"}]
    return own + ([page for page in pages if page.get("datePublished")] if not own else pages[:2])


def _names(thing: jsonld.Object, url: str) -> bool:
    path = unquote(urlsplit(url).path).rstrip("/")
    for key in ("url", "mainEntityOfPage", "@id"):
        value = thing.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and path and _path(value) == path:
            return True
    return False


def _path(address: str) -> str:
    try:
        return unquote(urlsplit(address).path).rstrip("/")
    except ValueError:
        return ""


def _torn(tree: HtmlElement, key: str) -> Iterator[str]:
    """Yield the date in unreadable JSON-LD, if exactly one can be found."""
    scripts = (script.text or "" for script in tree.iter("script") if "ld+json" in script.get("type", ""))
    found = {
        date
        for text in islice(scripts, jsonld.MAX_BLOCKS)
        for name, date in _TORN.findall(text[: jsonld.MAX_CHARS])
        if name == key
    }
    if len(found) == 1:
        yield found.pop()


def stated_in_meta(parsed: ParsedPage, *, modified: bool = False) -> list[str]:
    """Return the publishing (or modification) dates in the page's own meta tags, the best name first."""
    found: list[tuple[int, str]] = []
    lists: dict[HtmlElement, bool] = {}
    metas = [one for one in parsed.having("content") if one[1] == "meta"][:MAX_METAS]
    for element, tag, meta in [*metas, *_rdfa(parsed)]:
        name = (
            (meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or "")
            .lower()
            .strip()
        )
        name = _own_name(name) if tag != "meta" else name
        content = meta["content"].strip()
        if name == "parsely-page":
            name, content = "parsely-pub-date", _parsely(content)
        if (
            not content
            or not name
            or not _is_date_property(name, modified=modified)
            or not any(map(str.isdigit, content))
        ):
            continue
        if meta.get("itemprop") and _in_list(element, lists):
            continue
        rank = (
            _BEST_NAMES.index(name)
            if name in _BEST_NAMES
            else len(_BEST_NAMES) + (name in _PLAIN_NAMES) + ("creat" in name)
        )
        found.append((rank, content))
    return [content for _, content in sorted(found, key=lambda pair: pair[0])]


def _rdfa(parsed: ParsedPage) -> list[Attributed]:
    """Return the elements of the body that state a property as RDFa, as Drupal writes it.

    Those in lists are omitted.
    """
    found = [one for one in parsed.having("property") if "content" in one[2] and one[1] != "meta"][:MAX_METAS]
    values: dict[str, set[str]] = {}
    for _, _, attributes in found:
        values.setdefault(attributes["property"].lower(), set()).add(attributes["content"])
    return [one for one in found if len(values[one[2]["property"].lower()]) == 1]


@lru_cache(maxsize=1024)  # pages use the same few dozen names
def _is_date_property(name: str, *, modified: bool) -> bool:
    if _OTHER_WORDS.search(name):
        return False
    if _MODIFIED_WORDS.search(name) or name == "last-modified":
        return modified
    if modified:
        return False
    return (
        name in _PLAIN_NAMES
        or bool(_PUBLISHED_WORDS.search(name) and _DATE_WORDS.search(name))
        or name.endswith("published_at")
    )


def _own_name(name: str) -> str:
    """Return the best date property of several RDFa properties ("dc:date dc:created")."""
    names = name.split()
    return next((one for one in names if _PUBLISHED_WORDS.search(one)), names[0] if names else "")


def _parsely(content: str) -> str:
    try:
        page = json.loads(content)
    except ValueError:
        return ""
    return str(page.get("pub_date", "")) if isinstance(page, dict) else ""


def _in_list(meta: HtmlElement, lists: dict[HtmlElement, bool]) -> bool:
    """Say whether a meta of the body is in a list of articles: its item has at least two sibling items."""
    item = next((up for up in meta.iterancestors() if up.get("itemscope") is not None), None)
    parent = item.getparent() if item is not None else None
    if parent is None:
        return False
    if parent not in lists:
        items = (child for child in parent if child.get("itemscope") is not None)
        lists[parent] = next(islice(items, 2, None), None) is not None
    return lists[parent]
