"""The reading room, measured: python -m tests.bench.reading_room [--articles 100000] [--archive FOLDER].

Every page is asked for over HTTP, each time another word, article or newspaper: the time from the request to the last
byte, and to the first. Times are the process's own (CPU), client included, so that a busy machine tells nothing false;
--wall takes the clock on the wall. Beside it, in the same run, what the page would cost
without the index: the same word found by LIKE. Then newspapers are crawled, without readers and with ten of them at a
`warraq read`: the ratio of both rates. Every crawl is given its own copy of the archive: pages that an earlier one has
stored are near-duplicates of its pages and teach its newspapers' boilerplate, so that each would be slower than the
one before it.
"""

import argparse
import multiprocessing
import multiprocessing.synchronize
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Barrier, Thread
from time import monotonic, perf_counter, process_time

import httpx

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from storage.archive import Archive  # noqa: E402
from tests.bench.loopback_press import PressProcess, newspapers  # noqa: E402
from tests.bench.loopback_press import pages as press_pages  # noqa: E402
from tests.bench.search import SOURCES, Texts, fill  # noqa: E402
from tests.support.reading_room import reading_room  # noqa: E402

READERS = 10
#: Pages of a crawl.
CRAWLED = 400
#: Pairs of crawls.
TURNS = 5


def make(folder: Path, articles: int) -> None:
    """An archive of synthetic articles, indexed."""
    with Archive.open(folder) as archive, archive.writing() as connection:
        fill(connection, Texts(), articles)
        archive.index(connection, range(1, articles + 1))


