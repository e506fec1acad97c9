"""Articles on several pages: the part number of a page and the URLs of the others, from the links between them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from pipelines.html.links import base_url, resolve
from pipelines.html.parsed_page import ParsedPage
from pipelines.urls.canonical import BadUrl, canonical_key, is_home
from storage.model.part import PagePart

#: Maximum number of pages of an article; a higher number means something else.
MAX_PARTS = 50

#: Minimum length of the path segment before a part number; after a shorter one it is an article number or a day:
#: /news/7, /2024/05/12.
SLUG_CHARS = 10

_IN_QUERY = re.compile(
    r"(?P<before>[?&])(?:page|p|pg|paged|pagenum|page_?no|page_?number|start_?page|currentpage)=(?P<number>\d{1,2})(?=&|$)",
    re.I,
)
_IN_PATH = re.compile(
    r"(?:/page)?/(?P<number>\d{1,2})/?$|[-_/](?:page|p)[-_]?(?P<named>\d{1,2})(?=/?$|\.s?html?$|\.php$)", re.I
)
_NEXT_OR_BEFORE = re.compile(r"next|prev|التالي|السابق|التالية|السابقة|suivant|précédent", re.IGNORECASE)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def parts(parsed: ParsedPage, *, url: str) -> tuple[PagePart, tuple[str, ...]] | None:
    """Return the part number of a page and the URLs of the other parts, in order; None for an article on one page.

    A page is a part where links numbered as parts are (2, 3, "التالي") lead to its own address with another number.
    """
    first, number = split_number(url)
    linked: dict[int, str] = {}
    for address, words in _numbered_links(parsed, url):
        other_first, other = split_number(address)
        if (
            other <= MAX_PARTS
            and _is_same(other_first, first)
            and (words == str(other) or _NEXT_OR_BEFORE.search(words))
        ):
            linked.setdefault(other, address)
    linked.pop(number, None)
    neighbours = {number - 1, number + 1} & set(linked)
    if not neighbours or (number == 1 and 2 not in linked) or is_home(first):
        return None
    part = PagePart(
        number=number,
        last=max(number, *linked),
        first_url=linked.get(1, first) if number > 1 else url,
        first_key=canonical_key(first),
    )
    return part, tuple(linked[one] for one in sorted(linked))


def split_number(url: str) -> tuple[str, int]:
    """Return a URL without its part number, and the number; 1 if it has none.

    >>> split_number("https://sidr.example/f/report-90500?page=2"), split_number("https://sidr.example/f/report-90500/3/")
    (('https://sidr.example/f/report-90500', 2), ('https://sidr.example/f/report-90500', 3))
    """
    found = _IN_QUERY.search(url)
    if found and int(found["number"]) > 0:
        rest = url[: found.start()] + found["before"] + url[found.end() :].lstrip("&")
        return rest.rstrip("?&"), int(found["number"])
    if urlsplit(url).query:
        return url, 1
    found = _IN_PATH.search(url)
    if found and 0 < int(number := found["number"] or found["named"]) <= MAX_PARTS:
        first = url[: found.start()] + url[found.end() :].strip("/")
        if len(first.rsplit("/", 1)[-1]) >= SLUG_CHARS:
            return first, int(number)
    return url, 1


def _is_same(one: str, other: str) -> bool:
    try:
        return canonical_key(one) == canonical_key(other)
    except BadUrl:
        return False


@lru_cache(maxsize=4096)  # the menus of a site are on each of its pages
def _says_next_or_before(words: str) -> bool:
    return _NEXT_OR_BEFORE.search(words) is not None


def _numbered_links(parsed: ParsedPage, url: str) -> Iterator[tuple[str, str]]:
    """Yield the URL of each link that may lead to a part, with its text or rel."""
    base = base_url(parsed, url=url)
    words_of = dict(parsed.links)
    for element, tag, attributes in parsed.having("href"):
        if tag not in ("link", "a") or not attributes["href"]:
            continue
        words = words_of[element] if tag == "a" else ""
        rel = attributes.get("rel", "").lower()
        if len(words) > 30 or not (words or rel):
            continue
        mark = words or rel
        if (mark.isdigit() or _says_next_or_before(f"{mark} {rel}")) and (
            address := resolve(attributes["href"], base=base)
        ):
            yield address, mark.translate(_DIGITS) if mark.isdigit() else f"{mark} {rel}"
