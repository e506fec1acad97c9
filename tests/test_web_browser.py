"""The reading room in Chromium: shaped Arabic, right to left, no horizontal scrolling, no foreign scripts."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

pytest.importorskip("playwright", reason="the tests of the reading room need playwright's client")

from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.hostile_archive import make_hostile_archive
from tests.support.reading_room import OpenRoom, browser, reading_room
from tests.support.small_archive import ATTACKS, FIRST_ATTACK, TEXT, make_archive

#: Where to write a picture of every page; nowhere if not said.
SCREENSHOTS = os.environ.get("SCREENSHOTS")
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
PAGES = [
    "/",
    "/search?q=الوزير",
    "/article/1",
    "/article/1/versions",
    "/article/1/diff/1/2",
    "/article/1/diff/1/2?view=two",
    "/article/1/evidence",
    "/story/1",
    "/changes",
    "/attention?q=الوزير&q=السوق",
    "/words?q=الوزير",
    "/sources",
    "/source/wardan",
    "/capture",
    "/nowhere",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("web") / "archive")


@pytest.fixture(scope="module")
def room(folder: Path) -> Iterator[OpenRoom]:
    with reading_room(folder, captures=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@dataclass
class Watched:
    """A page, and what went wrong on it."""

    page: Page
    origin: str
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.origin + path)
        self.page.wait_for_load_state("networkidle")


@contextmanager
def served(pages: dict[str, str]) -> Iterator[str]:
    """A newspaper of a few pages; its origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def watched(context: BrowserContext, origin: str) -> Watched:
    seen = Watched(context.new_page(), origin)
    seen.page.on("console", lambda message: seen.problems.append(message.text))
    seen.page.on("pageerror", lambda error: seen.problems.append(str(error)))

    def asked(url: str) -> None:
        if not url.startswith((origin, "data:")):
            seen.problems.append(f"asked for {url}")

    seen.page.on("request", lambda request: None if request.frame.parent_frame else asked(request.url))
    return seen


@pytest.fixture
def arabic(chromium: Browser, room: OpenRoom) -> Iterator[Watched]:
    with chromium.new_context(locale="ar", viewport={"width": 1280, "height": 900}) as context:
        yield watched(context, room.origin)


def test_an_article_is_found_and_read_by_keyboard(arabic: Watched) -> None:
    page = arabic.page
    arabic.open("/")
    page.keyboard.press("/")
    page.keyboard.type("أولياء الأمور")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert page.locator("mark").first.inner_text() in ("أولياء", "الأمور")
    page.locator(".hits .headline a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/*")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert "متحانات" in page.locator("h1").inner_text()
    assert arabic.problems == []


def test_a_filter_stays_in_the_address(arabic: Watched) -> None:
    page = arabic.page
    arabic.open("/")
    page.locator(".filters summary").click()
    page.locator("select[name=kind]").select_option("opinion")
    page.wait_for_url("**kind=opinion**")
    assert page.locator(".sign.kind").count() > 3
    page.locator(".filters select[name=source]").select_option("wardan")
    page.wait_for_url("**source=wardan**")
    assert "kind=opinion" in page.url


def test_arabic_is_drawn_in_the_fonts_that_we_ship(arabic: Watched) -> None:
    arabic.open("/article/1")
    loaded = arabic.page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert {"Amiri", "Noto Naskh Arabic", "IBM Plex Sans Arabic"} <= {name.strip('"') for name in loaded}


def test_what_changed_is_seen_in_one_column_and_in_two(arabic: Watched) -> None:
    page = arabic.page
    arabic.open("/changes")
    page.get_by_role("link", name="كلمة كلمة").first.click()
    page.wait_for_url("**/diff/1/2")
    assert "380" in page.locator("ins").all_inner_texts()
    assert "420" in page.locator("del").all_inner_texts()
    page.get_by_role("link", name="جنبًا إلى جنب").click()
    page.wait_for_url("**?view=two")
    old, new = page.locator(".row.changed").first.locator("p").all()
    boxes = old.bounding_box(), new.bounding_box()
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["x"] > boxes[1]["x"], "the earlier version stands on the right"
    assert arabic.problems == []


def test_a_story_tells_who_was_first_and_how_much_was_taken(arabic: Watched) -> None:
    arabic.open("/article/1")
    arabic.page.get_by_role("link", name="من سبق، وكم أخذ كل ناقل").click()
    arabic.page.wait_for_url("**/story/1")
    assert arabic.page.locator("table.story tbody tr").count() == 1
    assert "%" in arabic.page.locator(".share .number").first.inner_text()
    assert arabic.problems == []


@pytest.mark.fault("A29")
def test_a_kept_page_is_shown_from_another_origin_and_can_do_nothing(arabic: Watched) -> None:
    page = arabic.page
    arabic.open(f"/article/{FIRST_ATTACK}/page")
    frame = page.frame_locator("iframe.replay")
    assert frame.locator("p").inner_text() == "نص"
    address = page.locator("iframe.replay").get_attribute("src") or ""
    assert not address.startswith(arabic.origin)
    answer = page.request.get(address)
    assert "sandbox;" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    forged = address[:-1] + ("0" if address[-1] != "0" else "1")
    assert page.request.get(forged).status == 403
    assert page.evaluate("window.hacked") is None
    assert all(
        "Blocked script" in one or "Content Security Policy" in one for one in arabic.problems if address not in one
    )


