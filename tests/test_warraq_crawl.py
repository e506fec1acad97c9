"""Crawling from the command line, against the demo newspaper on loopback: demo, crawl, capture, Ctrl-C."""

import gzip
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo import DemoNewspaper, source_toml
from crawler.sources.source import load
from storage.archive import Archive
from storage.search.query import Query

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def start(*arguments: object, cwd: Path) -> "subprocess.Popen[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "warraq", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )


#: The finder takes a second between two looks; here nobody has to be spared.
HURRIED = "import crawler.checking.prober as p; p.ProbeSpider.delay_s = 0.0; from warraq.cli.main import main; main()"


def hurried(*arguments: object, cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", HURRIED, *map(str, arguments), "--allow-private", "--timeout", "3"]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def warraq(*arguments: object, cwd: Path, code: int | None = 0) -> str:
    """Run to its end; its stdout. `code` None: whatever it ends with."""
    process = start(*arguments, cwd=cwd)
    out, err = process.communicate(timeout=120)
    assert process.returncode in ({code} if code is not None else {0, 1}), err
    assert "Traceback" not in err
    return out


@pytest.fixture
def newspaper() -> Iterator[DemoNewspaper]:
    with DemoNewspaper(slow=False) as paper:
        yield paper


@pytest.fixture
def desk(tmp_path: Path, newspaper: DemoNewspaper) -> Path:
    """A folder with the newspaper's source file in `sources/`."""
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "demo.toml").write_text(source_toml(newspaper.base_url), encoding="utf-8")
    return tmp_path


HOW = ("--sources", "sources", "--allow-private", "--timeout", "3")


def requests(log: Path) -> list[str]:
    """Paths asked for, robots.txt left out."""
    return [line.split("\t")[2] for line in log.read_text("utf-8").splitlines() if "robots.txt" not in line]


def test_the_demo_shows_the_whole_program_and_fetches_nothing_twice(tmp_path: Path) -> None:
    out = warraq("demo", "--access-log", "first.log", cwd=tmp_path)
    with sqlite3.connect(tmp_path / "demo-archive" / "archive.db") as database:
        (stored,) = database.execute("select count(*) from article").fetchone()
        (owned,) = database.execute("select count(*) from url where lease_owner is not null").fetchone()
    database.close()
    assert stored >= 60
    assert owned == 0
    assert f"Stored: {stored} articles" in out
    assert "Not stored, and why" in out
    assert "صفقة الموانئ وما لم يقله الوزير" in out
    assert all(word in out for word in ("robots.txt", "login_wall", "soft_404", "http 410", "video_stub"))

    with DemoNewspaper() as paper:
        articles = [path for path in requests(tmp_path / "first.log") if paper.truth_of(path)]
        assert len(articles) >= stored - 2

        warraq("demo", "--keep", "--access-log", "second.log", cwd=tmp_path)
        assert [path for path in requests(tmp_path / "second.log") if paper.truth_of(path)] == []
    with Archive.open(tmp_path / "demo-archive") as archive:
        assert archive.stats().articles == stored


def test_the_demo_does_not_sweep_away_what_is_not_its_own(tmp_path: Path) -> None:
    precious = tmp_path / "demo-archive" / "thesis.txt"
    precious.parent.mkdir()
    precious.write_text("all I have")
    process = start("demo", cwd=tmp_path)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 4
    assert "demo-archive contains files that are not the demo's" in err
    assert precious.read_text() == "all I have"


