"""Series of SIGKILLs of a watch, and of a crawl whose database is PostgreSQL. `--kills N` sets how many."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from crawler.demo import DemoNewspaper, source_toml
from storage.archive import Archive
from storage.search.query import Query
from storage.verify import verify
from tests.support.kept_archive import run_process
from tests.support.loopback import Reply, Site, article
from tests.support.sound import assert_sound, rows

ROOT = Path(__file__).parents[1]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "WARRAQ_ALLOW_PRIVATE": "yes"}
pytestmark = pytest.mark.slow


def kill_within(dice: random.Random, process: subprocess.Popen[bytes], *, speaks: bool) -> None:
    """Kill a program: half of the kills fall into the work itself, the others anywhere from the first import on."""
    assert process.stdout is not None
    if speaks and dice.random() < 0.5:
        process.stdout.readline()
        time.sleep(dice.uniform(0, 0.5))
    else:
        time.sleep(dice.uniform(0.2, 4))
    process.send_signal(signal.SIGKILL)
    process.communicate()


def publish(site: Site, number: int) -> None:
    """Let a newspaper have so many articles, the newest twenty of them in its feed."""
    for n in range(number):
        # Never number 404: a short page with that in its head is taken for an error.
        site.routes.setdefault(f"/news/{n}", Reply(article(f"خبر رقم {n + 1000}")))
    items = "".join(
        f"<item><title>خبر {n}</title><link>{site.base}/news/{n}</link></item>"
        for n in range(max(0, number - 20), number)
    )
    feed = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
    site.routes["/feed"] = Reply(feed.encode(), headers={"Content-Type": "application/rss+xml"})


def test_killed_watches_lose_no_article_and_store_none_twice(tmp_path: Path, kills: int) -> None:
    archive, sources, dice = tmp_path / "archive", tmp_path / "sources", random.Random(5)
    sources.mkdir()
    with Site("127.0.9.1") as site:
        (sources / "paper.toml").write_text(
            f'name_ar = "صحيفة"\nname_en = "paper"\ncountry = "JO"\ntimezone = "Asia/Amman"\nhome = "{site.base}/"\n'
            f'delay_s = 0.02\n[[endpoint]]\nurl = "{site.base}/feed"\nkind = "feed"\n',
            encoding="utf-8",
        )
        command = [sys.executable, str(ROOT / "tests/support/watch_demo.py"), str(archive), str(sources), "paper"]
        wanted = 0
        for number in range(kills + 1):
            wanted += 4
            publish(site, wanted)
            watch = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            if number < kills and number % 5:
                kill_within(dice, watch, speaks=True)
                assert_sound(archive)
                continue
            ends = time.monotonic() + 300
            while not (archive / "archive.db").exists() or len(_stored(archive)) < wanted:
                assert watch.poll() is None
                if time.monotonic() > ends:
                    watch.kill()
                    pytest.fail(f"{len(_stored(archive))} of {wanted} articles")
                time.sleep(0.1)
            watch.send_signal(signal.SIGKILL if number < kills else signal.SIGTERM)
            watch.communicate(timeout=40)
            assert_sound(archive)
        assert sorted(_stored(archive)) == sorted(f"{site.base}/news/{n}" for n in range(wanted))
        asked = Counter(site.paths)
        assert sum(asked[f"/news/{n}"] for n in range(wanted)) <= wanted + kills * 4
    assert run_process("--archive", archive, "verify").code == 0


def _stored(archive: Path) -> list[str]:
    if not rows(archive, "select 1 from sqlite_master where name = 'article'"):
        return []
    return [url for (url,) in rows(archive, "select url from article")]


@pytest.mark.postgres
def test_killed_crawls_into_postgresql_lose_no_article_and_store_none_twice(
    tmp_path: Path, postgres_url: str, kills: int
) -> None:
    dice, warc, sources = random.Random(6), tmp_path / "warc", tmp_path / "sources"
    sources.mkdir()
    with DemoNewspaper(slow=False) as newspaper:
        (sources / "demo.toml").write_text(source_toml(newspaper.base_url), encoding="utf-8")
        settings = {"WARRAQ_ARCHIVE": postgres_url, "WARRAQ_WARC": str(warc), "WARRAQ_SOURCES": str(sources)}
        environment = ENVIRONMENT | settings | {"WARRAQ_PATIENCE": "8", "WARRAQ_WORKERS": "1", "WARRAQ_TIMEOUT": "2"}
        command = [sys.executable, "-m", "warraq", "crawl", "demo"]
        for _ in range(kills):
            crawl = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            kill_within(dice, crawl, speaks=False)
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, timeout=200)
        with Archive.open(postgres_url, warc=warc) as archive:
            found = [newspaper.truth_of(one.article.url) for one in archive.find(Query())]
            assert Counter(truth.path for truth in found if truth) == dict.fromkeys(newspaper.truth, 1)
            assert [finding for finding in verify(archive) if finding.severity == "error"] == []
            with archive.reading() as connection:
                held = connection.exec_driver_sql("select count(*) from url where lease_owner is not null").scalar()
            assert held == 0