def pages(texts: Texts, articles: int) -> dict[str, list[str]]:
    """Kinds of page, each with addresses of its own."""
    often, seldom = texts.stems[:30], texts.stems[15_000:15_030]
    some = range(1, articles, max(1, articles // 30))
    return {
        "newest": ["/", *(f"/?source=s{n}" for n in range(29))],
        "search, a frequent word": [f"/search?q={word}" for word in often],
        "search, a rare word": [f"/search?q={word}" for word in seldom],
        "an article": [f"/article/{number}" for number in some],
        "versions": [f"/article/{number}/versions" for number in some],
        "evidence": [f"/article/{number}/evidence" for number in some],
        "a story": [f"/story/{number}" for number in some],
        "changes": ["/changes", *(f"/changes?source=s{n}" for n in range(29))],
        "attention, a frequent word": [f"/attention?q={word}" for word in often],
        "marking words": [f"/words?q={word}" for word in seldom],
        "newspapers": ["/sources"] * 30,
        "a newspaper": [f"/source/s{n % SOURCES}" for n in range(30)],
        "API, search": [f"/api/v1/articles?q={word}&limit=20" for word in often],
        "alerts": ["/alerts"] * 30,
        "capture": ["/capture"] * 30,
        "Atom": [f"/feed/articles.atom?q={word}" for word in seldom],
    }


def p95(times: list[float]) -> float:
    """The time that 95 of 100 do not exceed."""
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


#: What is read before and after; `main` may set the clock on the wall.
clock = process_time


def measured(origin: str, paths: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds to the last byte, and to the first."""
    whole, first = [], []
    with httpx.Client(base_url=origin, timeout=60) as client:
        client.get(paths[0])
        for path in paths:
            start = clock()
            with client.stream("GET", path) as answer:
                first.append((clock() - start) * 1000)
                answer.read()
            assert answer.status_code == 200, path
            whole.append((clock() - start) * 1000)
    return whole, first


def like(folder: Path, texts: Texts) -> list[float]:
    """Milliseconds of the plain alternative."""
    times = []
    connection = sqlite3.connect(folder / "archive.db")
    for word in texts.stems[15_000:15_005]:
        start = clock()
        connection.execute(
            "select id, title, text from article where text like ? order by sort_at desc limit 20", (f"%{word}%",)
        ).fetchall()
        times.append((clock() - start) * 1000)
    connection.close()
    return times


def crawl_rate(folder: Path, work: Path, number: int) -> float:
    """Pages a second of `warraq crawl` into the archive, of newspapers on loopback that it has not seen yet."""
    with PressProcess.serving(newspapers(press_pages(number)[0])) as press:
        work.mkdir()
        press.write_sources(work / "sources")
        program = ROOT / "tests" / "bench" / "accounted_crawl.py"
        command = [sys.executable, str(program), str(folder), str(work / "sources"), str(work / "account.json")]
        press.begin()
        subprocess.run(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, stderr=subprocess.DEVNULL
        )  # fmt: skip
        return number / (monotonic() - press.first_request())


@contextmanager
def open_room(folder: Path) -> Iterator[str]:
    """`warraq read` in a process of its own; its address."""
    command = [sys.executable, "-m", "warraq", "-q", "--archive", str(folder), "read", "--port", "0", "--no-capture"]
    room = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert room.stdout is not None
    try:
        yield room.stdout.readline().strip()
    finally:
        room.terminate()
        room.wait()
        room.stdout.close()


def read_on(origin: str, ready: multiprocessing.synchronize.Event, stop: multiprocessing.synchronize.Event) -> None:
    """Ten readers who look at a page, then at the next after a moment, as people do. They sit at other machines: their
    own processor time is kept out of the crawl's way."""
    os.nice(15)
    texts, warm = Texts(), Barrier(READERS + 1)

    def reader(place: int) -> None:
        paths = ["/", f"/search?q={texts.stems[place]}", f"/article/{place + 1}", f"/source/s{place}"]
        with httpx.Client(base_url=origin, timeout=60) as client:
            for path in paths:
                client.get(path)
            warm.wait()
            while not stop.is_set():
                for path in paths:
                    client.get(path)
                    stop.wait(2)

    threads = [Thread(target=reader, args=(place,)) for place in range(READERS)]
    for thread in threads:
        thread.start()
    warm.wait()  # the health of all newspapers is computed at the first page of one
    ready.set()
    for thread in threads:
        thread.join()


@contextmanager
def readers_at(folder: Path) -> Iterator[None]:
    """Ten readers at a `warraq read` of this archive, each of whom has seen a page of every kind."""
    context = multiprocessing.get_context("spawn")
    with open_room(folder) as origin:
        ready, stop = context.Event(), context.Event()
        readers = context.Process(target=read_on, args=(origin, ready, stop))
        readers.start()
        ready.wait()
        yield
        stop.set()
        readers.join()


def rate(folder: Path, number: int, *, readers: bool) -> float:
    """As `crawl_rate`, into a copy of the archive."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        work = Path(name)
        copied = shutil.copytree(folder, work / "archive")
        with readers_at(copied) if readers else nullcontext():
            return crawl_rate(copied, work / "crawl", number)


def beside_readers(folder: Path, number: int) -> Iterator[tuple[float, float]]:
    """Pages per second of a crawl without readers, and with ten; each first in turn, because machines change pace."""
    for turn in range(TURNS):
        first = rate(folder, number, readers=bool(turn % 2))
        second = rate(folder, number, readers=not turn % 2)
        yield (second, first) if turn % 2 else (first, second)


def table(folder: Path, articles: int) -> Iterator[str]:
    """The lines of the report."""
    texts = Texts()
    yield f"{'page':<30}{'p50 ms':>9}{'p95 ms':>9}{'first byte p95':>16}"
    with reading_room(folder, captures=True) as room:
        httpx.get(f"{room.origin}/sources", timeout=60)
        for name, paths in pages(texts, articles).items():
            whole, first = measured(room.origin, paths)
            yield f"{name:<30}{statistics.median(whole):>9.1f}{p95(whole):>9.1f}{p95(first):>16.1f}"
        rare = statistics.median(measured(room.origin, pages(texts, articles)["search, a rare word"])[0])
    plain = statistics.median(like(folder, texts))
    yield f"a rare word by LIKE, without a page: {plain:.0f} ms, {plain / rare:.1f} times the whole page"
    rates = []
    for alone, crowded in beside_readers(folder, CRAWLED):
        rates.append(crowded / alone)
        yield f"crawled pages a second: {alone:.1f} alone, {crowded:.1f} with {READERS} readers: x {rates[-1]:.2f}"
    yield f"median of the {TURNS} ratios: {statistics.median(rates):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--archive", type=Path, help="Where the archive is kept; made where there is none.")
    parser.add_argument("--wall", action="store_true")
    options = parser.parse_args()
    global clock
    clock = perf_counter if options.wall else process_time

    def report(folder: Path) -> None:
        with Archive.open(folder):  # an older archive is brought up to date: the reading room changes nothing
            pass
        for line in table(folder, options.articles):
            print(line, flush=True)

    if options.archive:
        if not (options.archive / "archive.db").exists():
            make(options.archive, options.articles)
        report(options.archive)
        return
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder) / "archive", options.articles)
        report(Path(folder) / "archive")


if __name__ == "__main__":
    main()
