"""A store of a million articles beside one of ten thousand: what each operation costs a row.

usage: python -m tests.bench.million [--few 10000] [--many 1000000] [--keep FOLDER]

Both stores are generated with the same text model (`tests.bench.search`), 60 words an article, one URL, one snapshot,
one version, a signature with its 42 bands, and the search index. `--keep`: where the stores are made, and taken from if
they are there; else in a temporary folder. Times are of the processor, so that other programs do not count, and of both
stores in turn; `insert` is `Archive.store` of new articles, a transaction each, and on the wall too, since the disk's
cache is part of it.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import cast

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
class Store:
    """An open store."""

    archive: Archive
    #: How many it was made with.
    articles: int

    def some(self) -> list[int]:
        """Return numbers of SAMPLE articles."""
        return random.Random(5).sample(range(1, self.articles + 1), SAMPLE)


@dataclass(frozen=True, slots=True)
class Figure:
    """Milliseconds of one operation in the small and in the large store; `bound`: how much more it may cost there."""

    name: str
    few: float
    many: float
    bound: float

    @property
    def ratio(self) -> float:
        return self.many / self.few


def measured(few: Store, many: Store) -> Iterator[Figure]:
    """Every figure, the stores in turn, so that a slow minute of the machine is in both. New articles come last, and
    stay."""
    texts = search.Texts()
    kinds = search.queries(texts)
    both = (few, many)
    for name in ("frequent word", "rare word", "two frequent words", "beginning of a word"):
        limited = [replace(parse(query), limit=20) for query in kinds[name]]
        times = [_in_turn([partial(_search, one.archive, query) for one in both], rounds=3) for query in limited]
        yield Figure(f"search, newest first, p95: {name}", *_by_store(_p95, times), 2)
    samples = zip(few.some(), many.some(), strict=True)
    times = [_in_turn([partial(few.archive.get, a), partial(many.archive.get, b)]) for a, b in samples]
    yield Figure("show", *_by_store(statistics.median, times), 1.2)
    query = Query(limit=EXPORTED)
    for name, work, rows, rounds in (
        ("stats, an article", Archive.stats, [one.articles for one in both], 4),
        ("export jsonl, an article", partial(_export, query=query), [EXPORTED, EXPORTED], 4),
        ("verify, a row", _verify, [one.articles for one in both], 2),
    ):
        times = _in_turn([partial(work, one.archive) for one in both], rounds=rounds)
        yield Figure(name, *(ms / count for ms, count in zip(times, rows, strict=True)), 1.2)
    yield Figure("health, of all sources", *_in_turn([partial(_health, one.archive) for one in both]), float("inf"))
    for name, clock, bound in (
        ("insert, a new article", time.process_time, 1.2),
        ("insert, on the wall", time.perf_counter, float("inf")),
    ):
        visits = list(_visits(texts, time.time_ns()))
        times = [_in_turn([partial(one.archive.store, visit) for one in both], clock=clock) for visit in visits]
        yield Figure(name, *_by_store(statistics.fmean, times), bound)


def _search(archive: Archive, query: Query) -> None:
    list(archive.search(query))


def _verify(archive: Archive) -> None:
    list(verify(archive))


def _export(archive: Archive, query: Query) -> None:
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


def _in_turn(
    works: Sequence[Callable[[], object]], *, rounds: int = 1, clock: Callable[[], float] = time.process_time
) -> list[float]:
    """Return the milliseconds of each work, the least of some rounds: later, the disk's cache is warm."""
    found = [float("inf")] * len(works)
    for _ in range(rounds):
        for place, work in enumerate(works):
            began = clock()
            work()
            found[place] = min(found[place], 1000 * (clock() - began))
    return found


def _by_store(figure: Callable[[list[float]], float], times: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return a figure of each store's times, which come a pair an item."""
    few, many = zip(*times, strict=True)
    return figure(list(few)), figure(list(many))


def _p95(times: list[float]) -> float:
    return search.p(sorted(times), 0.95)


def opened(folder: Path, articles: int) -> Archive:
    """Open a store; make it first if it is not there."""
    place = folder / str(articles)
    if not (place / "archive.db").exists():
        began = time.perf_counter()
        fill(place, articles)
        size = (place / "archive.db").stat().st_size / 2**20
        print(f"{articles:,} articles made in {time.perf_counter() - began:.0f} s, {size:,.0f} MB", flush=True)
    return Archive.open(place)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    met = True
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        few, many = (
            Store(stack.enter_context(opened(options.keep or Path(temporary), articles)), articles)
            for articles in (options.few, options.many)
        )
        print(f"{'processor ms':<50}{options.few:>12,}{options.many:>12,}{'ratio':>8}", flush=True)
        for figure in measured(few, many):
            met &= figure.ratio <= figure.bound
            missed = "" if figure.ratio <= figure.bound else f"   MISSED (at most x {figure.bound})"
            print(f"{figure.name:<50}{figure.few:>12.3f}{figure.many:>12.3f}{figure.ratio:>8.2f}{missed}", flush=True)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
