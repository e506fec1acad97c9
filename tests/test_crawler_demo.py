"""The demo newspaper: what it serves, how it misbehaves, and that its truth is what a reader sees on its pages."""

import gzip
import http.client
import itertools
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import feedparser
import lxml.etree
import lxml.html
import pytest
from hijridate import Gregorian
from protego import Protego

from crawler.demo import DemoNewspaper, source_toml
from crawler.demo.answers import DemoResponse, route
from crawler.demo.faults import FAULTS, closed
from crawler.demo.manuscript import SECTIONS, manuscripts
from crawler.demo.server import expected
from crawler.demo.site import RENDERERS
from crawler.demo.specials import (
    ATTRIBUTES_PATH,
    CHALLENGE_PATH,
    ENDLESS_PATH,
    FORBIDDEN_CHALLENGE_PATH,
    GONE_PATH,
    LOGIN_PATH,
    MISSING_PATH,
    PDF_PATH,
    SILENT_PATH,
    SOFT_404_PATH,
    VIDEO_STUB_PATH,
)
from crawler.demo.templates.react import css
from crawler.sources.source import load_all

ARTICLES = manuscripts(1)


@pytest.fixture
def paper() -> Iterator[DemoNewspaper]:
    with DemoNewspaper() as newspaper:
        yield newspaper


