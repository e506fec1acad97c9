"""Bands of signatures: articles that share one with a text may be its near-duplicates.

On SQLite new bands go into a small table of their own, and from there into the large one a slice of the hashes at a
time. The 42 bands of an article lie in 42 places of the large table, each a page to be written to the log and again to
the file: that was half of what near-duplicates cost at 100,000 articles. A slice that gathered for some thousand
articles has several bands for each of its pages, in order. PostgreSQL, which keeps its pages in memory, writes into the
large table at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from sqlalchemy import Connection, Table, delete

from storage.database.dialect import placeholder
from storage.database.driver import execute_many, fetch
from storage.database.tables.stories import BandRow, RecentBandRow
from storage.model.signature import BAND_BITS, BANDS

#: Articles that are read for one band, on average over the bands of a look-up. Texts of one formula by the thousand
#: share all their bands: with more, a look-up would take longer with every article.
MOST_OF_A_BAND = 32
#: Slices of the hashes, and how often one is moved: with each article whose number divides by MOVED_EVERY, the next. So
#: any process does its part, and a slice waits for SLICES * MOVED_EVERY articles (once more if that one is too short to
#: have bands).
SLICES = 16
MOVED_EVERY = 256
#: Bands looked up with one statement: a multiple of BANDS, twice (in both tables) below the 999 parameters that any
#: SQLite takes.
_MARKS = 11 * BANDS

_bands = cast(Table, BandRow.__table__)
_recent = cast(Table, RecentBandRow.__table__)


def sharing(connection: Connection, bands: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield band and article of the articles that have one of these bands, in order.

    Each of them, up to MOST_OF_A_BAND for each band on average. Where there are more, `ends` of each band: the last
    articles, among them what a text was copied from, and the first, whose days tell what is formula.
    """
    for start in range(0, len(bands), _MARKS):
        some = bands[start : start + _MARKS]
        most = MOST_OF_A_BAND * len(some)
        found = _all_sharing(connection, some, most + 1)
        yield from sorted(found) if len(found) <= most else _ends_sharing(connection, some)


def ends(articles: Sequence[int]) -> Sequence[int]:
    """Return the first and the last articles of a band, together MOST_OF_A_BAND of them; all of a shorter list."""
    half = MOST_OF_A_BAND // 2
    return articles if len(articles) <= MOST_OF_A_BAND else [*articles[:half], *articles[-half:]]


def insert_bands(connection: Connection, bands: Iterable[tuple[int, int]]) -> None:
    """Insert bands with their articles, in clustered order.

    Uses the driver directly: SQLAlchemy makes 42 small rows four times as expensive.
    """
    rows = sorted(bands)
    if not rows:
        return
    mark = placeholder(connection)
    table = _tables(connection)[-1]
    statement = f"insert into {table.name} (hash, article_id) values ({mark}, {mark})"  # noqa: S608 - a name and marks
    execute_many(connection, statement, rows)
    if table is _recent:
        for number in {article for _, article in rows}:
            if number % MOVED_EVERY == 0:
                _move(connection, number // MOVED_EVERY % SLICES)


def delete_bands(connection: Connection, bands: Sequence[int], article_id: int) -> None:
    """Delete an article's rows of some bands."""
    for table in _tables(connection):
        connection.execute(delete(table).where(table.c.hash.in_(bands), table.c.article_id == article_id))


def _tables(connection: Connection) -> tuple[Table, ...]:
    """The tables that hold bands; the last takes new ones."""
    return (_bands, _recent) if connection.dialect.name == "sqlite" else (_bands,)


def _move(connection: Connection, number: int) -> None:
    """Move a slice of the recent bands, by its number, into the large table, in its order."""
    edges = ((number << BAND_BITS) // SLICES, ((number + 1) << BAND_BITS) // SLICES)
    within = f"from {_recent.name} where hash >= ? and hash < ?"
    connection.exec_driver_sql(
        f"insert or ignore into {_bands.name} select hash, article_id {within} order by hash, article_id", edges
    )
    connection.exec_driver_sql(f"delete {within}", edges)


def _all_sharing(connection: Connection, bands: Sequence[int], most: int) -> list[tuple[int, int]]:
    marks = ", ".join([placeholder(connection)] * len(bands))
    tables = _tables(connection)
    reads = (f"select hash, article_id from {table.name} where hash in ({marks})" for table in tables)  # noqa: S608
    return fetch(connection, f"{' union all '.join(reads)} limit {most}", [*bands] * len(tables))


def _ends_sharing(connection: Connection, bands: Sequence[int]) -> Iterator[tuple[int, int]]:
    """As `ends` of each band, in order."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for table in _tables(connection):
        for band, article in _ends_in(connection, table, bands):
            found[band].append(article)
    for band, articles in sorted(found.items()):
        yield from ((band, article) for article in ends(sorted(articles)))


def _ends_in(connection: Connection, table: Table, bands: Sequence[int]) -> list[tuple[int, int]]:
    """As `ends` of each band in a table. Each is two short reads, however many articles have it."""
    marks = ", ".join([f"(cast({placeholder(connection)} as bigint))"] * len(bands))
    name, offset = table.name, MOST_OF_A_BAND // 2 - 1
    bound = f"select x.article_id from {name} x where x.hash = asked.hash order by x.article_id"  # noqa: S608 - a name
    joined = f"select b.hash, b.article_id from asked join {name} b on b.hash = asked.hash and b.article_id"  # noqa: S608
    statement = (
        f"with asked(hash) as (values {marks}) "
        f"{joined} >= coalesce(({bound} desc limit 1 offset {offset}), 0) union "
        f"{joined} <= coalesce(({bound} limit 1 offset {offset}), 0)"
    )
    return fetch(connection, statement, bands)
