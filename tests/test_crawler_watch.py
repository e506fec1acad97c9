"""A watch on newspapers on loopback with intervals of a second: new articles are found until it is stopped."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from crawler.demo import DemoNewspaper, source_toml
from storage.archive import Archive
from storage.search.query import Query
from tests.support.loopback import Reply, Site, article

ROOT = Path(__file__).parents[1]
PROGRAM = [sys.executable, str(ROOT / "tests" / "support" / "watch_demo.py")]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
pytestmark = pytest.mark.slow


class Watch:
    """A watch that runs as a program of its own, and what it says."""

    def __init__(self, folder: Path, *keys: str) -> None:
        self.archive = folder / "archive"
        self.process = subprocess.Popen(
            [*PROGRAM, str(self.archive), str(folder / "sources"), *keys],
            env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        self.said: list[str] = []
        self.err: list[str] = []
        self._readers = [threading.Thread(target=self._read, args=pair, daemon=True) for pair in self._pipes()]
        for reader in self._readers:
            reader.start()

    def _pipes(self) -> Iterator[tuple[object, list[str]]]:
        yield self.process.stdout, self.said
        yield self.process.stderr, self.err

    def _read(self, pipe: Iterator[str], into: list[str]) -> None:
        into.extend(line.rstrip("\n") for line in iter(pipe.readline, ""))  # type: ignore[attr-defined]

    def until(self, holds: Callable[[], object], *, timeout: float = 60) -> None:
        """Wait until something holds, as long as the watch lives."""
        deadline = time.monotonic() + timeout
        while not holds():
            assert self.process.poll() is None, "\n".join(self.err)
            assert time.monotonic() < deadline, "\n".join([*self.said[-20:], *self.err[-20:]])
            time.sleep(0.05)

    def turns(self, source: str) -> int:
        return sum(line.startswith(f"turn {source} ") for line in list(self.said))

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end; the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=40)
        for reader in self._readers:
            reader.join(timeout=10)
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()
        return code


@contextmanager
def watching(folder: Path, *keys: str) -> Iterator[Watch]:
    watch = Watch(folder, *keys)
    try:
        yield watch
    finally:
        if watch.process.poll() is None:
            watch.end(signal.SIGKILL)


def rows(folder: Path, statement: str) -> list[tuple]:
    with closing(sqlite3.connect(folder / "archive" / "archive.db", timeout=10)) as database:
        return database.execute(statement).fetchall()


def toml(site: Site, key: str, *, delay_s: float = 0.0) -> str:
    return (
        f'name_ar = "الجريدة"\nname_en = "{key}"\ncountry = "MA"\ntimezone = "Africa/Casablanca"\nhome = "{site.base}/"\n'  # noqa: E501  one value
        f'delay_s = {delay_s}\n[[endpoint]]\nurl = "{site.base}/feed"\nkind = "feed"\n'
    )


def feed(site: Site, *paths: str) -> Reply:
    items = "".join(f"<item><title>خبر</title><link>{site.base}{path}</link></item>" for path in paths)
    body = f"<rss version='2.0'><channel><title>جريدة</title>{items}</channel></rss>"
    return Reply(body=body.encode(), headers={"Content-Type": "application/rss+xml"})


def publish(site: Site, *paths: str) -> None:
    """Let a site have articles at these paths and name them in its feed."""
    for path in paths:
        site.routes.setdefault(path, Reply(body=article(f"خبر جديد من {site.host} {path}")))
    site.routes["/feed"] = feed(site, *paths)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    return tmp_path


def put(folder: Path, site: Site, key: str, **given: float) -> None:
    (folder / "sources" / f"{key}.toml").write_text(toml(site, key, **given), encoding="utf-8")


def stored(folder: Path) -> list[str]:
    return [url for (url,) in rows(folder, "select url from article order by id")]


def test_a_whole_newspaper_is_taken_and_its_next_edition_too(folder: Path) -> None:
    with DemoNewspaper(slow=False) as paper:
        (folder / "sources" / "demo.toml").write_text(source_toml(paper.base_url), encoding="utf-8")
        with watching(folder, "demo") as watch:
            watch.until(lambda: watch.turns("demo") >= 2, timeout=120)
            first = len(stored(folder))
            assert first >= paper.expected.articles
            before = set(paper.truth)
            paper.set_edition(2)
            added = [path for path in paper.truth if path not in before]
            assert added
            watch.until(lambda: len(stored(folder)) >= first + len(added) // 2, timeout=120)
            assert watch.end() == 0
        with Archive.open(folder / "archive") as archive:
            keys = [article.key for article in archive.find(Query())]
            assert len(keys) == len(set(keys))
            assert archive.frontier.owners() == set()
            (run,) = archive.runs()
            assert (run.kind, run.sources) == ("watch", ["demo"])
            assert run.outcome in ("done", "partial")
            assert run.counts["new"] == len(keys)


def test_what_a_feed_names_later_is_stored_within_seconds(folder: Path) -> None:
    with Site("127.0.7.1") as site, watching_site(folder, site) as watch:
        watch.until(lambda: len(stored_or_none(folder)) == 1)
        publish(site, "/1", "/2")
        began = time.monotonic()
        watch.until(lambda: len(stored_or_none(folder)) == 2)
        assert time.monotonic() - began < 15
        assert site.paths.count("/1") == 1, "what is stored is not fetched again"


@contextmanager
def watching_site(folder: Path, site: Site) -> Iterator[Watch]:
    publish(site, "/1")
    put(folder, site, "jarida")
    with watching(folder, "jarida") as watch:
        yield watch


def stored_or_none(folder: Path) -> list[str]:
    try:
        return stored(folder)
    except sqlite3.OperationalError:
        return []  # not made yet


def test_a_feed_that_fails_is_asked_less_and_less_and_read_again_when_it_recovers(folder: Path) -> None:
    with Site("127.0.7.2") as site, watching_site(folder, site) as watch:
        watch.until(lambda: len(stored_or_none(folder)) == 1)
        site.routes["/feed"] = Reply(status=500)
        watch.until(lambda: rows(folder, "select errors from endpoint")[0][0] >= 3)
        publish(site, "/1", "/2")
        watch.until(lambda: len(stored_or_none(folder)) == 2)
        assert rows(folder, "select errors, last_error from endpoint") == [(0, None)]
        failed = [one for one in watch.said if one.startswith("event error")]
        assert len(failed) >= 3
        assert watch.end() == 0


def test_what_is_learned_of_a_feed_survives_the_watch(folder: Path) -> None:
    with Site("127.0.7.3") as site, watching_site(folder, site) as watch:
        watch.until(lambda: watch.turns("jarida") >= 3)
        assert watch.end() == 0
    ((interval_s, rhythm),) = rows(folder, "select interval_s, rhythm from endpoint")
    assert 0.5 <= interval_s <= 1.5
    assert '"hours"' in rhythm


def test_a_kill_loses_nothing_and_the_next_watch_stores_nothing_twice(folder: Path) -> None:
    with Site("127.0.7.4") as site:
        paths = [f"/{number}" for number in range(25)]
        publish(site, *paths)
        put(folder, site, "jarida", delay_s=0.05)
        for _ in range(4):
            with watching(folder, "jarida") as watch:
                seen = len(stored_or_none(folder))
                watch.until(lambda seen=seen: len(stored_or_none(folder)) >= min(seen + 3, 25))
                watch.end(signal.SIGKILL)
        with watching(folder, "jarida") as watch:
            watch.until(lambda: len(stored_or_none(folder)) == 25)
            assert watch.end() == 0
        assert sorted(stored(folder)) == sorted(site.base + path for path in paths)
        asked = sum(Counter(site.paths)[path] for path in paths)
        assert asked <= 25 + 4 * 4, "only pages claimed at a kill are fetched again"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_finishes_what_is_in_hand_and_ends_with_0(folder: Path, number: int) -> None:
    with Site("127.0.7.5") as site:
        publish(site, *(f"/{number}" for number in range(40)))
        put(folder, site, "jarida", delay_s=0.1)
        with watching(folder, "jarida") as watch:
            watch.until(lambda: len(stored_or_none(folder)) >= 2)
            began = time.monotonic()
            assert watch.end(number) == 0
            assert time.monotonic() - began < 15
        assert 2 <= len(stored(folder)) < 40
        assert rows(folder, "select count(*) from url where lease_owner is not null") == [(0,)]
        assert "Traceback" not in "\n".join(watch.err)


@pytest.mark.fault("F13")
def test_a_second_watch_is_refused_in_one_line_that_names_the_first(folder: Path) -> None:
    with Site("127.0.7.6") as site, watching_site(folder, site) as watch:
        watch.until(lambda: watch.turns("jarida") >= 1)
        second = Watch(folder, "jarida")
        assert second.process.wait(timeout=40) == 5
        second.end()
        (line,) = [line for line in second.err if "runs on this archive" in line]
        assert f"warraq watch (pid {watch.process.pid}, since 20" in line
        turns = watch.turns("jarida")
        watch.until(lambda: watch.turns("jarida") > turns)


@pytest.mark.fault("F07")
def test_a_newspaper_joins_when_its_file_is_put_down_and_a_wrong_file_changes_nothing(folder: Path) -> None:
    with Site("127.0.7.7") as site, Site("127.0.7.8") as other:
        publish(site, "/1")
        publish(other, "/2")
        put(folder, site, "jarida")
        with watching(folder, "jarida", "rassad") as watch:
            watch.until(lambda: len(stored_or_none(folder)) == 1)
            (folder / "sources" / "rassad.toml").write_text("name_ar = \n", encoding="utf-8")
            watch.process.send_signal(signal.SIGHUP)
            watch.until(lambda: any("the sources stay unchanged" in line for line in watch.err))
            put(folder, other, "rassad")
            watch.process.send_signal(signal.SIGHUP)
            watch.until(lambda: len(stored_or_none(folder)) == 2)
            turns = watch.turns("jarida")
            watch.until(lambda: watch.turns("jarida") > turns)


def test_thirty_newspapers_on_thirty_hosts_and_no_host_is_asked_twice_at_once(folder: Path) -> None:
    with ExitStack() as stack:
        sites = [stack.enter_context(Site(f"127.0.8.{number}")) for number in range(1, 31)]
        for number, site in enumerate(sites):
            publish(site, "/a", "/b")
            put(folder, site, f"jarida{number}", delay_s=0.2)
        keys = [f"jarida{number}" for number in range(30)]
        watch = stack.enter_context(watching(folder, *keys))
        watch.until(lambda: len(stored_or_none(folder)) == 60, timeout=120)
        for site in sites:
            publish(site, "/a", "/b", "/c")
        watch.until(lambda: len(stored_or_none(folder)) == 90, timeout=120)
        assert watch.end() == 0
        assert {site.most_at_once for site in sites} == {1}
        gaps = [later - one for site in sites for one, later in zip(times(site), times(site)[1:], strict=False)]
        # Seen by the server: from the moment that a request is sent to the one that it is read there, a busy machine
        # may take some hundredths of a second more for one than for the next.
        assert min(gaps) >= 0.15, "the delay of the source, whichever turn a request belongs to"


def times(site: Site) -> list[float]:
    """When pages and feeds were asked for; robots.txt and the first page after it are one visit."""
    return [one.at for one in site.seen if one.path != "/robots.txt"]


def test_an_archive_that_cannot_be_written_ends_the_watch_with_5(folder: Path) -> None:
    with Site("127.0.7.9") as site, watching_site(folder, site) as watch:
        watch.until(lambda: watch.turns("jarida") >= 1)
        with closing(sqlite3.connect(folder / "archive" / "archive.db", timeout=20)) as database:
            database.execute(
                "create trigger full before update on endpoint begin select raise(abort, 'disk is full'); end"
            )
            database.commit()
        assert watch.process.wait(timeout=60) == 5
        watch.end()
        assert any("make room on the disk" in line for line in watch.err)


MANY = """
import asyncio, gc, sys
from pathlib import Path
from crawler.engine import reactor
from crawler.config import Config
from crawler.context import CrawlContext
from crawler.engine.run import crawl_source
from crawler.sources.source import load

