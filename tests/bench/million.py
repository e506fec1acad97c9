"""A store of a million articles beside one of ten thousand: what each operation costs a row.

usage: python -m tests.bench.million [--few 10000] [--many 1000000] [--keep FOLDER]

Both stores are generated with the same text model (`tests.bench.search`), 60 words an article, one URL, one snapshot,
one version, a signature with its 42 bands, and the search index. `--keep`: where the stores are made, and taken from if
they are there; else in a temporary folder. Times are of the processor, so that other programs do not count; `insert` is
`Archive.store` of new articles, a transaction each, and on the wall too, since the disk's cache is part of it.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy import Connection, Table, insert

from crawler.health import diagnose
from pipelines.extraction.fingerprint import signature
from storage.archive import Archive
from storage.database.tables.core import SnapshotRow, UrlRow
from storage.database.tables.stories import SignatureRow
from storage.export.formats import FORMATS, Options
from storage.model.article import Article
from storage.model.signature import SCHEME, VALUES, Signature
from storage.model.visit import Snapshot, Visit
from storage.search.query import Query, parse
from storage.statistics.health import figures
from storage.verify import verify
from tests.bench import search

T = TypeVar("T")

WORDS = 60
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 10_000
#: Articles inserted, and articles shown, for one figure.
SAMPLE = 500
#: Rows exported for one figure.
EXPORTED = 5_000


def fill(folder: Path, articles: int) -> None:
    """Make the store."""
    texts = search.Texts()
    with Archive.open(folder) as archive:
        with archive.writing() as connection:
            search.fill(connection, texts, articles, words=WORDS)
        for start in range(1, articles + 1, BATCH):
            numbers = range(start, min(start + BATCH, articles + 1))
            with archive.writing() as connection:
                _fetched(connection, numbers)
                archive.index(connection, numbers)
        with archive.writing() as connection:
            _banded(connection, articles)


def _fetched(connection: Connection, numbers: range) -> None:
    """URL and snapshot of each article."""
    urls, snapshots = cast(Table, UrlRow.__table__), cast(Table, SnapshotRow.__table__)
    common = {"how": "feed", "discovered_at": WHEN, "next_attempt_at": WHEN, "state": "done", "fetched_at": WHEN}
    connection.execute(
        insert(urls),
        [
            {"id": n, "key": str(n), "key_hash": str(n), "url": f"https://example.org/{n}", "article_id": n,
             "source_key": f"s{n % search.SOURCES}", **common}
            for n in numbers
        ],
    )  # fmt: skip
    connection.execute(
        insert(snapshots),
        [
            {"url_id": n, "url": f"https://example.org/{n}", "fetched_at": WHEN - timedelta(minutes=n), "status": 200,
             "payload_sha256": f"{n:064x}", "robots": [], "source_key": f"s{n % search.SOURCES}", "outcome": "new"}
            for n in numbers
        ],
    )  # fmt: skip


def _banded(connection: Connection, articles: int) -> None:
    """A random signature for each article, and its bands: no two are alike. Sorted, which is ten times as fast."""
    signatures = cast(Table, SignatureRow.__table__)
    dice = random.Random(3)
    connection.exec_driver_sql("create temp table loose (hash integer, article_id integer)")
    for start in range(1, articles + 1, BATCH):
        numbers = range(start, min(start + BATCH, articles + 1))
        made = [(n, Signature.of(WORDS, tuple(dice.getrandbits(32) for _ in range(VALUES)))) for n in numbers]
        connection.execute(
            insert(signatures),
            [
                {"article_id": n, "scheme": SCHEME, "words": WORDS, "packed": one.packed, "credits": [],
                 "updated_at": WHEN}
                for n, one in made
            ],
        )  # fmt: skip
        bands = [(band, n) for n, one in made for band in one.bands()]
        connection.exec_driver_sql("insert into loose values (?, ?)", bands)
    connection.exec_driver_sql("insert into band (hash, article_id) select * from loose order by hash, article_id")
    connection.exec_driver_sql("drop table loose")


@dataclass(frozen=True, slots=True)
class Figure:
    """Milliseconds of processor time of one operation; `bound`: how much more it may cost in the large store."""

    name: str
    ms: float
    bound: float


def measured(folder: Path, articles: int) -> Iterator[Figure]:
    """Every figure of a store. New articles come last, and stay."""
    texts = search.Texts()
    with Archive.open(folder) as archive:
        kinds = search.queries(texts)
        for name in ("frequent word", "rare word", "two frequent words", "beginning of a word"):
            limited = [replace(parse(query), limit=20) for query in kinds[name]]
            yield Figure(f"search, newest first, p95: {name}", _p95(lambda one: list(archive.search(one)), limited), 2)
        some = random.Random(5).sample(range(1, articles + 1), SAMPLE)
        yield Figure("show", _median(archive.get, some), 1.2)
        yield Figure("stats, an article", _least(archive.stats) / articles, 1.2)
        query = Query(limit=EXPORTED)
        yield Figure("export jsonl, an article", _least(lambda: _exported(archive, query)) / EXPORTED, 1.2)
        yield Figure("verify, a row", _least(lambda: list(verify(archive))) / articles, 1.2)
        yield Figure("health, of all sources", _once(lambda: _health(archive)), float("inf"))
        visits = list(_visits(texts, time.time_ns()))
        wall = time.perf_counter()
        yield Figure("insert, a new article", _mean(archive.store, visits), 1.2)
        yield Figure("insert, on the wall", 1000 * (time.perf_counter() - wall) / len(visits), float("inf"))


def _exported(archive: Archive, query: Query) -> None:
    write = FORMATS["jsonl"].write
    assert write is not None
    write(archive.find(query), BytesIO(), Options(archive=archive))


def _health(archive: Archive) -> None:
    with archive.reading() as connection:
        diagnose(figures(connection, now=WHEN))


def _visits(texts: search.Texts, mark: int) -> Iterator[Visit]:
    """New articles, each with a snapshot and a signature. `mark`: of the run, whose texts a kept store has not yet."""
    texts.random.seed(mark)
    for number in range(SAMPLE):
        url = f"https://example.org/new/{mark}/{number}"
        text = texts.words(WORDS)
        article = Article(url=url, source="s1", title=texts.words(9), text=text, fetched_at=datetime.now(UTC))
        snapshot = Snapshot(url=url, fetched_at=article.fetched_at, status=200, payload_sha256=f"{number:064x}")
        yield Visit(
            url=url, key=url[8:], source="s1", snapshot=snapshot, outcome=article, signature=signature(text)
        )  # fmt: skip


def _once(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def _least(work: Callable[[], object]) -> float:
    """Of two times: in the second the disk's cache is warm, as far as it goes."""
    return min(_once(work), _once(work))


