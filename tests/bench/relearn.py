"""Cost of the learning pass that follows a crawl, by the size of the source: `python -m tests.bench.relearn`.

Beside it the plain way: strip every article of the source after each crawl. Seconds of the processor, so that other
programs on the machine do not count. Exit code 1 if ten times the articles cost more than 1.5 times as much.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Table, update

from pipelines.boilerplate.recurring import strip
from pipelines.boilerplate.relearn import relearn
from storage.archive import Archive
from storage.crawl_state.boilerplate import LearnedBlock
from storage.database.tables.core import ArticleRow
from storage.search.query import Query
from tests.bench import search

SOURCE = "paper"
#: How much more ten times the articles may cost.
MOST = 1.5


def fill(archive: Archive, articles: int) -> None:
    """Articles of one source, and one learned block that none of them bears."""
    archive.put_source(
        key=SOURCE, name_ar="صحيفة", name_en="Paper", country="JO", timezone="Asia/Amman", home="https://paper.example/"
    )
    table = ArticleRow.__table__
    assert isinstance(table, Table)
    with archive.writing() as connection:
        search.fill(connection, search.Texts(), articles)
        connection.execute(update(table).values(source_key=SOURCE))
        archive.index(connection, range(1, articles + 1))
    archive.boilerplate.put(SOURCE, [LearnedBlock(key="اشترك في نشرتنا", example="اشترك في نشرتنا", articles=12)])


def every_article(archive: Archive) -> None:
    """The plain way."""
    keys = archive.boilerplate.keys(SOURCE)
    for stored in archive.find(Query(sources=(SOURCE,))):
        strip(stored.article, keys)


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs=2, default=(4_000, 40_000), metavar=("FEW", "MANY"))
    few, many = parser.parse_args().articles
    found: dict[int, float] = {}
    print(f"{'articles':>9} {'first pass':>11} {'each later':>11} {'plain way':>10}   ratio plain : later")
    for articles in (few, many):
        with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder) / "archive") as archive:
            fill(archive, articles)
            first = seconds(lambda: relearn(archive, SOURCE))
            found[articles] = later = min(seconds(lambda: relearn(archive, SOURCE)) for _ in range(3))
            plain = seconds(lambda: every_article(archive))
        print(f"{articles:>9,} {first:>9.2f} s {later:>9.2f} s {plain:>8.2f} s   {plain / later:.1f}")
    growth = found[many] / found[few]
    print(f"ten times the articles: x {growth:.2f} (at most x {MOST})")
    return int(growth > MOST)


if __name__ == "__main__":
    sys.exit(main())
