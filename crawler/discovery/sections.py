"""Section pages: the article links of a list page, and its following page. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import html
from lxml.html import HtmlElement

from crawler.discovery.found import Found, Link, link_to
from pipelines.html.links import base_url, resolve
from pipelines.page import MAX_LINKS
from pipelines.urls.canonical import is_home, same_site

#: Texts of links to the following page.
_NEXT_WORDS = re.compile(
    r"(?:الصفحة )?(?:التالي|التالية|اللاحق|اللاحقة|الأقدم|المزيد)|next(?: page)?|older(?: posts)?|suivant|[»›>→]|>>",
    re.IGNORECASE,
)
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])", re.IGNORECASE)
_PAGE_IN_PATH = re.compile(r"/(?:page|p|صفحة)[/-]?(\d{1,5})(?=/|$|\.)", re.IGNORECASE)
_PAGE_NAMES = frozenset({"page", "p", "pg", "paged", "pagenumber", "pageno", "pageindex", "currentpage"})
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")
_FILES = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|m3u8|zip|xml|rss|css|js|json|docx?|xlsx?)$", re.IGNORECASE)
_NO_ARTICLE = re.compile(
    r"/(?:tags?|categor(?:y|ies)|authors?|topics?|search|login|register|contact|about|privacy|feed|rss|page)(?:/|$)|"
    r"/(?:وسم|وسوم|تصنيف|كاتب|بحث)(?:/|$)",
    re.IGNORECASE,
)


def read_section(text: str, *, url: str, article_url: str = "") -> Found:
    """Return the article links of a list page, by pattern or by the shape of their URLs."""
    try:
        tree = html.document_fromstring(text)
    except (ValueError, html.etree.ParserError) as error:
        return Found(kind=None, problems=(f"no page: {str(error)[:80]}",))
    base = base_url(tree, url=url)
    links: dict[str, Link] = {}
    for element, address in _addresses(tree, base):
        if _is_article(address, element, page=url, article_url=article_url):
            links.setdefault(address, link_to(address))
        if len(links) >= MAX_LINKS:
            break
    problems = () if links else ("no article links on the page",)
    return Found(
        kind="section",
        links=tuple(links.values()),
        next_page=_next_page(tree, base, url),
        days=_days(tree),
        problems=problems,
    )


def _days(tree: HtmlElement) -> tuple[str, ...]:
    """Return the days in <time datetime>, if they are ISO dates."""
    stated = (element.get("datetime") or "" for element in tree.iter("time"))
    return tuple(one[:10] for one in stated if _DAY.match(one))[:MAX_LINKS]


def _addresses(tree: HtmlElement, base: str) -> Iterator[tuple[HtmlElement, str]]:
    for element in tree.iter("a", "area"):
        href = element.get("href")
        address = resolve(href, base=base) if href else None
        if address:
            yield element, address


def _is_article(address: str, element: HtmlElement, *, page: str, article_url: str) -> bool:
    if article_url:
        return re.search(article_url, unquote(address)) is not None
    return address != page and same_site(address, page) and looks_like_article(address, words=_words_of(element))


def looks_like_article(address: str, *, words: int = 0) -> bool:
    """Judge by shape: a number of four digits or a slug of four words in the last part, or a long link text.

    Args:
        words: number of words in the link.
    """
    parts = urlsplit(address)
    path = unquote(parts.path).rstrip("/")
    if not path or is_home(address) or _FILES.search(path) or _NO_ARTICLE.search(path):
        return False
    last = path.rsplit("/", 1)[-1]
    slug = len([word for word in re.split(r"[-_\s.]+", last) if len(word) > 1])
    numbered = re.search(r"\d{4,}", last + "?" + parts.query) or re.search(r"/(?:19|20)\d\d/\d{1,2}/", path)
    return bool(numbered) or slug >= 4 or (words >= 5 and slug >= 2)


def _words_of(element: HtmlElement) -> int:
    return len((element.text_content() or "")[:500].split())


def _next_page(tree: HtmlElement, base: str, page: str) -> str | None:
    """Return rel=next, else a link with such a text, else the link to this page's number plus one."""
    for href in tree.xpath("//*[self::link or self::a][contains(concat(' ', @rel, ' '), ' next ')]/@href"):
        return _onward(resolve(href, base=base), page)
    numbered = None
    here = _number(page)
    for element, address in _addresses(tree, base):
        link_text = (element.text_content() or "")[:60].strip()
        around = element.getparent()
        classes = f"{element.get('class', '')} {around.get('class', '') if around is not None else ''}"
        if (_NEXT_WORDS.fullmatch(link_text) or _NEXT_CLASS.search(classes)) and _number(address) > here:
            return _onward(address, page)
        if _number(address) == here + 1 and _path_without_number(address) == _path_without_number(page):
            numbered = numbered or address
    return _onward(numbered, page)


def _onward(address: str | None, page: str) -> str | None:
    """Whether a following page is on the same site and is not the page itself."""
    return address if address and address != page and same_site(address, page) else None


def _number(address: str) -> int:
    """Return the number of a list page: 1 if the URL has none."""
    parts = urlsplit(address)
    for name, value in parse_qsl(parts.query):
        if name.lower() in _PAGE_NAMES and value.isdecimal() and len(value) <= 5:
            return int(value)
    found = _PAGE_IN_PATH.search(unquote(parts.path))
    return int(found[1]) if found else 1


def _path_without_number(address: str) -> str:
    path = _PAGE_IN_PATH.sub("", unquote(urlsplit(address).path))
    return path.rstrip("/")
