"""Whose turn it is: news first, hosts one at a time, nobody for ever, nobody twice at once."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.engine.turn_order import CRASH_S, IDLE_S, TurnQueue
from crawler.sources.source import Endpoint, Source
from storage.operations.due_work import Due

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PAST, FUTURE = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)


def source(key, host=None):
    home = f"https://{host or key}.example/"
    return Source(
        key=key, name_ar="الجريدة", name_en=key, country="MA", timezone="Africa/Casablanca", home=home,
        endpoint=(Endpoint(url=home + "feed"),),
    )  # fmt: skip


def known(*sources):
    return {one.key: one for one in sources}


def begun(turn_queue, sources, due, now=NOW):
    return [one.key for one in turn_queue.next_sources(sources, {one.source: one for one in due}, now)]


@pytest.mark.parametrize(
    ("times", "rank"),
    [
        ({"endpoint_at": PAST, "revisit_at": PAST}, 0),
        ({"news_at": NOW}, 0),
        ({"backlog_at": PAST, "revisit_at": PAST, "endpoint_at": FUTURE}, 1),
        ({"revisit_at": PAST}, 2),
        ({"endpoint_at": FUTURE}, None),
        ({}, None),
    ],
)
def test_news_goes_before_backlog_and_backlog_before_revisits(times, rank):
    assert Due(source="a", **times).rank(NOW) == rank


def test_what_is_due_begins_in_the_order_of_its_rank():
    due = [Due(source="a", revisit_at=PAST), Due(source="b", backlog_at=PAST), Due(source="c", news_at=PAST)]
    assert begun(TurnQueue(places=8), known(*map(source, "abc")), due) == ["c", "b", "a"]


def test_two_sources_of_one_host_never_run_at_once():
    sources = known(source("a", "one"), source("b", "one"), source("c"))
    due = [Due(source=key, endpoint_at=PAST) for key in "abc"]
    turn_queue = TurnQueue(places=8)
    assert begun(turn_queue, sources, due) == ["a", "c"]
    assert begun(turn_queue, sources, due) == []
    turn_queue.ended("a", NOW, did_something=True)
    assert begun(turn_queue, sources, due) == ["b"], "and the one that waited goes first"


def test_no_more_turns_begin_than_there_are_places_and_all_have_theirs_in_time():
    sources = known(*(source(f"s{number}") for number in range(10)))
    due = [Due(source=key, endpoint_at=PAST) for key in sources]
    turn_queue, served = TurnQueue(places=3), []
    for round_ in range(10):
        now = NOW + timedelta(seconds=round_)
        keys = begun(turn_queue, sources, due, now)
        assert len(keys) <= 3
        for key in keys:
            turn_queue.ended(key, now, did_something=True)
        served += keys
    turns = [served.count(key) for key in sources]
    assert (sum(turns), min(turns) >= 2, max(turns) <= 4) == (30, True, True)


def test_backlog_leaves_places_to_news():
    sources = known(*(source(f"s{number}") for number in range(8)), source("news"))
    due = [Due(source=f"s{number}", backlog_at=PAST) for number in range(8)]
    turn_queue = TurnQueue(places=4)
    assert len(begun(turn_queue, sources, due)) == 3
    assert begun(turn_queue, sources, [*due, Due(source="news", news_at=PAST)]) == ["news"]


def test_a_source_whose_turns_crash_is_tried_again_later_and_later_up_to_an_hour():
    sources, due, turn_queue, now = known(source("a")), [Due(source="a", endpoint_at=PAST)], TurnQueue(places=4), NOW
    waits = []
    for _ in range(8):
        assert begun(turn_queue, sources, due, now) == ["a"]
        turn_queue.ended("a", now, did_something=False, crashed=True)
        at = turn_queue.due_at("a", {"a": due[0]})
        waits.append((at - now).total_seconds())
        assert begun(turn_queue, sources, due, at - timedelta(seconds=1)) == []
        now = at
    assert waits == [60, 120, 240, 480, 960, 1_920, CRASH_S[1], CRASH_S[1]]
    assert begun(turn_queue, sources, due, now) == ["a"]
    turn_queue.ended("a", now, did_something=True)
    assert begun(turn_queue, sources, due, now) == ["a"], "all is forgotten after a turn that went well"


def test_a_source_that_is_due_and_has_nothing_to_do_does_not_spin():
    sources, due, turn_queue = known(source("a")), {"a": Due(source="a", endpoint_at=PAST)}, TurnQueue(places=4)
    turn_queue.next_sources(sources, due, NOW)
    turn_queue.ended("a", NOW, did_something=False)
    assert turn_queue.next_at(sources, due) == NOW + timedelta(seconds=IDLE_S[0])
    assert turn_queue.next_sources(sources, due, NOW + timedelta(seconds=1)) == []


def test_the_next_turn_is_that_of_the_first_thing_that_falls_due():
    due = {"a": Due(source="a", endpoint_at=FUTURE, revisit_at=NOW + timedelta(seconds=5)), "b": Due(source="b")}
    assert TurnQueue(places=1).next_at("ab", due) == NOW + timedelta(seconds=5)
    assert TurnQueue(places=1).next_at("b", due) is None
