"""Spread of what matches, days of what matches, and cards: the same on both databases, and read-only archives."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.errors import StorageError
from storage.search.query import Query, parse
from tests.conftest import Clock, put_source
from tests.support.small_archive import START, article, store


@pytest.fixture
def filled(archive: Archive, clock: Clock) -> Archive:
    """Six articles of two newspapers; the last has no date."""
    put_source(archive, "wardan")
    for number in range(6):
        at = START - timedelta(days=20 * number)
        source = "rassad" if number < 4 else "wardan"
        one = article(f"https://{source}.example/{number}", source, f"خبر {number}", "نص عن السوق والمدينة", at=at)
        one = replace(one, kind="opinion" if number == 1 else "news", published=None if number == 5 else one.published)
        clock.now = START
        store(archive, clock, one)
    return archive


def test_matches_are_counted_by_what_they_are(filled: Archive) -> None:
    found = filled.facet_counts(parse("السوق"))
    assert found.counted == 6
    assert found.sources == {"rassad": 4, "wardan": 2}
    assert found.kinds == {"news": 5, "opinion": 1}
    assert found.languages == {"ar": 6}
    assert list(found.months) == ["2026-01", "2025-12", "2025-11", "2025-10"]
    assert sum(found.months.values()) == 5
    assert found.undated == 1


def test_only_the_newest_are_counted_where_more_match(filled: Archive) -> None:
    assert filled.facet_counts(Query(), most=2).counted == 2
    assert filled.facet_counts(parse("لا يوجد هذا")).counted == 0


def test_days_leave_out_what_has_no_date(filled: Archive) -> None:
    found = filled.days(parse("السوق source:rassad"))
    assert found == {(START - timedelta(days=20 * number)).date(): 1 for number in range(4)}
    assert sum(filled.days(Query()).values()) == 5
    assert date(2026, 1, 5) in found


def test_cards_come_in_the_order_asked_for(filled: Archive) -> None:
    newest = filled.cards(Query(limit=3))
    ids = [card.article_id for card in newest]
    assert filled.cards_of([*list(reversed(ids)), 999]) == list(reversed(newest))
    assert newest[0].lead == "نص عن السوق والمدينة"
    assert newest[0].key.startswith("https://")


@pytest.mark.fault("A37")
def test_an_archive_opened_for_reading_cannot_write_and_stops_in_time(folder_archive: Archive, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive", create=False, read_only=True, deadline_s=0.2) as reader:
        with pytest.raises(StorageError, match="readonly"), reader.writing() as connection:
            connection.exec_driver_sql("delete from source")
        endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
        with pytest.raises(StorageError, match="longer than a reader may"), reader.reading() as connection:
            connection.exec_driver_sql(endless)
        assert reader.stats().articles == 0