def test_a_crawl_that_is_interrupted_says_so_and_goes_on_where_it_was(desk: Path, newspaper: DemoNewspaper) -> None:
    process = start("crawl", "demo", *HOW, cwd=desk)
    deadline = time.monotonic() + 60
    while sum(1 for access in list(newspaper.access_log) if newspaper.truth_of(access.path)) < 10:
        assert process.poll() is None, "it ended before it could be interrupted"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command resumes" in err
    assert "Traceback" not in err
    with Archive.open(desk / "archive") as archive:
        before = archive.stats().articles
        assert 0 < before < newspaper.expected.articles
        assert archive.frontier.counts()["pending"] > 0

    warraq("crawl", "demo", *HOW, cwd=desk, code=1)
    with Archive.open(desk / "archive") as archive:
        keys = [stored.key for stored in archive.find(Query())]
        assert len(keys) == len(set(keys)) >= newspaper.expected.articles
    # A redirect leads to a page that its own address may have brought already; that is no repetition of the
    # interruption's.
    moved = {newspaper.aliases.get(access.path) for access in newspaper.access_log if access.status in (301, 302)}
    asked = [access.path for access in newspaper.access_log if newspaper.truth_of(access.path) and access.status == 200]
    twice = [path for path, number in Counter(asked).items() if number > 1 and path not in moved]
    assert len(twice) <= 4, "only pages claimed at the interruption may be fetched again"


@pytest.mark.fault("F09")
def test_a_crawl_ends_with_figures_of_each_source_and_exit_1_where_pages_failed(
    desk: Path, newspaper: DemoNewspaper
) -> None:
    (line,) = warraq("crawl", "demo", *HOW, "--json", cwd=desk, code=1).splitlines()
    figures = json.loads(line)
    assert (figures["source"], figures["outcome"]) == ("demo", "partial")
    assert figures["new"] >= newspaper.expected.articles
    assert figures["why"]["robots.txt"] >= 1
    assert figures["seconds"] > 0
    table = warraq("crawl", "demo", *HOW, "--due", cwd=desk, code=None)
    assert table.split()[:3] == ["source", "new", "changed"]
    assert "demo" in table


def test_a_crawl_of_sources_that_all_fail_is_exit_6(desk: Path, newspaper: DemoNewspaper) -> None:
    newspaper.close()
    warraq("crawl", "demo", *HOW, cwd=desk, code=6)


def test_a_captured_page_gives_its_text_and_its_evidence(desk: Path, newspaper: DemoNewspaper) -> None:
    truth = next(iter(newspaper.truth.values()))
    url = newspaper.base_url + truth.path
    out = warraq("capture", url, *HOW, cwd=desk)
    assert out.splitlines()[0] == truth.title
    assert all(line in out for line in truth.lines)
    sheet = out[out.index("Evidence of version 1") :]
    for words in ("Asia/", "HTTP 200, text/html", "server        127.0.0.1", "the payload has this SHA-256"):
        assert words in sheet
    record = json.loads(warraq("capture", url, "--json", *HOW, cwd=desk))
    assert (record["result"], record["versions"], record["source"]) == ("same", 1, "demo")
    assert record["warc_file"]
    sheet = record["evidence"]
    assert (sheet["asked"], sheet["status"], sheet["server_ip"], sheet["fault"]) == (url, 200, "127.0.0.1", None)
    (command,) = sheet["read_back"]
    ended = subprocess.run(
        [sys.executable, "-m", "warcio.cli", *command.split()[1:]],
        cwd=desk,
        capture_output=True,
        timeout=60,
        check=True,
    )
    head, _, payload = ended.stdout.partition(b"\r\n\r\n")[2].partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert hashlib.sha256(payload.removesuffix(b"\r\n\r\n")).hexdigest() == sheet["payload_sha256"]
    shown = json.loads(warraq("show", record["id"], "--evidence", "--json", "--archive", "archive", cwd=desk))
    assert [(one["version"], one["payload_sha256"]) for one in shown["evidence"]] == [(1, sheet["payload_sha256"])]
    with Archive.open(desk / "archive") as archive:
        stored = archive.get(record["id"])
        assert stored.snapshot is not None
        assert stored.snapshot.record is not None
        payload = archive.warc.read(stored.snapshot.record).payload
        page = gzip.decompress(payload) if payload.startswith(b"\x1f\x8b") else payload
        assert truth.title in page.decode()


