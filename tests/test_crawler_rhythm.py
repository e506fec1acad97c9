"""When to look again: what is learned from looks, what is kept of hints, and that neither ever leaves its bounds."""

import json
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.feeds import read_feed
from crawler.discovery.found import Hints
from crawler.discovery.freshness import fresh_s
from crawler.discovery.poll_interval import LOST_COUNT, MAX_HINT_S, IntervalBounds, Rhythm, next_poll
from tests.bench.rhythm import PAPERS, fixed, learned, watched

AMMAN = ZoneInfo("Asia/Amman")
NOON = datetime(2026, 3, 2, 9, tzinfo=UTC)


def lived(rate_of, *, days=21, zone=AMMAN, every_s=600.0, start=NOON):
    """What is stored after so many days of looks at a feed of this rate, with fractions carried on, no chance in it."""
    stored, now, due = {}, start, 0.0
    while now < start + timedelta(days=days):
        due += rate_of(now.astimezone(zone)) * every_s / 3_600
        _, stored = next_poll(stored, now, int(due), zone=zone)
        due -= int(due)
        now += timedelta(seconds=every_s)
    return stored, now


@pytest.mark.parametrize(("items_an_hour", "minutes"), [(20, 2.5), (5, 5), (1, 11)], ids=["20/h", "5/h", "1/h"])
def test_waits_go_with_the_square_root_of_the_rate(items_an_hour, minutes):
    stored, now = lived(lambda local: items_an_hour)
    rhythm = Rhythm.from_json(stored)
    rhythm.came = rhythm.usual = rhythm.missed = 0.0  # whatever the last hours were like
    assert rhythm.interval_s(now, AMMAN, IntervalBounds()) / 60 == pytest.approx(minutes, rel=0.3)


def test_before_anything_is_known_a_feed_is_looked_at_after_a_quarter_of_an_hour():
    wait_s, _ = next_poll({}, NOON, 40, zone=AMMAN)
    assert wait_s / 60 == pytest.approx(15, rel=0.1)


def test_a_night_is_no_outage():
    """Silent from 23 to 7: at 03:00 the next poll waits for the morning, from 07:00 intervals are those of the day."""
    stored, end = lived(lambda local: 5.0 if 7 <= local.hour < 23 else 0.0)
    midnight = end.astimezone(AMMAN).replace(hour=0, minute=0, second=0)
    now, waits = midnight + timedelta(days=1), {}
    while now < midnight + timedelta(days=1, hours=8):
        wait_s, stored = next_poll(stored, now.astimezone(UTC), 0 if now.hour < 7 else 1, zone=AMMAN)
        waits[now] = wait_s
        now += timedelta(seconds=wait_s)
    silent = [wait for when, wait in waits.items() if 1 <= when.hour < 5]
    awake = [when for when in waits if when.hour == 7]
    assert min(silent, default=9e9) > 1_800
    assert len(awake) >= 5, "the first hour of the morning is looked at as often as any of the day"
    assert awake[0].minute < 15


def test_breaking_news_shortens_the_waits_within_minutes():
    stored, now = lived(lambda local: 5.0)
    usual_s, _ = next_poll(stored, now, 0, zone=AMMAN)
    for _ in range(4):
        wait_s, stored = next_poll(stored, now, 7, zone=AMMAN)
        now += timedelta(seconds=wait_s)
    assert wait_s < 0.7 * usual_s


def test_a_feed_that_died_costs_little_and_is_alive_again_with_its_first_item():
    stored, now = lived(lambda local: 5.0)
    busy_s, _ = next_poll(stored, now, 1, zone=AMMAN)
    for _ in range(400):
        wait_s, stored = next_poll(stored, now, 0, zone=AMMAN)
        now += timedelta(seconds=wait_s)
    assert wait_s > 3 * 3_600
    wait_s, stored = next_poll(stored, now, 9, zone=AMMAN)
    assert wait_s < 8 * busy_s


def test_a_look_after_a_long_absence_teaches_nothing():
    stored, now = lived(lambda local: 1.0)
    later = now + LOST_COUNT + timedelta(hours=100)
    _, after = next_poll(stored, later, 25, zone=AMMAN)
    assert after["items"] == stored["items"]


def test_a_free_day_of_the_week_is_learned_too():
    stored, _ = lived(lambda local: 0.0 if local.weekday() == 4 else 5.0, days=35)
    rhythm = Rhythm.from_json(stored)
    friday, sunday = (datetime(2026, 4, day, 11, tzinfo=AMMAN) for day in (10, 12))
    assert rhythm.rate(friday) < rhythm.rate(sunday) / 5


