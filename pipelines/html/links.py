"""Links of a page: where it points, as addresses that may be fetched."""

from collections.abc import Iterator
from urllib.parse import urljoin

from lxml.html import HtmlElement

from pipelines.page import MAX_LINKS
from pipelines.urls.canonical import BadUrl, absolute

#: Different hrefs looked at for `MAX_LINKS` addresses.
MAX_HREFS = 5 * MAX_LINKS


def links(tree: HtmlElement, *, url: str) -> tuple[str, ...]:
    """Return the absolute http(s) addresses linked from a page: page order, no repeats, no fragments, at most `MAX_LINKS`.

    Links marked nofollow are among them: on newspapers the mark speaks of ranking, not of reading. A bad address
    never ends the list. The page's own address is not a link.
    """
    base = base_url(tree, url=url)
    found: dict[str, None] = {}
    for address in _addresses(tree, base):
        found[address] = None
        if len(found) >= MAX_LINKS:
            break
    found.pop(url, None)
    return tuple(found)


def base_url(tree: HtmlElement, *, url: str) -> str:
    """Return the address that relative links of the page stand against: its <base href>, or its own."""
    for href in tree.xpath("(//base/@href)[1]"):
        return resolve(href, base=url) or url
    return url


def resolve(href: str, *, base: str) -> str | None:
    """Return the absolute http(s) address that an href means, without its fragment; None if it means none.

    >>> resolve("../a b#c", base="https://example.ma/x/y/")
    'https://example.ma/x/a%20b'
    """
    href = href.strip()
    if not href or href.startswith("#") or len(href) > 8_000:
        return None
    try:
        return absolute(urljoin(base, href.replace("\\", "/") if "?" not in href else href))
    except (BadUrl, ValueError):
        return None


def _addresses(tree: HtmlElement, base: str) -> Iterator[str]:
    """Yield what each different href means; looks at `MAX_HREFS` of them, so that a page of bad ones ends as well."""
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
