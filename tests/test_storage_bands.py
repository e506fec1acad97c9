"""Bands of signatures: what a look-up reads is bounded, however many articles share them."""

from storage.archive import Archive
from storage.model.signature import BANDS
from storage.saving.bands import MOST_OF_A_BAND, delete_bands, ends, insert_bands, sharing

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
