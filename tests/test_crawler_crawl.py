"""A whole newspaper crawled: once, again, killed at any instant, stopped by signals; and as a Scrapy project."""

import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import fastwarc.warc as fastwarc
import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.config import Config
from crawler.demo import DemoNewspaper, source_toml
from crawler.demo.specials import SILENT_PATH
from crawler.engine.run import crawl
from crawler.sources.source import parse
from storage.archive import Archive
from storage.crawl_state.frontier import Frontier
from storage.verify import verify
from storage.warc import WarcLocation, WarcStore

ROOT = Path(__file__).parents[1]
PROGRAM = [sys.executable, str(Path(__file__).parent / "support" / "crawl_demo.py")]
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}


def rows(archive, sql):
    with closing(sqlite3.connect(Path(archive) / "archive.db")) as connection:
        return connection.execute(sql).fetchall()


def assert_sound(archive):
    """At any instant: states and leases agree, an article is there once and whole, and its page lies in a WARC file."""
    assert rows(archive, "pragma integrity_check") == [("ok",)]
    assert rows(archive, "pragma foreign_key_check") == []
    if not rows(archive, "select 1 from sqlite_master where name = 'alembic_version'"):
        return  # killed before the first migration was committed: an empty file
    assert rows(archive, "select url from url where state = 'done' and article_id is null") == []
    leased = "select url from url where state != 'pending' and revisit_at is null and lease_owner is not null"
    assert rows(archive, leased) == []
    assert rows(archive, "select article_id from withdrawal group by article_id having count(*) > 1") == []
    held = "select count(*) from article where (withdrawn_at is null) = (id in (select article_id from withdrawal where ended_at is null))"  # noqa: E501  one value
    assert rows(archive, held) == [(0,)]
    assert rows(archive, "select key from url group by key having count(*) > 1") == []
    assert rows(archive, "select key from article group by key having count(*) > 1") == []
    shown = "select a.id from article a left join version v on v.article_id = a.id and v.number = a.version where v.id is null"  # noqa: E501  one value
    assert rows(archive, shown) == []
    warc = WarcStore(archive / "warc")
    records = rows(
        archive, "select warc_file, warc_offset, warc_length, payload_sha256 from snapshot where warc_file is not null"
    )
    for file, offset, length, sha256 in records:
        payload = warc.read(WarcLocation(file=file, offset=offset, length=length)).payload
        assert hashlib.sha256(payload).hexdigest() == sha256


def assert_ledger(archive, newspaper):
    """Every article of the newspaper is there once, and nothing else; nobody holds a lease; the archive is sound."""
    assert_sound(archive)
    truths = Counter(
        found.path if (found := newspaper.truth_of(url)) else url for (url,) in rows(archive, "select url from article")
    )
    states = "select state, reason, count(*) from url group by state, reason"
    assert set(newspaper.truth) - set(truths) == set(), rows(archive, states)
    assert [path for path, number in truths.items() if number > 1] == []
    assert set(truths) - set(newspaper.truth) == set()
    assert rows(archive, "select count(*) from url where lease_owner is not null") == [(0,)]
    assert [path for path in newspaper.forbidden if newspaper.requests_for(path)] == []


def assert_whole_exchanges(archive):
    """Every answer has its request and metadata; warcio and FastWARC agree on every digest; `verify` finds no error."""
    kinds = Counter()
    for path in (archive / "warc").iterdir():
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.raw_stream.read()
                kinds[record.rec_type] += 1
                if record.rec_type == "request":
                    names = {name.lower() for name, _ in record.http_headers.headers}
                    assert names == {"accept", "accept-encoding", "accept-language", "user-agent", "host"}
        with path.open("rb") as file:
            assert all(record.verify_block_digest() for record in fastwarc.ArchiveIterator(file, parse_http=False))
    assert kinds.keys() == {"warcinfo", "response", "revisit", "request", "metadata"}
    assert kinds["request"] == kinds["metadata"] == kinds["response"] + kinds["revisit"]
    with Archive.open(archive, create=False, upgrade=False) as opened:
        assert [finding for finding in verify(opened) if finding.severity == "error"] == []


def config(tmp_path, **given):
    return Config(archive=str(tmp_path / "archive"), allow_private=True, timeout_s=2, patience_s=8, workers=1, **given)


