"""Bands of signatures: articles that share one with a text may be its near-duplicates."""

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from sqlalchemy import Connection, Table, delete

from storage.database.dialect import placeholder
from storage.database.tables.stories import BandRow
from storage.model.signature import BANDS

#: Articles that are read for one band, on average over the bands of a look-up. Texts of one formula by the thousand
#: share all their bands: with more, a look-up would take longer with every article.
MOST_OF_A_BAND = 32
#: Bands looked up with one statement: a multiple of BANDS below the 999 parameters that any SQLite takes.
_MARKS = 22 * BANDS

_bands = cast(Table, BandRow.__table__)


def sharing(connection: Connection, bands: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield band and article of the articles that have one of these bands.

    Each of them, up to MOST_OF_A_BAND for each band on average. Where there are more, `ends` of each band: the last
    articles, among them what a text was copied from, and the first, whose days tell what is formula.
    """
    for start in range(0, len(bands), _MARKS):
        some = bands[start : start + _MARKS]
        most = MOST_OF_A_BAND * len(some)
        found = _all_sharing(connection, some, most + 1)
        yield from found if len(found) <= most else _ends_sharing(connection, some)


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
    statement = f"insert into {_bands.name} (hash, article_id) values ({mark}, {mark})"  # noqa: S608 - a name and marks
    connection.exec_driver_sql(statement, rows)


def delete_bands(connection: Connection, bands: Sequence[int], article_id: int) -> None:
    """Delete an article's rows of some bands."""
    connection.execute(delete(_bands).where(_bands.c.hash.in_(bands), _bands.c.article_id == article_id))


def _all_sharing(connection: Connection, bands: Sequence[int], most: int) -> list[tuple[int, int]]:
    marks = ", ".join([placeholder(connection)] * len(bands))
    statement = f"select hash, article_id from {_bands.name} where hash in ({marks}) limit {most}"  # noqa: S608 - as above
    return cast("list[tuple[int, int]]", connection.exec_driver_sql(statement, tuple(bands)).all())


def _ends_sharing(connection: Connection, bands: Sequence[int]) -> list[tuple[int, int]]:
    """As `ends` of each band. Each is two short reads of the clustered table, however many articles have it."""
    marks = ", ".join([f"(cast({placeholder(connection)} as bigint))"] * len(bands))
    name, offset = _bands.name, MOST_OF_A_BAND // 2 - 1
    bound = f"select x.article_id from {name} x where x.hash = asked.hash order by x.article_id"  # noqa: S608 - a name
    joined = f"select b.hash, b.article_id from asked join {name} b on b.hash = asked.hash and b.article_id"  # noqa: S608
    statement = (
        f"with asked(hash) as (values {marks}) "
        f"{joined} >= coalesce(({bound} desc limit 1 offset {offset}), 0) union "
        f"{joined} <= coalesce(({bound} limit 1 offset {offset}), 0)"
    )
    return cast("list[tuple[int, int]]", connection.exec_driver_sql(statement, tuple(bands)).all())
