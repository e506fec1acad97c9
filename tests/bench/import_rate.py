"""Texts of others cleaned and imported: articles a second, processor time and memory, from few and from many.

usage: python -m tests.bench.import_rate [--few 3000] [--many 30000]

The texts are those of ../shared/texts, else generated ones; more than there are come of repeating them with every
twelfth word changed. `warraq import` and `warraq clean` run as processes of their own, on all cores. Beside them a
plain alternative: the same lines parsed and put into SQLite with an FTS5 index by `executemany`, uncleaned and compared
with nothing. Memory is the most at once of all processes together, shared pages counted once.
"""

import argparse
import gzip
import itertools
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.arabic_prose import Press
from tests.bench.process_watch import ProcessWatch

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT / ".." / "shared" / "texts" / "saudinewsnet-3-days.jsonl.gz"
#: One word of so many is changed in each repetition.
CHANGED = 12
#: Rows of a transaction of the plain alternative.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Measure:
    """What a run took."""

    articles: int
    seconds: float
    #: Processor seconds of all processes.
    processor_s: float
    peak_mb: float

    def __str__(self) -> str:
        rate, each_ms = self.articles / self.seconds, 1000 * self.processor_s / self.articles
        return f"{rate:7.0f} articles/s  {each_ms:6.2f} ms of processor each  {self.peak_mb:6.0f} MB"


def given() -> list[dict[str, Any]]:
    """The texts to repeat."""
    if TEXTS.exists():
        with gzip.open(TEXTS, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        return [row for row in rows if row["title"].strip() and row["content"].strip()]
    press = Press(7)
    return [
        {"source": f"paper{number % 11}", "url": f"https://paper{number % 11}.example/{number}",
         "date_extracted": "2015-07-25 01:58:49", "title": " ".join(press.draw(9)), "content": press.article(290)}
        for number in range(3_000)
    ]  # fmt: skip


def repeated(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The texts again and again, from the second time on with words changed."""
    rng = random.Random(1)
    for turn in itertools.count():
        for row in rows:
            if turn == 0:
                yield row
                continue
            words = row["content"].split(" ")
            for place in range(rng.randrange(CHANGED), len(words), CHANGED):
                words[place] = rng.choice(words)
            yield row | {"url": f"{row['url']}?turn={turn}", "content": " ".join(words)}


def write(path: Path, rows: list[dict[str, Any]], number: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in itertools.islice(repeated(rows), number):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def plain(path: Path, folder: Path) -> float:
    """Seconds of the plain alternative."""
    began = time.perf_counter()
    connection = sqlite3.connect(folder / "plain.db")
    connection.execute("pragma journal_mode=wal")
    connection.execute("create table article (id integer primary key, url text unique, source text, title, text, row)")
    connection.execute("create virtual table search using fts5(title, text)")
    with path.open(encoding="utf-8") as file:
        numbered = enumerate(map(json.loads, file), 1)
        while batch := list(itertools.islice(numbered, BATCH)):
            columns = [
                (n, row["url"], row["source"], row["title"], row["content"], json.dumps(row)) for n, row in batch
            ]
            with connection:
                connection.executemany("insert or ignore into article values (?, ?, ?, ?, ?, ?)", columns)
                connection.executemany(
                    "insert into search (rowid, title, text) values (?, ?, ?)",
                    [(n, t, x) for n, _, _, t, x, _ in columns],
                )
    connection.close()
    return time.perf_counter() - began


def measured(articles: int, *arguments: str | Path) -> Measure:
    """One command of warraq."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "warraq", "-q", *map(str, arguments)], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    with ProcessWatch(process.pid) as watch:
        code = process.wait()
    seconds = time.perf_counter() - began
    assert code in (0, 1), f"{arguments} ended with {code}"  # 1: some texts consist of furniture only, and are refused
    return Measure(articles, seconds, sum(watch.spent.values()), watch.peak_mb)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--few", type=int, default=3_000)
    parser.add_argument("--many", type=int, default=30_000)
    options = parser.parse_args()
    rows = given()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands: dict[str, Callable[[Path, int], tuple[str | Path, ...]]] = {
            "import": lambda path, number: ("--archive", folder / f"archive-{number}", "import", path),
            "clean": lambda path, number: ("clean", path, "-o", folder / f"cleaned-{number}.jsonl"),
        }
        peaks: dict[str, list[float]] = {name: [] for name in commands}
        for number in (options.few, options.many):
            path = folder / f"given-{number}.jsonl"
            write(path, rows, number)
            print(f"{number:6} plain   {number / plain(path, folder):7.0f} articles/s", flush=True)
            (folder / "plain.db").unlink()
            for name, arguments in commands.items():
                found = measured(number, *arguments(path, number))
                peaks[name].append(found.peak_mb)
                print(f"{number:6} {name:7} {found}", flush=True)
        for name, (few, many) in peaks.items():
            print(f"memory of {name}: x {many / few:.2f} from {options.few:,} to {options.many:,} texts")


if __name__ == "__main__":
    main()