def test_a_defect_ends_the_crawl_and_is_told(tmp_path, monkeypatch):
    def claim(self, **_):
        raise RuntimeError("should never happen")

    monkeypatch.setattr(Frontier, "claim", claim)
    with DemoNewspaper() as newspaper, pytest.raises(RuntimeError, match="should never happen"):
        crawl(config(tmp_path), [parse(source_toml(newspaper.base_url), path="demo.toml")])


def test_a_newspaper_is_crawled_whole_and_a_second_crawl_fetches_nothing(tmp_path):
    with DemoNewspaper() as newspaper:
        source = parse(source_toml(newspaper.base_url), path="demo.toml")
        (first,) = crawl(config(tmp_path), [source])
        assert_ledger(tmp_path / "archive", newspaper)
        assert_whole_exchanges(tmp_path / "archive")
        assert first.counts.closes
        ends = {
            url.removeprefix(newspaper.base_url): (state, reason)
            for url, state, reason in rows(tmp_path / "archive", "select url, state, reason from url")
        }
        wrong = {
            path: ends.get(path)
            for path, end in newspaper.not_articles.items()
            if (ends.get(path) or ("missing", ""))[0] not in end.states
        }
        assert wrong == {}
        newspaper.reset()
        (second,) = crawl(config(tmp_path), [source])
        assert second.counts.results["new"] == 0
        assert {access.path for access in newspaper.access_log if newspaper.truth_of(access.path)} == set()
        with Archive.open(tmp_path / "archive") as archive:
            run = archive.runs()[-1]
            assert (run.kind, run.sources) == ("crawl", ["demo"])
            assert run.counts["offered"] == sum(first.counts.results.values()) + run.counts["returned"]


