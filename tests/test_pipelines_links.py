"""Links of a page: what may be fetched, in page order, however bad its neighbours are."""

import time

import pytest

from pipelines.html.links import links, resolve
from pipelines.html.parsed_page import parse_page
from pipelines.page import MAX_LINKS

URL = "https://example.ma/news/1"


def of(body: str, head: str = "") -> tuple[str, ...]:
    return links(parse_page(f"<html><head>{head}</head><body>{body}</body></html>"), url=URL)


def test_links_come_absolute_in_page_order_without_repeats_or_fragments() -> None:
    body = '<a href="/b#x">1</a><a href="c?x=1&amp;y=2">2</a><a href="//cdn.example.ma/d">3</a><a href="/b#y">4</a><a>5</a><a href="">6</a><a href="#top">7</a>'  # noqa: E501  an XPath
    assert of(body) == ("https://example.ma/b", "https://example.ma/news/c?x=1&y=2", "https://cdn.example.ma/d")


def test_a_base_is_honoured_and_a_bad_one_ignored() -> None:
    assert of('<a href="b">', '<base href="https://other.test/x/">') == ("https://other.test/x/b",)
    assert of('<a href="b">', '<base href="/ar/">') == ("https://example.ma/ar/b",)
    assert of('<a href="b">', '<base href="javascript:alert(1)">') == ("https://example.ma/news/b",)


HOSTILE = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", "mailto:a@b.c", "tel:1",  # noqa: E501  a table row
    "file:///etc/passwd", "ftp://a.b/c", "http://user:pass@example.ma/", "https://example.ma@evil.test/", "http://[::1", "http://", "https://exa mple.ma/", "http://a:99999/",  # noqa: E501  a table row
    "//", "http://a..b/", "blob:https://example.ma/x", "ws://example.ma/", "x" * 9000,
]  # fmt: skip


@pytest.mark.parametrize("href", HOSTILE)
def test_an_address_that_cannot_be_fetched_is_no_link_and_never_ends_the_list(href: str) -> None:
    quoted = href.replace('"', "&quot;")
    assert of(f'<a href="/before">1</a><a href="{quoted}">2</a><a href="/after">3</a>') == (
        "https://example.ma/before",
        "https://example.ma/after",
    )


def test_control_and_bidi_characters_and_markup_do_not_survive_in_an_address() -> None:
    (address,) = of('<a href="/a\u202eb&quot;&gt;&lt;c\u0001 d">x</a>')
    assert address == "https://example.ma/a%E2%80%AEb%22%3E%3Cc%20d"


def test_arabic_addresses_are_kept_as_they_stand() -> None:
    assert of('<a href="/أخبار/فوز-المنتخب">x</a>') == ("https://example.ma/أخبار/فوز-المنتخب",)


def test_nofollow_links_and_image_maps_count() -> None:
    assert of('<a rel="nofollow" href="/a">x</a><map><area href="/b"></map>') == (
        "https://example.ma/a",
        "https://example.ma/b",
    )


def test_the_page_itself_is_not_among_its_links() -> None:
    assert of(f'<a href="{URL}#comments">x</a><a href="/b">y</a>') == ("https://example.ma/b",)


def test_the_list_is_bounded() -> None:
    assert len(of("".join(f'<a href="/{n}">x</a>' for n in range(MAX_LINKS + 50)))) == MAX_LINKS


@pytest.mark.parametrize("href", ["javascript:x({})", "/same", "/{}", "http://[{}"])
def test_a_hundred_thousand_links_take_no_time_to_speak_of(href: str) -> None:
    page = parse_page("".join(f'<a href="{href.format(n)}">x</a>' for n in range(100_000)))
    assert page.attributes
    started = time.process_time()
    links(page, url=URL)
    assert time.process_time() - started < 1.5


def test_an_address_is_resolved_against_its_page() -> None:
    assert resolve("../x", base="https://example.ma/a/b/c") == "https://example.ma/a/x"
    assert resolve("?page=2", base="https://example.ma/a") == "https://example.ma/a?page=2"