def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4

async def many(context, source):
    for turn in range(200):
        result = await crawl_source(context, source, force=True, learn=False)
        assert result.counts.polls == 1
        if turn in (49, 199):
            gc.collect()
            print(resident(), flush=True)

config = Config(archive=sys.argv[1], allow_private=True, workers=1)
with CrawlContext.open(config) as context:
    context.refused_host = reactor.resolver(allow_private=True).refused
    reactor.run(many(context, load(Path(sys.argv[2]))))
"""


def test_two_hundred_turns_leave_nothing_behind_in_memory(folder: Path) -> None:
    with Site("127.0.7.10") as site:
        publish(site, "/1")
        put(folder, site, "jarida")
        command = [sys.executable, "-c", MANY, str(folder / "archive"), str(folder / "sources" / "jarida.toml")]
        ended = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False)
        assert ended.returncode == 0, ended.stderr
        early, late = map(int, ended.stdout.split())
        assert late - early < 10_000, f"{early} kB after 50 turns, {late} kB after 200"


BOUNDED = """
import sys, time
from pathlib import Path
from crawler.engine import reactor
from crawler.config import Config
from crawler.context import CrawlContext
from crawler.engine.run import crawl_source
from crawler.sources.source import load

async def turns(context, source):
    for bound in ({"limit": 5}, {"seconds": 4.0}):
        began = time.monotonic()
        result = await crawl_source(context, source, force=False, learn=False, **bound)
        print(result.counts.done, result.counts.closes, time.monotonic() - began, flush=True)

config = Config(archive=sys.argv[1], allow_private=True, workers=1)
with CrawlContext.open(config) as context:
    context.refused_host = reactor.resolver(allow_private=True).refused
    reactor.run(turns(context, load(Path(sys.argv[2]))))
"""


def test_a_turn_ends_at_its_bounds_and_leaves_the_rest_of_a_backlog_for_the_next(folder: Path) -> None:
    with Site("127.0.7.11") as site:
        publish(site, *(f"/{number}" for number in range(80)))
        put(folder, site, "jarida", delay_s=0.2)
        command = [sys.executable, "-c", BOUNDED, str(folder / "archive"), str(folder / "sources" / "jarida.toml")]
        ended = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False)
        assert ended.returncode == 0, ended.stderr
        by_pages, by_time = (line.split() for line in ended.stdout.splitlines())
        # 20 at the gap of the host, and what was claimed ahead: one batch in progress and one waiting.
        assert 0 < int(by_time[0]) <= 40
        assert int(by_pages[0]) == 5
        assert by_time[1] == by_pages[1] == "True"
    assert rows(folder, "select count(*) from url where lease_owner is not null") == [(0,)]
    assert rows(folder, "select count(*) from url where state = 'pending'")[0][0] >= 35