def start(archive, newspaper, *options):
    return subprocess.Popen(
        [*PROGRAM, str(archive), newspaper.base_url, *options],
        cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(process, timeout=90):
    out, err = process.communicate(timeout=timeout)
    return process.returncode, out, err


@pytest.mark.fault("F03")
@pytest.mark.slow
def test_kills_lose_nothing_and_store_nothing_twice(tmp_path, kills):
    dice = random.Random(20)
    archive = tmp_path / "archive"
    with DemoNewspaper(slow=False) as newspaper:
        for _ in range(kills):
            process = start(archive, newspaper)
            # Half of the kills fall into the work itself, the others anywhere from the first import on.
            if dice.random() < 0.5:
                process.stdout.readline()
                time.sleep(dice.uniform(0, 0.4))
            else:
                time.sleep(dice.uniform(0.2, 3.5))
            process.send_signal(signal.SIGKILL)
            finish(process)
            if (archive / "archive.db").exists():
                assert_sound(archive)
        code, out, err = finish(start(archive, newspaper))
        assert code == 0, (out, err)
        assert_ledger(archive, newspaper)
        fetched = Counter(
            newspaper.truth_of(access.path).path
            for access in newspaper.access_log
            if newspaper.truth_of(access.path) and access.status == 200
        )
        # A page in flight at a kill is fetched again, a finished one never: few more requests than pages, twins and
        # kills.
        assert sum(fetched.values()) <= len(newspaper.truth) + len(newspaper.aliases) + kills * 8


@pytest.mark.slow
def test_kills_amid_looks_lose_nothing_and_tell_nothing_twice(tmp_path):
    dice = random.Random(4)
    archive = tmp_path / "archive"
    with DemoNewspaper(slow=False) as newspaper:
        assert finish(start(archive, newspaper))[0] == 0
        before = rows(archive, "select id, title, text from article order by id")
        newspaper.set_edition(2)
        with closing(sqlite3.connect(archive / "archive.db")) as connection, connection:
            connection.execute("update url set revisit_at = discovered_at where revisit_at is not null")
        kills = 0
        for _ in range(12):
            process = start(archive, newspaper, "budget=3600")
            process.stdout.readline()
            time.sleep(dice.uniform(0, 0.5))
            process.send_signal(signal.SIGKILL)
            kills += finish(process)[0] == -signal.SIGKILL
            assert_sound(archive)
        assert kills >= 5
        code, out, err = finish(start(archive, newspaper, "budget=3600"))
        assert code == 0, (out, err)
        assert_sound(archive)
        assert rows(archive, "select count(*) from url where lease_owner is not null") == [(0,)]
        expected = newspaper.expected
        assert rows(archive, "select count(*) from article") == [(expected.archived,)]
        assert rows(archive, "select count(*) from version") == [(expected.archived + expected.changed,)]
        assert rows(archive, "select cause from version where number > 1") == [("page",)] * expected.changed
        assert rows(archive, "select how from withdrawal") == [("http 410",)] * expected.withdrawn
        now = rows(archive, "select id, title, text from article")
        kept = {number: (title, text) for number, title, text in now}
        assert sum(kept[number] != (title, text) for number, title, text in before) == expected.changed
        assert rows(archive, "select count(*) from url where revisit_at < fetched_at") == [(0,)]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_signal_ends_the_crawl_cleanly_and_the_next_goes_on_at_once(tmp_path, number):
    archive = tmp_path / "archive"
    with DemoNewspaper(slow=False) as newspaper:
        process = start(archive, newspaper, "delay_s=0.2")
        for line in process.stdout:
            if line.startswith("new"):
                break
        process.send_signal(number)
        asked = time.monotonic()
        code, _, err = finish(process)
        assert code == 130, err
        assert time.monotonic() - asked < 15
        assert rows(archive, "select count(*) from url where lease_owner is not null") == [(0,)]
        assert rows(archive, "select count(*) from endpoint where lease_owner is not null") == [(0,)]
        assert rows(archive, "select outcome from run") == [("interrupted",)]
        assert finish(start(archive, newspaper))[0] == 0
        assert_ledger(archive, newspaper)


@pytest.mark.fault("F07")
@pytest.mark.slow
def test_a_second_signal_ends_at_once_though_a_page_never_answers(tmp_path):
    archive = tmp_path / "archive"
    with DemoNewspaper() as newspaper:
        process = start(archive, newspaper, "timeout_s=60", "grace_s=60")
        for line in process.stdout:
            if line.startswith("new"):
                break
        deadline = time.monotonic() + 60
        while not newspaper.requests_for(SILENT_PATH) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        asked = time.monotonic()
        code, _, err = finish(process)
        assert time.monotonic() - asked < 10
        assert code == 130, err
        assert rows(archive, "select count(*) from url where lease_owner is not null") == [(0,)]


@pytest.mark.fault("A08")
@pytest.mark.slow
def test_a_crawl_opens_no_listening_socket(tmp_path):
    if not Path("/proc/net/tcp").exists():
        pytest.skip("needs /proc")
    with DemoNewspaper(slow=False) as newspaper:
        process = start(tmp_path / "archive", newspaper)
        process.stdout.readline()
        sockets = {str(entry.readlink()) for entry in Path(f"/proc/{process.pid}/fd").iterdir() if entry.is_symlink()}
        listening = {
            f"socket:[{line.split()[9]}]"
            for table in ("tcp", "tcp6")
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
            if line.split()[3] == "0A"
        }
        process.kill()
        finish(process)
        assert sockets & listening == set()


def scrapy(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=ROOT, env={**ENVIRONMENT, **environment}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_scrapy_lists_every_source_and_crawls_one(tmp_path):
    (tmp_path / "sources").mkdir()
    with DemoNewspaper(slow=False) as newspaper:
        (tmp_path / "sources" / "paper.toml").write_text(source_toml(newspaper.base_url, "paper"), "utf-8")
        environment = {
            "WARRAQ_SOURCES": str(tmp_path / "sources"),
            "WARRAQ_ARCHIVE": str(tmp_path / "archive"),
            "WARRAQ_ALLOW_PRIVATE": "yes",
            "WARRAQ_TIMEOUT": "2",
            "WARRAQ_PATIENCE": "8",
        }
        listed = scrapy("list", **environment)
        assert {"hespress", "paper"} <= set(listed.stdout.split()), listed.stderr
        crawled = scrapy("crawl", "paper", **environment)
        assert crawled.returncode == 0, crawled.stderr
        assert_ledger(tmp_path / "archive", newspaper)
        assert "there is no source" in scrapy("crawl", "nosuch", **environment).stderr
