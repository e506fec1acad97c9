"""Links of a page, as absolute URLs that may be fetched."""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from pipelines.html.parsed_page import ParsedPage
from pipelines.page import MAX_LINKS
from pipelines.urls.canonical import BadUrl, absolute

#: Maximum number of different hrefs examined for `MAX_LINKS` URLs.
MAX_HREFS = 5 * MAX_LINKS
#: Joining such an href to a base gives the href itself.
_ABSOLUTE = re.compile(r"https?://[^/?#]")
#: A path from the root, and nothing after it.
_FROM_ROOT = re.compile(r"/(?!/)[\w%.~/-]*")


def links(parsed: ParsedPage, *, url: str) -> tuple[str, ...]:
    """Return the absolute http(s) URLs linked from a page, in order, without repeats and fragments, up to `MAX_LINKS`.

    Links marked nofollow are included: newspapers use it for ranking. Bad URLs are
    skipped. The page's own URL is not a link.
    """
    base = base_url(parsed, url=url)
    found: dict[str, None] = {}
    for address in _addresses(parsed.tree, base):
        found[address] = None
        if len(found) >= MAX_LINKS:
            break
    found.pop(url, None)
    return tuple(found)


def base_url(page: ParsedPage | HtmlElement, *, url: str) -> str:
    """Return the base URL of the page's relative links: its <base href>, or its own URL."""
    if isinstance(page, ParsedPage):
        href = page.base_href
    else:
        href = next((href for base in page.iter("base") if (href := base.get("href"))), None)
    return (resolve(href, base=url) or url) if href else url


def resolve(href: str, *, base: str) -> str | None:
    """Resolve an href to an absolute http(s) URL without fragment; None if it has none.

    >>> resolve("../a b#c", base="https://example.ma/x/y/")
    'https://example.ma/x/a%20b'
    """
    return _resolved(href, base)


@lru_cache(maxsize=4096)  # one page asks for the links of it twice, and the menus of a site are on each of its pages
def _resolved(href: str, base: str) -> str | None:
    href = href.strip()
    if not href or href.startswith("#") or len(href) > 8_000:
        return None
    if "\\" in href and "?" not in href:
        href = href.replace("\\", "/")
    try:
        return absolute(href if _ABSOLUTE.match(href) else _joined(base, href))
    except (BadUrl, ValueError):
        return None


def _joined(base: str, href: str) -> str:
    """Join an href to its base; a path from the root without dots to resolve needs no parsing."""
    if _FROM_ROOT.fullmatch(href) and "/." not in href:
        origin = _origin(base)
        if origin:
            return origin + href
    return urljoin(base, href)


@lru_cache(maxsize=256)  # all links of a page have the same
def _origin(base: str) -> str:
    """Scheme and host of a base; "" if it has none."""
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""


def _addresses(tree: HtmlElement, base: str) -> Iterator[str]:
    """Yield the URL of each different href; at most `MAX_HREFS` are examined, so that a page of bad ones ends too."""
    seen: set[str] = set()
    for element in tree.iter("a", "area"):
        href = element.get("href")
        if not href or href in seen:
            continue
        seen.add(href)
        if len(seen) > MAX_HREFS:
            return
        if address := resolve(href, base=base):
            yield address