@pytest.mark.slow
def test_a_page_is_captured_from_the_browser(chromium: Browser, room: OpenRoom) -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in TEXT.split("\n"))
    html = f"<html lang=ar><head><title>خبر ملتقط</title></head><body><article><h1>خبر ملتقط</h1>{paragraphs}</article></body></html>"  # noqa: E501  a template
    with served({"/khabar": html}) as press, chromium.new_context(locale="ar") as context:
        seen = watched(context, room.origin)
        seen.open("/capture")
        seen.page.locator("input[name=url]").fill(f"{press}/khabar")
        seen.page.keyboard.press("Enter")
        seen.page.get_by_role("link", name="اقرأ المقال").click(timeout=120_000)
        assert seen.page.locator("h1").inner_text() == "خبر ملتقط"
        assert "420 مدرسة" in seen.page.locator(".body").inner_text()
        assert seen.problems == []


@pytest.mark.fault("A28")
def test_a_capture_needs_the_token_of_its_form(room: OpenRoom) -> None:
    origin = {"origin": room.origin}
    for headers, status in ((origin, 403), ({}, 403), ({"origin": "https://evil.example"}, 403)):
        answer = httpx.post(f"{room.origin}/capture", data={"url": "https://example.ma/"}, headers=headers)
        assert answer.status_code == status


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_is_whole(chromium: Browser, room: OpenRoom, size: str, scheme: str, language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    width, height = SIZES[size]
    with chromium.new_context(
        locale=language,
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two above
        bypass_csp=True,  # axe is put into the page by the test
    ) as context:
        seen = watched(context, room.origin)
        for path in PAGES:
            seen.open(path)
            wide, window = seen.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= window, f"{path} scrolls sideways"
            headline = seen.page.locator("main").locator(".headline, h1").last
            if headline.get_attribute("dir") == "rtl":
                assert seen.page.evaluate("e => getComputedStyle(e).direction", headline.element_handle()) == "rtl"
            if folder := SCREENSHOTS:
                name = (
                    f"{path.strip('/').replace('/', '-').partition('?')[0] or 'newest'}-{size}-{scheme}-{language}.png"
                )
                seen.page.screenshot(path=Path(folder) / name, full_page=True)
            serious = [
                f"{path}: {one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
                for one in Axe().run(seen.page).response["violations"]
                if one["impact"] in ("serious", "critical")
            ]
            assert serious == []
        assert [one for one in seen.problems if "404" not in one] == []


#: Elements and attributes that no template of ours has.
STRANGE = """[...document.querySelectorAll('*')].filter(e =>
    [...e.attributes].some(a => a.name.startsWith('on') || /^\\s*javascript:/i.test(a.value)) ||
    (e.matches('script:not([src^="/static/"]), iframe:not(.replay), base, form[action^="http"], style')))
    .map(e => e.outerHTML.slice(0, 100))"""


def refuse_strange(seen: Watched, path: str) -> None:
    """Open a page; fail where a stored text became an element, ran, or left the reading room."""
    seen.open(path)
    seen.page.mouse.move(200, 200)
    assert seen.page.evaluate("window.hacked") is None, path
    assert seen.page.url.startswith(seen.origin)
    assert seen.page.evaluate(STRANGE) == [], path


@pytest.mark.fault("A24", "A26")
@pytest.mark.slow
def test_no_stored_text_runs_or_leaves_its_element(arabic: Watched) -> None:
    lists = ["/", "/?source=rassad", "/search?q=هجوم", "/search?q=<script>window.hacked=1</script>"]
    for path in [*lists, *(f"/article/{number}" for number in range(FIRST_ATTACK, FIRST_ATTACK + len(ATTACKS)))]:
        refuse_strange(arabic, path)
    assert arabic.problems == []


@pytest.mark.slow
def test_no_newspaper_version_or_record_runs_or_leaves_its_element(chromium: Browser, tmp_path: Path) -> None:
    numbers = range(1, len(ATTACKS) + 1)
    paths = ["/", "/sources", "/changes", "/search?q=صباح", "/words?q=صباح", "/attention?q=صباح&q=<svg/onload=x>"]
    paths += [f"/source/h{number - 1}" for number in numbers]
    for page in ("versions", "diff/1/2", "diff/1/2?view=two", "evidence"):
        paths += [f"/article/{number}/{page}" for number in numbers]
    with reading_room(make_hostile_archive(tmp_path / "archive")) as room, chromium.new_context(locale="ar") as context:
        seen = watched(context, room.origin)
        for path in paths:
            refuse_strange(seen, path)
            assert seen.page.locator("main h1").count() == 1, path
        assert seen.problems == []