@given(
    looks=st.lists(st.tuples(st.floats(0, 10**6), st.integers(0, 10_000)), max_size=30),
    jitter=st.floats(0.9, 1.1),
    fresh=st.floats(0, 10**9),
)
def test_whatever_comes_the_wait_is_within_its_bounds_and_what_is_kept_is_small(looks, jitter, fresh):
    stored, now = {}, NOON
    for seconds, new in looks:
        now += timedelta(seconds=seconds)
        wait_s, stored = next_poll(stored, now, new, zone=AMMAN, hints=Hints(fresh_s=fresh), jitter=jitter)
        assert 120 <= wait_s <= 21_600
    assert len(json.dumps(stored)) < 1_200
    assert Rhythm.from_json(stored).to_json() == stored or not stored


@pytest.mark.parametrize("stored", [None, {}, {"items": [1]}, {"items": "x"}, {"now": 3}, {"at": "soon"}])
def test_what_cannot_be_understood_is_a_beginning(stored):
    assert next_poll(stored, NOON, 0, zone=AMMAN)[0] > 600


# Hints


def test_a_feed_that_calls_itself_fresh_is_left_alone_up_to_half_an_hour():
    stored, now = lived(lambda local: 20.0)
    for said, least in ((900, 900), (86_400, MAX_HINT_S)):
        wait_s, _ = next_poll(stored, now, 5, zone=AMMAN, hints=Hints(fresh_s=said), jitter=0.9)
        assert wait_s == least


def test_hours_and_days_that_a_feed_skips_are_skipped():
    night = Hints(skip_hours=frozenset(range(9, 13)))
    assert next_poll({}, NOON, 0, zone=AMMAN, hints=night)[0] == 4 * 3_600
    weekend = Hints(skip_days=frozenset({0, 1}))
    assert next_poll({}, NOON, 0, zone=AMMAN, hints=weekend)[0] == 39 * 3_600, "Monday 09:00 to Wednesday 00:00"


def test_a_feed_that_skips_everything_is_not_believed():
    always = Hints(skip_hours=frozenset(range(24)))
    assert next_poll({}, NOON, 0, zone=AMMAN, hints=always)[0] < 3_600


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=300"}, 300),
        ({"cache-control": "max-age=300", "age": "120"}, 180),
        ({"cache-control": "no-cache, max-age=300"}, 0),
        ({"cache-control": 'MAX-AGE="60"'}, 60),
        ({"expires": "Mon, 02 Mar 2026 09:10:00 GMT"}, 600),
        ({"expires": "Mon, 02 Mar 2026 09:10:00 GMT", "date": "Mon, 02 Mar 2026 09:05:00 GMT"}, 300),
        ({"expires": "0"}, 0),
        ({"expires": "Thu, 19 Nov 1981 08:52:00 GMT"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({}, 0),
    ],
)
def test_the_freshness_that_http_states(headers, seconds):
    assert fresh_s(headers, now=NOON) == seconds


RSS = (
    '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>جريدة</title>{}'
    "<item><title>خبر</title><link>https://jarida.example/1</link><ttl>5</ttl></item></channel></rss>"
)


@pytest.mark.parametrize(
    ("said", "hints"),
    [
        ("<ttl>15</ttl>", Hints(fresh_s=900)),
        ("<ttl>soon</ttl>", Hints()),
        ("<ttl>-5</ttl>", Hints()),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", Hints()),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", Hints(fresh_s=900)),
        ("<sy:updatePeriod>\n daily </sy:updatePeriod>", Hints(fresh_s=86_400)),
        ("<skipHours><hour>0</hour><hour>3</hour><hour>24</hour></skipHours>", Hints(skip_hours=frozenset({0, 3}))),
        ("<skipDays><day>Friday</day><day>saturday</day><day>Yom</day></skipDays>", Hints(skip_days=frozenset({4, 5}))),
        ("", Hints()),
    ],
)
def test_what_a_feed_says_of_its_rhythm(said, hints):
    assert read_feed(RSS.format(said), url="https://jarida.example/feed").hints == hints


# The whole, on newspapers of chance (tests/bench/rhythm.py prints them all)


@pytest.mark.parametrize(("paper", "late"), [("5/h by day, 0 by night", 0.6), ("the same, with bursts of 40/h", 0.6)])
def test_news_of_a_busy_paper_is_seen_sooner_than_by_a_look_every_ten_minutes(paper, late):
    ours, plain = watched(PAPERS[paper], learned), watched(PAPERS[paper], fixed(600.0))
    assert ours.median < late * plain.median
    assert ours.p95 < late * plain.p95


def test_a_dead_feed_costs_a_few_looks_a_day_and_a_weekly_one_not_many():
    assert watched(PAPERS["dead"], learned).looks < 10
    assert watched(PAPERS["1 a week"], learned).looks < 12
    assert watched(PAPERS["3 a day"], learned, seed=random.Random(3).randrange(100)).looks < 60


def test_the_bounds_are_the_last_word():
    stored, now = lived(lambda local: 300.0, days=2)
    assert next_poll(stored, now, 50, zone=AMMAN)[0] == IntervalBounds().shortest_s
