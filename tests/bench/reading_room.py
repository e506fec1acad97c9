"""The reading room, measured: python -m tests.bench.reading_room [--articles 100000] [--archive FOLDER].

Every page is asked for over HTTP, each time another word, article or newspaper: the time from the request to the last
byte, and to the first. Times are the process's own (CPU), client included, so that a busy machine tells nothing false;
--wall takes the clock on the wall. Beside it, in the same run, what the page would cost
without the index: the same word found by LIKE. Then a writer stores articles without readers and with ten of them,
which read in a process of their own: the ratio of both rates.
"""

import argparse
import multiprocessing
import multiprocessing.synchronize
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import httpx

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from storage.archive import Archive  # noqa: E402
from storage.model.article import Article  # noqa: E402
from storage.model.visit import Visit  # noqa: E402
from tests.bench.search import SOURCES, Texts, fill  # noqa: E402
from tests.support.reading_room import reading_room  # noqa: E402

READERS = 10
#: Seconds that the writer stores for, each time.
WRITING_S = 8.0


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


def writing(folder: Path, texts: Texts, start: int) -> float:
    """Articles stored in a second."""
    number, began = start, perf_counter()
    with Archive.open(folder) as archive:
        while perf_counter() - began < WRITING_S:
            url = f"https://example.org/w{number}"
            one = Article(
                url=url, source="s1", title=texts.words(9), text=texts.words(255), fetched_at=datetime.now(UTC)
            )
            archive.store(Visit(url=url, key=url, source="s1", outcome=one))
            number += 1
    return (number - start) / (perf_counter() - began)


def read_on(folder: Path, ready: multiprocessing.synchronize.Event, stop: multiprocessing.synchronize.Event) -> None:
    """Serve, and read with ten readers who look at a page, then at the next after a moment, as people do."""
    from threading import Barrier, Thread

    texts = Texts()

    warm = Barrier(READERS + 1)

    def reader(origin: str, place: int) -> None:
        paths = ["/", f"/search?q={texts.stems[place]}", f"/article/{place + 1}", f"/source/s{place}"]
        with httpx.Client(base_url=origin, timeout=60) as client:
            for path in paths:
                client.get(path)
            warm.wait()
            while not stop.is_set():
                for path in paths:
                    client.get(path)
                    stop.wait(2)

    with reading_room(folder) as room:
        threads = [Thread(target=reader, args=(room.origin, place)) for place in range(READERS)]
        for thread in threads:
            thread.start()
        warm.wait()  # the health of all newspapers is computed at the first page of one
        ready.set()
        for thread in threads:
            thread.join()


def beside_readers(folder: Path, texts: Texts) -> tuple[float, float]:
    """Articles per second without readers, and with ten."""
    alone = writing(folder, texts, 0)
    context = multiprocessing.get_context("spawn")
    ready, stop = context.Event(), context.Event()
    readers = context.Process(target=read_on, args=(folder, ready, stop))
    readers.start()
    ready.wait()
    crowded = writing(folder, texts, 1_000_000)
    stop.set()
    readers.join()
    return alone, crowded


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
    alone, crowded = beside_readers(folder, texts)
    yield f"articles stored a second: {alone:.0f} alone, {crowded:.0f} with {READERS} readers: ratio {crowded / alone:.2f}"  # noqa: E501  one value


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
