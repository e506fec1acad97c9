"""The calendar of what is held: by the newspaper's own day, undated apart, what waits, what was asked for."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from conftest import put_source

from storage.crawl_state.backfills import NewStep
from storage.model.address import Discovered
from storage.model.article import Article, Published
from storage.model.visit import Visit
from storage.statistics.calendar import Calendar, bounds, calendar, legend, level, weeks


def stored(archive, number, published, *, source="rassad"):
    url = f"https://rassad.example/n/{number}"
    article = Article(
        url=url,
        source=source,
        title=f"خبر {number}",
        text="أعلنت البلدية اليوم بدء العمل في الجسر.",
        published=published,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        extractor_version="1",
        rules_version="1",
    )
    archive.store(Visit(url=url, key=url, source=source, outcome=article))


def at(moment):
    """A moment with its offset, as a page states it."""
    when = datetime.fromisoformat(moment)
    return Published(iso=moment, at=when.astimezone(UTC), text=moment, precision="minute", origin="meta")


def on(day):
    return Published(iso=day, text=day, precision="day", origin="text")


def counted(archive, zone="Africa/Casablanca", source="rassad"):
    with archive.reading() as connection:
        return calendar(connection, source, zone=ZoneInfo(zone), day_of=lambda url, said: None)


def test_an_article_falls_on_the_day_of_its_moment_in_the_newspapers_own_zone(archive):
    stored(archive, 1, at("2020-03-01T23:30+00:00"))
    stored(archive, 2, at("2020-03-02T01:30+03:00"))
    stored(archive, 3, on("2020-03-01"))
    stored(archive, 4, on("2020-03-02"))
    stored(archive, 5, None)
    assert counted(archive, "UTC").articles == {date(2020, 3, 1): 3, date(2020, 3, 2): 1}
    assert counted(archive, "Asia/Amman").articles == {date(2020, 3, 1): 1, date(2020, 3, 2): 3}
    assert counted(archive, "America/New_York").articles == {date(2020, 3, 1): 3, date(2020, 3, 2): 1}
    assert counted(archive).undated == 1
    assert counted(archive, "UTC").between(date(2020, 3, 1), date(2020, 3, 1)) == 3


def test_another_newspaper_is_not_counted(archive):
    put_source(archive, "manara")
    stored(archive, 1, on("2020-03-01"))
    stored(archive, 2, on("2020-03-01"), source="manara")
    assert counted(archive).articles == {date(2020, 3, 1): 1}
    assert counted(archive, source="nobody").days is None


def test_what_waits_is_counted_by_the_day_that_it_names_and_apart_where_it_names_none(archive):
    links = [f"https://rassad.example/{name}" for name in ("2020/03/05/a", "2020/03/05/b", "n/7")]
    archive.frontier.add([Discovered(url=url, key=url, source="rassad", how="sitemap") for url in links])
    with archive.reading() as connection:
        found = calendar(
            connection,
            "rassad",
            zone=ZoneInfo("UTC"),
            day_of=lambda url, said: date(2020, 3, 5) if "2020" in url else None,
        )
    assert (found.waiting, found.waiting_undated) == ({date(2020, 3, 5): 2}, 1)
    assert found.days == (date(2020, 3, 5), date(2020, 3, 5))


def test_only_a_stretch_that_was_walked_to_its_end_counts_as_asked_for(archive):
    whole = archive.backfills.open("rassad", date(2020, 1, 1), date(2020, 1, 31), [])
    assert archive.backfills.finish(whole.id)
    archive.backfills.open(
        "rassad", date(2020, 2, 1), date(2020, 2, 29), [NewStep(how="day", url="https://x.example/1")]
    )
    found = counted(archive)
    assert found.backfilled == ((date(2020, 1, 1), date(2020, 1, 31)),)
    steps = bounds(found)
    assert [level(found, date(2020, month, 5), steps) for month in (1, 2)] == [0, -1]


@pytest.mark.parametrize("year", [2020, 2021, 2022, 2028])
def test_weeks_run_from_saturday_to_friday_and_hold_every_day_once(year):
    made = weeks(date(year, 1, 1), date(year, 12, 31))
    assert [day for week in made for day in week] == sorted({day for week in made for day in week})
    assert sum(map(len, made)) == (366 if year % 4 == 0 else 365)
    assert all(week[0].weekday() == 5 for week in made[1:])
    assert all(len(week) == 7 for week in made[1:-1])
    assert len(made) <= 54


def test_shades_are_quartiles_and_the_legend_tells_each_that_there_is():
    days = {date.fromordinal(737_425 + number): number for number in range(1, 41)}
    found = Calendar(source="x", articles=days, undated=0, waiting={}, waiting_undated=0)
    steps = bounds(found)
    shades = [level(found, day, steps) for day in days]
    assert [shades.count(shade) for shade in (1, 2, 3, 4)] == [10, 10, 10, 10]
    assert legend(found) == [(1, "1-10"), (2, "11-20"), (3, "21-30"), (4, "31+")]
    alike = Calendar(source="x", articles=dict.fromkeys(days, 1), undated=0, waiting={}, waiting_undated=0)
    assert legend(alike) == [(1, "1")]
    assert {level(alike, day, bounds(alike)) for day in days} == {1}