def _times(work: Callable[[T], object], items: list[T]) -> list[float]:
    return sorted(_once(lambda: work(item)) for item in items)  # noqa: B023  called at once


def _p95(work: Callable[[T], object], items: list[T]) -> float:
    """Of the items, each the least of three times: the disk's cache is warm, and a moment's noise is no item's cost."""
    times = sorted(min(_times(work, [item] * 3)) for item in items)
    return times[int(0.95 * len(times))]


def _median(work: Callable[[T], object], items: list[T]) -> float:
    return statistics.median(_times(work, items))


def _mean(work: Callable[[T], object], items: list[T]) -> float:
    return statistics.fmean(_times(work, items))


def stores(folder: Path, sizes: tuple[int, ...]) -> Iterator[tuple[int, dict[str, Figure]]]:
    for articles in sizes:
        place = folder / str(articles)
        if not (place / "archive.db").exists():
            began = time.perf_counter()
            fill(place, articles)
            size = (place / "archive.db").stat().st_size / 2**20
            print(f"{articles:,} articles made in {time.perf_counter() - began:.0f} s, {size:,.0f} MB", flush=True)
        found = {}
        for figure in measured(place, articles):
            print(f"  {articles:>9,}  {figure.name:<48}{figure.ms:>10.3f} ms", flush=True)
            found[figure.name] = figure
        yield articles, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        (_, few), (_, many) = stores(options.keep or Path(temporary), (options.few, options.many))
    print(f"\n{'processor ms':<50}{options.few:>12,}{options.many:>12,}{'ratio':>8}")
    met = True
    for name, figure in few.items():
        ratio = many[name].ms / figure.ms
        met &= ratio <= figure.bound
        missed = "" if ratio <= figure.bound else f"   MISSED (at most x {figure.bound})"
        print(f"{name:<50}{figure.ms:>12.3f}{many[name].ms:>12.3f}{ratio:>8.2f}{missed}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
