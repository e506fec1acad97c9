"""Exports, captures and a restored backup, while a newspaper is crawled and after: one article each, one snapshot."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from crawler.demo import DemoNewspaper
from storage.archive import Archive
from storage.export.formats import FORMATS, export
from storage.export.options import Options
from storage.search.query import Query
from tests.support.kept_archive import run_process
from tests.support.loopback import Reply, Site, article
from tests.support.sound import assert_sound, rows

ROOT = Path(__file__).parents[1]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
pytestmark = pytest.mark.slow


@contextmanager
def crawling(archive: Path, newspaper: DemoNewspaper) -> Iterator[subprocess.Popen[str]]:
    """A crawl in a process of its own that has stored its first page."""
    command = [sys.executable, str(ROOT / "tests/support/crawl_demo.py"), str(archive), newspaper.base_url]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, encoding="utf-8") as crawl:
        assert crawl.stdout is not None
        while not crawl.stdout.readline().startswith("new "):
            assert crawl.poll() is None
        yield crawl
        crawl.communicate(timeout=400)
    assert crawl.returncode == 0


def articles(archive: Path, newspaper: DemoNewspaper) -> list[str]:
    found = rows(archive, "select url from article")
    return sorted(truth.path for (url,) in found if (truth := newspaper.truth_of(url)))


@pytest.mark.fault("F33", "F34")
def test_exports_and_captures_during_a_crawl_meet_no_lock_and_make_no_second_article(tmp_path: Path) -> None:
    archive, sizes = tmp_path / "archive", []
    with DemoNewspaper(slow=False) as newspaper:
        captured = sorted(newspaper.truth)[:2]
        with crawling(archive, newspaper) as crawl:
            while crawl.poll() is None and len(sizes) < 6:
                for path in captured[len(sizes) : len(sizes) + 1]:
                    url = newspaper.base_url + path
                    ended = run_process("--archive", archive, "capture", url, "--allow-private", "--delay", "0")
                    assert ended.code == 0, ended.err
                with Archive.open(archive) as opened:
                    counted = opened.count(Query())
                    export(FORMATS["jsonl"], opened.find(Query()), tmp_path / "all.jsonl", Options(archive=opened))
                lines = (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()
                found = [json.loads(line)["url"] for line in lines]
                assert len(found) == len(set(found)) >= counted
                sizes.append(len(found))
        assert_sound(archive)
        assert articles(archive, newspaper) == sorted(newspaper.truth)
    assert sizes == sorted(sizes)
    assert sizes[0] < len(newspaper.truth), "an export ran during the crawl"
    assert run_process("--archive", archive, "verify").code == 0


@pytest.mark.fault("F28")
def test_what_came_after_the_backup_is_fetched_again(tmp_path: Path) -> None:
    archive, backup = tmp_path / "archive", tmp_path / "backup.db"
    with DemoNewspaper(slow=False) as newspaper:
        with (
            crawling(archive, newspaper),
            closing(sqlite3.connect(archive / "archive.db")) as source,
            closing(sqlite3.connect(backup)) as target,
        ):
            source.backup(target)
        assert articles(archive, newspaper) == sorted(newspaper.truth)
        for path in archive.glob("archive.db*"):
            path.unlink()
        backup.rename(archive / "archive.db")
        assert len(articles(archive, newspaper)) < len(newspaper.truth)
        with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
            connection.execute("update url set lease_until = '2000-01-01' where lease_until is not null")
            connection.execute("update endpoint set lease_until = '2000-01-01' where lease_until is not null")
        command = [sys.executable, str(ROOT / "tests/support/crawl_demo.py"), str(archive), newspaper.base_url]
        assert subprocess.run(command, env=ENVIRONMENT, timeout=400, stdout=subprocess.DEVNULL).returncode == 0
        assert articles(archive, newspaper) == sorted(newspaper.truth)
    assert run_process("--archive", archive, "verify").code == 0


def peak_mb(process: int) -> float:
    """The most memory that a process has had so far, and each of its children; the largest of them."""
    most = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        if str(process) in (status.parent.name, fields["PPid"].strip()) and "VmHWM" in fields:
            most = max(most, int(fields["VmHWM"].split()[0]) / 1024)
    return most


@pytest.mark.fault("F53")
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")
def test_fifty_hostile_pages_cost_bounded_memory_and_no_other_page(tmp_path: Path) -> None:
    folder, most = tmp_path / "sources", 0.0
    folder.mkdir()
    bombs = [
        b"<html><body>" + piece * (1_000_000 // len(piece))
        for piece in (b"<div>", b"<td>x</td>", b"<img " + b"a=1 " * 50 + b">", b"x<br>", b"{", b"\xff\xfe<", b"<!--")
    ]
    with Site("127.0.9.2") as site:
        paths = [f"/news/{number}" for number in range(60)]
        for number, path in enumerate(paths):
            site.routes[path] = Reply(article(f"خبر {number}") if number % 6 == 0 else bombs[number % len(bombs)])
        items = "".join(f"<item><title>خبر</title><link>{site.base}{path}</link></item>" for path in paths)
        feed = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
        site.routes["/feed"] = Reply(feed.encode(), headers={"Content-Type": "application/rss+xml"})
        (folder / "paper.toml").write_text(
            f'name_ar = "صحيفة"\nname_en = "paper"\ncountry = "JO"\ntimezone = "Asia/Amman"\nhome = "{site.base}/"\n'
            f'delay_s = 0\nconcurrency = 4\n[[endpoint]]\nurl = "{site.base}/feed"\nkind = "feed"\n',
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "warraq", "--archive", str(tmp_path / "archive"), "crawl", "paper"]
        settings = {"WARRAQ_SOURCES": str(folder), "WARRAQ_ALLOW_PRIVATE": "yes", "WARRAQ_PATIENCE": "8"}
        with subprocess.Popen(command, env=ENVIRONMENT | settings, stdout=subprocess.DEVNULL) as crawl:
            while crawl.poll() is None:
                most = max(most, peak_mb(crawl.pid))
                try:
                    crawl.wait(0.5)
                except subprocess.TimeoutExpired:
                    continue
        stored = {url for (url,) in rows(tmp_path / "archive", "select url from article")}
        # A bomb that a fast machine reads within the deadline is an article of whatever it holds.
        assert {site.base + path for path in paths[::6]} <= stored
    assert 50 < most < 700, "a worker is limited to 700 MB"