class Reply:
    """What came back, read whole."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode("windows-1256" if self.headers.get("content-type") == "text/html" else "utf-8")


def get(paper: DemoNewspaper, path: str, method: str = "GET", **headers: str) -> Reply:
    """Fetch one path without following redirects; letters are percent-encoded, raw bytes go as they are."""
    connection = http.client.HTTPConnection(paper.host, paper.port, timeout=5)
    try:
        connection.request(method, quote(path, safe="/?=&%-_.~"), headers=headers)
        return Reply(connection.getresponse())
    finally:
        connection.close()


def article_page(paper: DemoNewspaper, path: str) -> Reply:
    """Fetch an article, again for as long as its address fails."""
    while (reply := get(paper, path)).status >= 500:
        pass
    assert reply.status == 200, path
    return reply


def raw(paper: DemoNewspaper, path: str, *, seconds: float = 5, most: int = 1_000_000) -> bytes:
    """Send a request by hand and return all that comes, up to `most` bytes; RST and silence give b""."""
    with socket.create_connection((paper.host, paper.port), timeout=seconds) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: demo\r\n\r\n".encode())
        received = b""
        try:
            while len(received) < most and (piece := connection.recv(65536)):
                received += piece
        except (TimeoutError, ConnectionError):
            pass
        return received


# --- the articles -----------------------------------------------------------------------------------------------------


def test_there_are_64_articles_or_more_on_six_templates() -> None:
    assert len(ARTICLES) >= 64
    assert {article.template for article in ARTICLES} == set(RENDERERS)
    assert {article.section for article in ARTICLES} == set(SECTIONS)
    assert {article.kind for article in ARTICLES} == {"news", "opinion", "live", "gallery", "video", "interview"}


def test_keys_numbers_and_addresses_are_unique() -> None:
    every = [*ARTICLES, *(each for each in manuscripts(2) if each.since == 2 and each.modified is None)]
    for name in ("key", "number", "path", "title"):
        values = [getattr(each, name) for each in every]
        assert len(values) == len(set(values)), name


def test_no_line_stands_in_two_articles_and_no_two_articles_are_alike() -> None:
    shingles = {}
    for article in ARTICLES:
        words = " ".join([article.lead, *(block.text for block in article.blocks)]).split()
        assert len(words) >= 60, article.key
        shingles[article.key] = set(zip(words, words[1:], words[2:], strict=False))
    for one, other in itertools.combinations(shingles.values(), 2):
        assert len(one & other) / len(one | other) < 0.05
    lines = [block.text for article in ARTICLES for block in article.blocks if block.kind not in ("row", "entry")]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("article", [a for a in manuscripts(2) if a.hijri], ids=lambda a: a.key)
def test_the_hijri_day_is_the_gregorian_one(article: Any) -> None:
    hijri = Gregorian.fromdate(article.published.date()).to_hijri()
    day, *_, year = article.hijri.split()
    assert (int(day), int(year)) == (hijri.day, hijri.year)


def test_every_drupal_page_has_a_hijri_day_and_no_other_has() -> None:
    for article in manuscripts(2):
        assert bool(article.hijri) == (article.template == "drupal"), article.key


def _texts(page: str, *paths: str) -> list[str]:
    tree = lxml.html.fromstring(page)
    found = [element for path in paths for element in tree.xpath(path)]
    return [" ".join(element.text_content().split()) for element in found]


def _wordpress(page: str) -> list[str]:
    content = "//div[@class='entry-content']"
    strangers = ("اقرأ أيضا", "إقرأ أيضاً", "المقال التالي")
    lines = _texts(
        page, f"{content}//*[self::p or self::h2 or self::li or self::td][not(ancestor::*[@class='c-share'])]"
    )
    assert any(line.startswith(strangers[0]) for line in lines)
    end = lines.index("المقال التالي")
    assert len(lines) == end + 2, "one title follows 'next article'"
    return [line for line in lines[:end] if not line.startswith(strangers)]


def _react(page: str) -> list[str]:
    body = f"//div[@class='{css('richtext')}']"
    return _texts(
        page,
        f"//p[@class='{css('standfirst')}']",
        f"{body}//*[self::p or self::h2 or self::h3 or self::blockquote or self::li or self::td or self::time]",
    )


def _drupal(page: str) -> list[str]:
    lead, body = "//*[contains(@class,'field--name-field-lead')]/p", "//*[contains(@class,'field--name-body')]"
    return _texts(page, lead, f"{body}//*[self::p or self::h3 or self::li]")


def _table(page: str) -> list[str]:
    return _texts(page, "//font[@size='3']")


def _microdata(page: str) -> list[str]:
    return _texts(
        page, "//h2[@class='intro']", "//*[@itemprop='articleBody']//*[@class='para' or self::h2 or self::li]"
    )


def _bare(page: str) -> list[str]:
    cell = page.split("<td", 2)[1].split(">", 1)[1].rsplit("</td>", 1)[0].split("</td>")[0]
    chunks = [re.sub(r"<[^>]+>", "", chunk).strip() for chunk in cell.split("<br><br>")]
    return [chunk for chunk in chunks[1:] if chunk]


#: Template -> how a reader tells its text from the rest of the page; written apart from the templates.
READERS: dict[str, Callable[[str], list[str]]] = {
    "wordpress": _wordpress,
    "react": _react,
    "drupal": _drupal,
    "table": _table,
    "microdata": _microdata,
    "bare": _bare,
}


@pytest.mark.parametrize("edition", [1, 2])
def test_the_truth_is_what_a_reader_sees(paper: DemoNewspaper, edition: int) -> None:
    paper.set_edition(edition)
    for path, truth in paper.truth.items():
        reply = article_page(paper, path)
        page = reply.body.decode("windows-1256" if truth.template == "table" else "utf-8")
        seen = READERS[truth.template](page)
        assert truth.tells("\n".join(seen)), (path, seen, truth.lines)
        assert truth.title in _texts(page, "//h1", "//b"), path
        for author in truth.authors:
            assert author in page, path


def test_the_truth_refuses_a_missing_and_a_foreign_line(paper: DemoNewspaper) -> None:
    for truth in paper.truth.values():
        assert truth.tells(truth.text)
        assert not truth.tells(truth.text + "\nشارك المقال")
        assert not truth.tells("\n".join(truth.lines[:-1]))
        assert not replace(truth, optional=frozenset()).tells(truth.text + "\n")


def test_old_pages_come_in_windows_1256_and_say_so_nowhere(paper: DemoNewspaper) -> None:
    old = [path for path, truth in paper.truth.items() if truth.template == "table"]
    assert len(old) >= 6
    for path in old:
        reply = get(paper, path)
        assert reply.headers["content-type"] == "text/html"
        assert b"charset" not in reply.body.lower()
        with pytest.raises(UnicodeDecodeError):
            reply.body.decode("utf-8")


def test_the_share_widget_stands_at_start_middle_and_end(paper: DemoNewspaper) -> None:
    for path, truth in paper.truth.items():
        if truth.template == "wordpress":
            assert article_page(paper, path).text.count("شارك المقال") == 3, path


def test_every_page_has_its_furniture(paper: DemoNewspaper) -> None:
    for path, truth in paper.truth.items():
        if truth.template == "wordpress":
            continue
        text = article_page(paper, path).body.decode("windows-1256" if truth.template == "table" else "utf-8")
        assert "جميع الحقوق محفوظة" in text
        assert text.count("/section/") >= len(SECTIONS)


# --- addresses
# ---------------------------------------------------------------------------------------------------------


def test_every_alias_leads_to_its_article(paper: DemoNewspaper) -> None:
    assert {"/article/go-1", "/article/go-2", "/article/go-3"} <= paper.aliases.keys()
    for alias, path in paper.aliases.items():
        hops, place = 0, alias
        while (reply := get(paper, place)).status in (301, 302):
            place, hops = urlsplit(reply.headers["location"])._replace(scheme="", netloc="").geturl(), hops + 1
        if reply.status >= 500:
            continue
        if hops:
            assert route(place) == path
        else:
            canonical = lxml.html.fromstring(reply.body).xpath("//link[@rel='canonical']/@href")[0]
            assert route(canonical) == path
            assert canonical.startswith(paper.base_url)


def test_the_chain_has_three_links(paper: DemoNewspaper) -> None:
    assert [get(paper, f"/article/go-{n}").headers["location"] for n in (1, 2)] == ["/article/go-2", "/article/go-3"]
    assert get(paper, "/article/go-3").headers["location"].startswith(paper.base_url + "/article/48")


@pytest.mark.parametrize(
    "spell",
    [
        lambda path: quote(path),
        lambda path: quote(path).lower(),
        lambda path: quote(path) + "?utm_source=x&utm_medium=y",
        lambda path: quote(path) + "?fbclid=IwAR0",
        lambda path: path,
    ],
    ids=["capital", "small", "utm", "fbclid", "raw"],
)
def test_an_article_answers_under_every_spelling(paper: DemoNewspaper, spell: Callable[[str], str]) -> None:
    path = next(path for path, truth in paper.truth.items() if truth.key == "budget-vote")
    assert b"200 OK" in raw_spelled(paper, spell(path))
    assert paper.truth_of(paper.base_url + spell(path)) == paper.truth[path]


def raw_spelled(paper: DemoNewspaper, target: str) -> bytes:
    with socket.create_connection((paper.host, paper.port), timeout=5) as connection:
        connection.sendall(f"GET {target} HTTP/1.0\r\n\r\n".encode())
        return connection.recv(1024)


def test_links_are_spelt_in_every_way(paper: DemoNewspaper) -> None:
    pages = "".join(get(paper, path).text for path in paper._site.answers if path.startswith("/section/"))
    links = re.findall(r'href="([^"]+)"', pages)
    for sign in ("utm_source", "fbclid", "#comments", "%D8", "%d8", "/?p=", "/m/", "/202"):
        assert any(sign in link for link in links), sign
    assert any(re.search("[ء-ي]", link) for link in links)


def test_trackers_and_fragments_name_no_other_page() -> None:
    assert route("/a/?utm_source=x&id=3&fbclid=y#z") == "/a/?id=3"
    assert route("http://127.0.0.1:1/%D8%A7/") == route("/%d8%a7/") == "/ا/"


# --- endpoints
# ---------------------------------------------------------------------------------------------------------


def test_feeds_parse_and_name_real_articles(paper: DemoNewspaper) -> None:
    rss, atom = feedparser.parse(get(paper, "/feed.xml").body), feedparser.parse(get(paper, "/atom.xml").body)
    assert (rss.version, atom.version) == ("rss20", "atom10")
    assert not rss.bozo
    assert not atom.bozo
    for entry in [*rss.entries, *atom.entries]:
        truth = paper.truth_of(entry.link)
        assert truth is not None, entry.link
        assert entry.title == truth.title
    assert any("content" in entry for entry in rss.entries)
    assert not all("content" in entry for entry in rss.entries)
    assert len(rss.entries) == 25


def _locs(body: bytes) -> list[str]:
    return [str(loc) for loc in lxml.etree.fromstring(body).xpath("//*[local-name()='loc']/text()")]


def test_sitemaps_parse_and_name_articles_beside_bad_locs(paper: DemoNewspaper) -> None:
    children = _locs(get(paper, "/sitemap.xml").body)
    replies = {child: get(paper, urlsplit(child).path) for child in children}
    assert sorted(reply.status for reply in replies.values()) == [200, 200, 200, 404]
    bodies = [gzip.decompress(r.body) if c.endswith(".gz") else r.body for c, r in replies.items() if r.status == 200]
    locs = [loc for body in bodies for loc in _locs(body)]
    found = {truth.path for loc in locs if (truth := paper.truth_of(loc) if loc.startswith(paper.base_url) else None)}
    assert found == {p for p, t in paper.truth.items() if t.template in ("wordpress", "react", "drupal", "microdata")}
    assert "javascript:alert(1)" in locs
    assert paper.base_url + MISSING_PATH in locs


def test_the_news_sitemap_is_a_gzip_file(paper: DemoNewspaper) -> None:
    reply = get(paper, "/news-sitemap.xml.gz")
    assert "content-encoding" not in reply.headers
    tree = lxml.etree.fromstring(gzip.decompress(reply.body))
    titles = tree.xpath("//*[local-name()='news']/*[local-name()='title']/text()")
    assert len(titles) == 30
    assert set(titles) <= {truth.title for truth in paper.truth.values()}


def test_robots_forbids_what_pages_link_to(paper: DemoNewspaper) -> None:
    rules = Protego.parse(get(paper, "/robots.txt").text)
    assert list(rules.sitemaps) == [f"{paper.base_url}/sitemap.xml", f"{paper.base_url}/news-sitemap.xml.gz"]
    assert rules.crawl_delay("warraq") == pytest.approx(0.02)
    sections = "".join(get(paper, f"/section/{section}").text for section in SECTIONS)
    for path in paper.forbidden:
        assert not rules.can_fetch(paper.base_url + path, "warraq")
        assert path in sections
    assert all(rules.can_fetch(paper.base_url + quote(path), "warraq") for path in paper.truth)


def test_a_walk_along_links_finds_every_article_and_every_special_page(paper: DemoNewspaper) -> None:
    to_see, seen = ["/"], set()
    while to_see:
        page = to_see.pop()
        seen.add(page)
        if page in paper._site.answers and (page == "/" or page.startswith("/section/")):
            links = lxml.html.fromstring(get(paper, page).text).xpath("//a/@href")
            to_see += {route(urljoin(paper.base_url + page, link)) for link in links} - seen
    reached = {paper.aliases.get(path, path) for path in seen}
    assert paper.truth.keys() <= reached
    assert paper.not_articles.keys() <= reached
    assert set(paper.forbidden) <= reached


def test_both_ways_of_paging_are_there(paper: DemoNewspaper) -> None:
    assert "/section/politics?page=2" in get(paper, "/section/politics").text
    assert "/section/culture/page/2/" in get(paper, "/section/culture").text
    for path in ("/section/politics?page=2", "/section/culture/page/2/"):
        assert get(paper, path).text.count('class="card"') >= 2
    assert get(paper, "/section/politics?page=99").status == 404


# --- conditional requests and editions
# ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/feed.xml", "/atom.xml", "/sitemap.xml", "/news-sitemap.xml.gz", "/", "/node/801"])
def test_a_known_page_is_not_sent_again(paper: DemoNewspaper, path: str) -> None:
    first = get(paper, path)
    by_tag = get(paper, path, **{"If-None-Match": first.headers["etag"]})
    by_date = get(paper, path, **{"If-Modified-Since": first.headers["last-modified"]})
    stale = get(paper, path, **{"If-None-Match": '"other"', "If-Modified-Since": first.headers["last-modified"]})
    assert [reply.status for reply in (first, by_tag, by_date, stale)] == [200, 304, 304, 200]
    assert by_tag.body == b""
    assert [access.status for access in paper.requests_for(path)] == [200, 304, 304, 200]


def test_text_is_gzipped_for_those_who_take_it(paper: DemoNewspaper) -> None:
    plain, packed = get(paper, "/node/801"), get(paper, "/node/801", **{"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert plain.headers["etag"] != packed.headers["etag"]
    again = get(paper, "/node/801", **{"Accept-Encoding": "gzip", "If-None-Match": packed.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert "content-encoding" not in get(paper, PDF_PATH, **{"Accept-Encoding": "gzip"}).headers


def test_one_edit_changes_one_page(paper: DemoNewspaper) -> None:
    before = {path: paper.answer(path).etag for path in paper.truth if not paper._site.answers[path].failures}
    paper.set_edition(2)
    changed = [path for path, tag in before.items() if path in paper.truth and paper.answer(path).etag != tag]
    assert [paper.truth[path].key for path in changed] == ["cup-final"]


def test_the_second_edition_edits_one_withdraws_one_and_adds_two(paper: DemoNewspaper) -> None:
    first = paper.truth
    feed = get(paper, "/feed.xml").headers["etag"]
    paper.set_edition(2)
    second = paper.truth
    assert len(second.keys() - first.keys()) == 2
    (gone,) = first.keys() - second.keys()
    assert get(paper, gone).status == 410
    assert paper.not_articles[gone].states == ("gone",)
    assert paper.withdrawn.keys() == {gone}
    (edited,) = [path for path in first.keys() & second.keys() if first[path] != second[path]]
    assert first[edited].title == second[edited].title
    assert get(paper, "/feed.xml", **{"If-None-Match": feed}).status == 200
    counts = expected(2)
    assert (counts.changed, counts.new, counts.withdrawn) == (1, 2, 1)
    assert (counts.articles, counts.archived) == (len(second), len(first) + 2)
    assert expected(1).articles == expected(1).archived == len(first)


# --- misbehaviour
# ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "sign"),
    [
        (VIDEO_STUB_PATH, 200, "<video"),
        (LOGIN_PATH, 200, 'type="password"'),
        (CHALLENGE_PATH, 200, "Just a moment..."),
        (FORBIDDEN_CHALLENGE_PATH, 403, "Just a moment..."),
        (SOFT_404_PATH, 200, "الصفحة غير موجودة"),
        (PDF_PATH, 200, "%PDF"),
        (MISSING_PATH, 404, "404"),
        (GONE_PATH, 410, "410"),
    ],
)
def test_special_pages_answer_as_they_should(paper: DemoNewspaper, path: str, status: int, sign: str) -> None:
    reply = get(paper, path)
    assert reply.status == status
    assert sign in reply.text
    assert path in paper.not_articles


def test_the_hostile_page_is_120_kb_of_bold(paper: DemoNewspaper) -> None:
    assert get(paper, ATTRIBUTES_PATH).body.count(b"=1") == 120_000


def test_a_failing_page_recovers_and_fails_again_after_a_reset(paper: DemoNewspaper) -> None:
    for number, statuses, wait in ((1302, [503, 503, 200, 200], "1"), (48603, [500, 500, 500, 200], None)):
        path = next(article.path for article in ARTICLES if article.number == number)
        replies = [get(paper, path) for _ in range(4)]
        assert [reply.status for reply in replies] == statuses
        assert replies[0].headers.get("retry-after") == wait
        paper.reset()
        assert paper.access_log == []
        assert get(paper, path).status == statuses[0]


def test_the_endless_page_goes_on_until_the_client_leaves(paper: DemoNewspaper) -> None:
    received = raw(paper, ENDLESS_PATH, most=2_000_000)
    assert received.startswith(b"HTTP/1.1 200 OK")
    assert len(received) >= 2_000_000


def test_the_silent_page_says_nothing(paper: DemoNewspaper) -> None:
    assert raw(paper, SILENT_PATH, seconds=0.3) == b""
    assert [access.status for access in paper.requests_for(SILENT_PATH)] == [0]


def test_closing_ends_endless_and_silent_pages_at_once() -> None:
    with DemoNewspaper() as paper:
        readers = [socket.create_connection((paper.host, paper.port), timeout=5) for _ in range(2)]
        for reader, path in zip(readers, (ENDLESS_PATH, SILENT_PATH), strict=True):
            reader.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())
        assert readers[0].recv(10)
        began = time.monotonic()
    assert time.monotonic() - began < 1
    for reader in readers:
        try:
            while reader.recv(1 << 20):
                pass
        except ConnectionError:
            pass
        reader.close()


def test_slow_pages_can_be_left_out_of_the_links() -> None:
    with DemoNewspaper(slow=False) as paper:
        assert SILENT_PATH not in paper.not_articles
        assert not any(SILENT_PATH in get(paper, f"/section/{section}").text for section in SECTIONS)


@pytest.mark.parametrize(
    ("name", "begins", "whole"),
    [
        ("reset", b"", True),
        ("closed", b"", True),
        ("half-header", b"HTTP/1.1 200 OK\r\nContent-Ty", True),
        ("short-body", b"HTTP/1.1 200 OK\r\n", False),
        ("cut-chunk", b"HTTP/1.1 200 OK\r\n", False),
        ("gzip-truncated", b"HTTP/1.1 200 OK\r\n", False),
        ("gzip-bad-crc", b"HTTP/1.1 200 OK\r\n", False),
        ("gzip-lie", b"HTTP/1.1 200 OK\r\n", False),
        ("utf8-as-1256", b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=windows-1256", False),
        ("utf8-as-latin1", b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=iso-8859-1", False),
        ("cp1256-as-utf8", b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8", False),
        ("many-links", b"HTTP/1.1 200 OK\r\n", False),
        ("999", b"HTTP/1.1 999 Denied\r\n", False),
    ],
)
def test_faults_on_the_wire(paper: DemoNewspaper, name: str, begins: bytes, whole: bool) -> None:
    received = raw(paper, f"/fault/{name}", most=5_000_000)
    assert received.startswith(begins)
    if whole:
        assert received == begins


def test_a_reset_is_a_reset(paper: DemoNewspaper) -> None:
    with pytest.raises(ConnectionResetError) as caught:
        get(paper, "/fault/reset")
    assert caught.type is ConnectionResetError, "FIN, which http.client calls RemoteDisconnected"
    with pytest.raises(http.client.RemoteDisconnected, match="without response"):
        get(paper, "/fault/closed")


def test_broken_bodies_are_broken_as_promised(paper: DemoNewspaper) -> None:
    with pytest.raises(http.client.IncompleteRead):
        get(paper, "/fault/short-body")
    with pytest.raises(http.client.IncompleteRead):
        get(paper, "/fault/cut-chunk")
    with pytest.raises(EOFError):
        gzip.decompress(get(paper, "/fault/gzip-truncated").body)
    with pytest.raises(gzip.BadGzipFile, match="CRC"):
        gzip.decompress(get(paper, "/fault/gzip-bad-crc").body)
    assert get(paper, "/fault/gzip-lie").body.startswith(b"<!doctype html>")


def test_every_fault_is_tried_here_or_linked(paper: DemoNewspaper) -> None:
    tried = set(re.findall(r'"/fault/([\w-]+)"|\("([\w-]+)", b"', Path(__file__).read_text(encoding="utf-8")))
    names = {name for pair in tried for name in pair if name} | {"drip"}
    assert {path.removeprefix("/fault/") for path in FAULTS if path.startswith("/fault/")} <= names


def test_the_drip_gives_a_byte_a_second(paper: DemoNewspaper) -> None:
    received = raw(paper, "/fault/drip", seconds=0.5)
    assert 0 < len(received.partition(b"\r\n\r\n")[2]) <= 1


def test_any_answer_can_be_overridden_until_a_reset(paper: DemoNewspaper) -> None:
    paper.override("/robots.txt", DemoResponse(status=503))
    paper.override("/node/801", DemoResponse(status=451, body=b"law"))
    paper.override("/feed.xml", closed)
    assert get(paper, "/robots.txt").status == 503
    assert (get(paper, "/node/801").status, get(paper, "/node/801").body) == (451, b"law")
    assert raw(paper, "/feed.xml") == b""
    paper.set_edition(2)
    assert get(paper, "/node/801").status == 451
    paper.reset()
    assert [get(paper, path).status for path in ("/robots.txt", "/node/801", "/feed.xml")] == [200, 200, 200]


# --- the server
# --------------------------------------------------------------------------------------------------------


def test_newspapers_run_side_by_side() -> None:
    with DemoNewspaper() as one, DemoNewspaper(host="127.0.0.3", edition=2) as other:
        assert one.base_url != other.base_url
        assert get(one, "/").status == get(other, "/").status == 200
        assert other.base_url in get(other, "/robots.txt").text
        assert len(one.access_log) == 1


def test_a_head_request_gets_no_body(paper: DemoNewspaper) -> None:
    reply = get(paper, "/node/801", "HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["content-length"]) > 1000


def test_the_log_file_has_a_line_an_access(tmp_path: Path) -> None:
    with DemoNewspaper(log=tmp_path / "access.tsv") as paper:
        get(paper, "/feed.xml")
        get(paper, "/nowhere")
    lines = (tmp_path / "access.tsv").read_text(encoding="utf-8").splitlines()
    assert [line.split("\t")[1:] for line in lines] == [["GET", "/feed.xml", "200"], ["GET", "/nowhere", "404"]]


def test_it_runs_by_itself_and_ends_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "crawler.demo", "--edition", "2", "--log", str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as process:
        assert process.stdout is not None
        parts = urlsplit(process.stdout.readline().strip())
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 0, timeout=5)
        connection.request("GET", "/feed.xml")
        assert connection.getresponse().status == 200
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
    assert (tmp_path / "log").read_text(encoding="utf-8").endswith("GET\t/feed.xml\t200\n")


def test_its_source_file_is_a_good_one(paper: DemoNewspaper, tmp_path: Path) -> None:
    (tmp_path / "demo.toml").write_text(source_toml(paper.base_url), encoding="utf-8")
    source = load_all([tmp_path])["demo"]
    assert len(source.endpoint) == 4 + len(SECTIONS)
    assert all(get(paper, urlsplit(endpoint.url).path).status == 200 for endpoint in source.endpoint)
    for path in (*paper.truth, *paper.aliases, *paper.not_articles):
        assert source.matches(paper.base_url + path), path
    lists = [p for p in paper._site.answers if p == "/" or p.startswith("/section/") or p.endswith((".xml", ".gz"))]
    assert not any(source.matches(paper.base_url + path) for path in lists)
