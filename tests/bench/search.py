"""Search, measured: `python tests/bench/search.py [--articles 100000]`.

Compared with raw FTS5 (unicode61) in the same run.

The articles are synthetic: 255 words each, by Zipf's law over 240,000 forms, which are 20,000 stems with Arabic clitics
and endings (so that forms of a stem meet again in one token, as in real text). A smoke run of 2,000 takes seconds.
Times are the process's own (CPU), so that a busy machine tells nothing false; --wall takes the clock on the wall.
"""

import argparse
import csv
import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, cast

from sqlalchemy import Connection, Table, insert

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from storage.database.engine import for_writing, open_engine  # noqa: E402
from storage.database.tables.core import ArticleRow, SourceRow, VersionRow  # noqa: E402
from storage.database.tables.every import Base  # noqa: E402
from storage.search.engines import search_engine  # noqa: E402
from storage.search.query import parse  # noqa: E402
from storage.search.sqlite import SqliteSearch  # noqa: E402
from storage.text.folding import analyse  # noqa: E402

WORDS = 255
STEMS = 20_000
SOURCES = 60
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
PREFIXES = ["", "", "", "", "ال", "ال", "ال", "و", "وال", "ب", "بال", "ل", "لل", "ف"]
SUFFIXES = ["", "", "", "", "", "ه", "ها", "هم", "ات", "ين", "ون", "ية"]
START = datetime(2015, 1, 1, tzinfo=UTC)


class Texts:
    """Random articles, the same for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        choice = self.random.choice
        self.stems = ["".join(self.random.choices(LETTERS, k=choice((4, 4, 5, 5, 6)))) for _ in range(STEMS)]
        #: Twelve forms of each stem, frequent stems first.
        self.forms = [choice(PREFIXES) + stem + choice(SUFFIXES) for stem in self.stems for _ in range(12)]
        self.weights = list(accumulate(1 / rank for rank in range(1, len(self.forms) + 1)))

    def words(self, count: int) -> str:
        return " ".join(self.random.choices(self.forms, cum_weights=self.weights, k=count))


def fill(connection: Connection, texts: Texts, articles: int, *, words: int = WORDS) -> None:
    """Put the articles into the tables, not yet indexed. `words`: of each text."""
    tables = [cast(Table, row.__table__) for row in (SourceRow, ArticleRow, VersionRow)]
    sources = [
        {
            "key": f"s{n}",
            "name_ar": "",
            "name_en": "",
            "country": "ma" if n < 6 else "eg",
            "timezone": "UTC",
            "home": "",
        }
        for n in range(SOURCES)
    ]
    connection.execute(insert(tables[0]), sources)
    for first in range(1, articles + 1, 1000):
        rows = [_article(texts, n, articles, words) for n in range(first, min(first + 1000, articles + 1))]
        connection.execute(insert(tables[1]), rows)
        connection.execute(insert(tables[2]), [_version(row) for row in rows])


def _article(texts: Texts, number: int, articles: int, words: int) -> dict[str, Any]:
    at = START + timedelta(seconds=number * 10 * 365 * 86_400 // articles)
    day = at.date().isoformat()
    return {
        "id": number, "key": str(number), "key_hash": str(number), "url": f"https://example.org/{number}",
        "source_key": f"s{texts.random.randrange(SOURCES)}", "title": texts.words(9), "text": texts.words(words),
        "authors": [], "published": day, "published_day": day, "published_at": at, "published_precision": "minute",
        "published_disagreed": False, "dates": [], "tags": [], "kind": "news", "language": "ar", "version": 1,
        "text_hash": str(number), "first_seen_at": at, "fetched_at": at, "sort_at": at,
    }  # fmt: skip


def _version(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "article_id": row["id"], "number": 1, "title": row["title"], "text": row["text"], "removed": [],
        "text_hash": row["text_hash"], "cause": "page", "first_seen_at": row["sort_at"],
        "last_seen_at": row["sort_at"], "extractor_version": "1", "rules_version": "1",
    }  # fmt: skip


def queries(texts: Texts) -> dict[str, list[str]]:
    """Kinds of query, each with its own."""
    often, middle, seldom = (texts.stems[rank : rank + 30] for rank in (0, 500, 15_000))
    pairs = list(pairwise(often))
    return {
        "frequent word": often,
        "middling word": middle,
        "rare word": seldom,
        "two frequent words": [f"{a} {b}" for a, b in pairs],
        "frequent and rare": [f"{a} {b}" for a, b in zip(often, seldom, strict=True)],
        "either of two": [f"{a} أو {b}" for a, b in pairs],
        "phrase": [f'"{a} {b}"' for a, b in pairs],
        "frequent, not another": [f"{a} -{b}" for a, b in pairs],
        "beginning of a word": [f"{word[:3]}*" for word in often],
        "frequent in one source": [f"{word} source:s7" for word in often],
        "frequent in one country": [f"{word} country:ma" for word in often],
        "frequent in an old month": [f"{word} since:2016-03 until:2016-03" for word in often],
        "frequent in 400 days": [f"{word} since:2017-03-05 until:2018-04-08 source:s7" for word in often],
        "filters alone": [f"source:s{n} until:2016" for n in range(30)],
        "nothing but newest": [""] * 10,
    }


CLOCK = process_time


def timed(run: Callable[[str], object], texts: list[str]) -> list[float]:
    """Milliseconds of each query, sorted; each is run twice and the second run counts (the disk's cache is warm)."""
    took = []
    for query in texts:
        run(query)
        start = CLOCK()
        run(query)
        took.append((CLOCK() - start) * 1000)
    return sorted(took)


def p(took: list[float], share: float) -> float:
    """The value below which that share of the sorted times lies."""
    return took[min(len(took) - 1, int(len(took) * share))]


def row(name: str, newest: list[float], relevant: list[float], raw: list[float]) -> None:
    figures = "".join(f"{p(times, 0.5):8.1f} {p(times, 0.95):8.1f} " for times in (newest, relevant, raw))
    print(f"{name:<26}{figures}")


def measure_queries(connection: Connection, raw: sqlite3.Connection, texts: Texts) -> None:
    """Print a line for each kind of query: ours newest first, ours by relevance, raw bm25; p50 and p95 in ms."""
    engine = SqliteSearch()
    all_newest: list[float] = []
    all_relevant: list[float] = []
    print(f"{'ms, first 20 with snippets':<26}{'newest first':>17}{'relevance':>18}{'raw bm25':>18}")
    for name, asked in queries(texts).items():
        newest = timed(lambda q: list(engine.search(connection, parse(q, limit=20))), asked)
        relevant = timed(lambda q: list(engine.search(connection, parse(q, limit=20, sort="relevance"))), asked)
        plain = [q for q in asked if q and ":" not in q and "-" not in q and "*" not in q and "أو" not in q]
        unfiltered = timed(lambda q: raw_search(raw, q), plain) if plain else [float("nan")]
        row(name, newest, relevant, unfiltered)
        all_newest += newest
        all_relevant += relevant
    row("all", sorted(all_newest), sorted(all_relevant), [float("nan")])
    count = timed(lambda q: engine.count(connection, parse(q)), texts.stems[:30])
    print(f"{'count of a frequent word':<26}{p(count, 0.5):8.1f} {p(count, 0.95):8.1f}")


def raw_search(raw: sqlite3.Connection, query: str) -> list[Any]:
    match = query if query.startswith('"') else " ".join(f'"{word}"' for word in query.split())
    return raw.execute("select rowid from raw where raw match ? order by rank limit 20", (match,)).fetchall()


def measure_pairs(table: Path) -> None:
    """Print which share of word pairs that should match does, and of those that should not: ours, then raw FTS5."""
    with table.open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file, delimiter="\t"))
    for name, matches in (("ours", _ours), ("raw FTS5", _raw)):
        good = [matches(pair["query"], pair["doc_form"]) for pair in pairs if pair["should_match"] == "1"]
        bad = [matches(pair["query"], pair["doc_form"]) for pair in pairs if pair["should_match"] == "0"]
        print(f"{table.name}: {name:<9} found {sum(good)}/{len(good)} ({100 * sum(good) / len(good):.1f} %), "
              f"falsely {sum(bad)}/{len(bad)} ({100 * sum(bad) / len(bad):.1f} %)")  # fmt: skip


