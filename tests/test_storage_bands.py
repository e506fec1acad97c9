"""Bands of signatures: what a look-up reads is bounded, however many articles share them."""

import random

from sqlalchemy import Connection, func, select

from storage.archive import Archive
from storage.database.tables.stories import BandRow, RecentBandRow
from storage.model.signature import BAND_BITS, BANDS
from storage.saving.bands import MOST_OF_A_BAND, MOVED_EVERY, SLICES, delete_bands, ends, insert_bands, sharing

HALF = MOST_OF_A_BAND // 2


def test_every_article_of_a_band_is_found_where_there_are_few(archive: Archive) -> None:
    with archive.writing() as connection:
        insert_bands(connection, [(band, article) for band in range(BANDS) for article in range(1, band + 2)])
        expected = {(band, article) for band in range(BANDS) for article in range(1, band + 2)}
        assert set(sharing(connection, range(-5, BANDS))) == expected


def test_of_texts_by_the_thousand_the_first_and_the_last_are_read(archive: Archive) -> None:
    """A band of few articles has all of its own next to one that thousands share, and negative hashes count too."""
    number = 5 * MOST_OF_A_BAND * BANDS
    with archive.writing() as connection:
        insert_bands(connection, ((-7, article) for article in range(1, number + 1)))
        insert_bands(connection, ((8, article) for article in (3, 4000)))
        found = list(sharing(connection, [-7, 8, 9]))
    first, last = range(1, HALF + 1), range(number + 1 - HALF, number + 1)
    assert sorted(found) == [(-7, article) for article in (*first, *last)] + [(8, 3), (8, 4000)]


def test_a_batch_reads_each_of_its_bands(archive: Archive) -> None:
    """More bands than one statement takes."""
    bands = range(1, 60 * BANDS)
    with archive.writing() as connection:
        insert_bands(connection, ((band, band % 7 + 1) for band in bands))
        delete_bands(connection, [14, 15], 1)
        assert dict(sharing(connection, bands)) == {band: band % 7 + 1 for band in bands if band != 14}


def test_ends_of_a_list_are_both_its_sides() -> None:
    assert ends(range(MOST_OF_A_BAND)) == range(MOST_OF_A_BAND)
    assert list(ends(range(100))) == [*range(HALF), *range(100 - HALF, 100)]


def _count(connection: Connection, table: type[BandRow] | type[RecentBandRow]) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _gathers(connection: Connection) -> bool:
    """Whether new bands go into the small table first: PostgreSQL writes into the large one at once."""
    return connection.dialect.name == "sqlite"


def test_recent_bands_are_moved_and_found_wherever_they_lie(archive: Archive) -> None:
    """Three rounds of all slices, a band in each slice an article; what waits is bounded, and nothing is lost."""
    articles, bands = range(1, 3 * SLICES * MOVED_EVERY), 4
    dice = random.Random(1)
    expected = {(dice.getrandbits(BAND_BITS), article) for article in articles for _ in range(bands)}
    by_article: dict[int, list[tuple[int, int]]] = {article: [] for article in articles}
    for band, article in expected:
        by_article[article].append((band, article))
    most = 0
    with archive.writing() as connection:
        for article in articles:
            insert_bands(connection, by_article[article])
            if article % MOVED_EVERY == 0:
                most = max(most, _count(connection, RecentBandRow))
        assert (0 < most <= SLICES * MOVED_EVERY * bands) if _gathers(connection) else most == 0
        assert _count(connection, BandRow) > len(expected) / 2
        assert _count(connection, BandRow) + _count(connection, RecentBandRow) == len(expected)
        assert set(sharing(connection, [band for band, _ in expected])) == expected


def test_the_ends_of_a_band_are_those_of_both_tables(archive: Archive) -> None:
    """Article numbers need not grow: a text that changed gets new bands late."""
    many = 2 * MOST_OF_A_BAND * BANDS
    with archive.writing() as connection:
        insert_bands(connection, ((5, article) for article in range(3, 2 * many, 2)))
        insert_bands(connection, ((5, article) for article in range(4, 2 * many, 2) if article % MOVED_EVERY))
        found = [article for _, article in sharing(connection, [5])]
        assert found == [*range(3, 3 + HALF), *range(2 * many - HALF, 2 * many)]
        assert (_count(connection, RecentBandRow) > 0) == _gathers(connection)


def test_bands_are_deleted_wherever_they_lie(archive: Archive) -> None:
    with archive.writing() as connection:
        insert_bands(connection, [(1, 7), (2, 7), (2, SLICES * MOVED_EVERY)])  # moves the first slice
        insert_bands(connection, [(3, 7)])
        counts = (_count(connection, BandRow), _count(connection, RecentBandRow))
        assert counts == ((3, 1) if _gathers(connection) else (4, 0))
        delete_bands(connection, [1, 2, 3], 7)
        assert list(sharing(connection, [1, 2, 3])) == [(2, SLICES * MOVED_EVERY)]