def test_one_wrong_address_does_not_stop_the_others(desk: Path, newspaper: DemoNewspaper) -> None:
    truth = next(iter(newspaper.truth.values()))
    good, gone = newspaper.base_url + truth.path, newspaper.base_url + "/nosuch/page"
    (desk / "urls.txt").write_text(f"# mine\n{good}\n\nftp://x.example/\n{gone}\n", encoding="utf-8")
    with (desk / "urls.txt").open() as stdin:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "warraq", "capture", "-", "--json", *HOW]
        ended = subprocess.run(
            command, cwd=desk, env=environment, stdin=stdin, capture_output=True, timeout=60, check=False
        )
    results = [(record["captured"], record["result"]) for record in map(json.loads, ended.stdout.splitlines())]
    assert results == [(good, "new"), ("ftp://x.example/", "refused"), (gone, "gone")]
    assert ended.returncode == 1


def test_a_saved_page_is_stored_as_if_it_came_from_its_address(tmp_path: Path) -> None:
    page = (
        "<html><head><title>عنوان الخبر المحفوظ - الرصد</title></head><body><article><h1>عنوان الخبر المحفوظ</h1>"
        "<time>منذ 3 ساعات</time>" + "<p>أعلنت وزارة النقل في بيان لها اليوم عن افتتاح خط جديد للقطار السريع.</p>"
        "<p>وقال الوزير إن الرحلة تستغرق ساعة واحدة فقط، مضيفا أن المشروع كلف الخزينة مبالغ كبيرة جدا.</p>"
        "<p>ومن المقرر أن يستمر العمل في المشروع سنوات مقبلة حسب المصدر ذاته الذي تحدث إلى الصحيفة.</p></article></body></html>"  # noqa: E501  a template
    )
    (tmp_path / "saved.html").write_bytes(page.encode("cp1256"))
    given = ("--html", "saved.html", "--url", "https://rassad.example/news/17", "--fetched-at", "2024-01-05T12:00:00Z")
    record = json.loads(warraq("capture", *given, "--json", cwd=tmp_path))
    assert record["title"] == "عنوان الخبر المحفوظ"
    assert record["text"].count("\n") == 2
    assert record["fetched_at"] == "2024-01-05T12:00:00Z"
    assert (record["published"] or "")[:10] in ("2024-01-05", "")
    assert (record["warc_file"][-8:], record["status"]) == (".warc.gz", 0)


def test_a_newspaper_is_added_by_its_home_page_and_checked(tmp_path: Path, newspaper: DemoNewspaper) -> None:
    home = newspaper.base_url + "/"
    added = hurried("sources", "add", home, "--key", "wardan", "--country", "jo", "--name-en", "Wardan", cwd=tmp_path)
    assert added.returncode == 0, added.stderr
    assert "now: warraq crawl wardan --sources sources" in added.stderr
    source = load(tmp_path / "sources" / "wardan.toml")
    assert (source.country, source.timezone, source.name_en, source.home) == ("JO", "Asia/Amman", "Wardan", home)
    kinds = {endpoint.url.removeprefix(newspaper.base_url): endpoint.kind for endpoint in source.endpoint}
    assert kinds["/feed.xml"] == "feed"
    assert "sitemap" in kinds.values()
    assert not (tmp_path / "archive").exists(), "looking stores nothing"

    again = hurried("sources", "add", home, "--key", "wardan", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (2, "")
    assert "exists already" in again.stderr

    written = ("--sources", "sources", "--write")
    checked = hurried("sources", "check", "wardan", "--json", *written, cwd=tmp_path)
    (seen,) = [json.loads(line) for line in checked.stdout.splitlines()]
    # The demo newspaper printed its last article in May 2025: all is there, and it is told that nothing follows.
    assert (checked.returncode, seen["verdict"], len(seen["problems"])) == (1, "faulty", 1)
    assert seen["problems"][0].startswith("nothing newer than 2025-05-")
    assert [look["url"] for look in seen["endpoints"]] == [endpoint.url for endpoint in source.endpoint]
    assert all(look["links"] > 0 and look["problem"] == "" for look in seen["endpoints"])
    assert all(sample["words"] > 50 for sample in seen["samples"])
    assert "0 of 1 pass" in checked.stderr
    assert load(tmp_path / "sources" / "wardan.toml") == source, "only what is well is written"

    newspaper.close()
    gone = hurried("sources", "check", "wardan", "--sources", "sources", cwd=tmp_path)
    assert gone.returncode == 6
    assert "failed" in gone.stdout
    assert "connection" in gone.stdout