def _ours(query: str, word: str) -> bool:
    return analyse(query) == analyse(word)


def _raw(query: str, word: str) -> bool:
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table t using fts5(body, tokenize='unicode61 remove_diacritics 2')")
    database.execute("insert into t values (?)", (word,))
    found = database.execute("select count(*) from t where t match ?", (f'"{query}"',)).fetchone()[0]
    database.close()
    return bool(found)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=100_000)
    arguments.add_argument("--wall", action="store_true", help="measure by the clock on the wall")
    options = arguments.parse_args()
    if options.wall:
        global CLOCK
        CLOCK = perf_counter
    articles = options.articles
    for table in (ROOT / "tests/data/search_pairs.tsv", ROOT / "../shared/facts/search_pairs.tsv"):
        if table.exists():
            measure_pairs(table)
    with tempfile.TemporaryDirectory(prefix="warraq-bench-") as folder:
        measure(Path(folder) / "bench.db", articles)


def measure(path: Path, articles: int) -> None:
    texts = Texts()
    database = for_writing(open_engine(f"sqlite:///{path}"))
    Base.metadata.create_all(database)
    with database.begin() as connection:
        fill(connection, texts, articles)
    size = path.stat().st_size
    engine = search_engine(database)
    start = CLOCK()
    with database.begin() as connection:
        engine.create(connection)
    took = CLOCK() - start
    print(f"{articles} articles, {size >> 20} MB; ours: {articles / took:.0f} articles/s, "
          f"{(path.stat().st_size - size) >> 20} MB of index")  # fmt: skip

    raw = sqlite3.connect(path)
    size = path.stat().st_size
    start = CLOCK()
    raw.execute("create virtual table raw using fts5(title, text, content='article', content_rowid='id',"
                " tokenize='unicode61 remove_diacritics 2')")  # fmt: skip
    raw.execute("insert into raw (raw) values ('rebuild')")
    raw.commit()
    took = CLOCK() - start
    print(f"raw FTS5: {articles / took:.0f} articles/s, {(path.stat().st_size - size) >> 20} MB of index")
    with database.connect() as connection:
        measure_queries(connection, raw, texts)
        print("check:", engine.check(connection) or "sound")
    raw.close()
    database.dispose()


if __name__ == "__main__":
    main()
