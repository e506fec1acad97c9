"""Backfills in the database: taken up where they were, each step settled once, together with what it brought."""

from datetime import date

import pytest

from storage.crawl_state.backfills import BACKLOG, HELD, MAX_ATTEMPTS, PROBE, NewStep
from storage.model.address import Discovered

SINCE, UNTIL = date(2020, 1, 1), date(2020, 12, 31)


def step(number, how="day"):
    return NewStep(how=how, url=f"https://rassad.example/archive/{number}")


def link(number, via="https://rassad.example/archive/1"):
    url = f"https://rassad.example/n/{number}"
    return Discovered(url=url, key=url, source="rassad", how="archive", via=via, priority=BACKLOG)


def opened(archive, steps=None, **more):
    return archive.backfills.open("rassad", SINCE, UNTIL, steps or [step(1), step(2)], **more)


def test_the_same_stretch_is_taken_up_where_it_was(archive):
    first = opened(archive)
    (claim,) = archive.backfills.claim(first.id, limit=1)
    assert archive.backfills.settle(claim, status=200, addresses=[link(1), link(2)], counts={"2020-01": 2}) == 2
    again = opened(archive)
    assert again.id == first.id
    assert again.counts == {"2020-01": 2}
    progress = archive.backfills.progress(again.id)
    assert (progress.pending, progress.done, progress.found, progress.new, progress.waiting) == (1, 1, 2, 2, 2)
    assert [one.url for one in archive.backfills.claim(again.id, limit=5)] == [step(2).url]
    assert [one.id for one in archive.backfills.all("rassad")] == [first.id]


def test_a_step_is_settled_once_with_all_that_it_brought_or_with_nothing(archive):
    backfill = opened(archive, [step(1)])
    (claim,) = archive.backfills.claim(backfill.id, limit=1)
    (other,) = archive.backfills.claim(backfill.id, limit=1)
    assert archive.backfills.settle(claim, addresses=[link(1)], steps=[step(9)], counts={"x": 1}) is None
    assert archive.frontier.counts() == {}
    assert archive.backfills.get(backfill.id).counts == {}
    assert archive.backfills.settle(other, addresses=[link(1)], steps=[step(9), step(1)]) == 1
    assert archive.backfills.settle(other, addresses=[link(2)]) is None
    assert archive.frontier.counts() == {"pending": 1}
    assert archive.backfills.progress(backfill.id).pending == 1


def test_a_step_that_fails_is_tried_again_and_then_set_aside_until_the_next_run(archive):
    backfill = opened(archive, [step(1), step(2)])
    for attempt in range(1, MAX_ATTEMPTS + 1):
        claim = next(one for one in archive.backfills.claim(backfill.id, limit=2) if one.url == step(1).url)
        assert claim.attempts == attempt
        archive.backfills.settle(claim, status=503, error="http 503")
    (gone,) = archive.backfills.claim(backfill.id, limit=2)
    archive.backfills.settle(gone, status=404, error="http 404", final=True)
    assert archive.backfills.troubles(backfill.id) == {"http 503": 1, "http 404": 1}
    assert archive.backfills.finish(backfill.id)
    again = opened(archive, [step(1), step(2)])
    assert again.ended_at is None
    assert [one.url for one in archive.backfills.claim(again.id, limit=5)] == [step(1).url], "404 is an answer"


def test_what_is_given_back_was_never_claimed(archive):
    backfill = opened(archive, [step(1)])
    for _ in range(MAX_ATTEMPTS + 2):
        (claim,) = archive.backfills.claim(backfill.id, limit=1)
        assert claim.attempts == 1
        assert archive.backfills.claim(backfill.id, limit=1, without=[claim.id]) == []
        archive.backfills.release([claim])


def test_what_an_estimate_found_sleeps_until_it_is_asked_for(archive, clock):
    backfill = opened(archive, [step(1)], held=True)
    (claim,) = archive.backfills.claim(backfill.id, limit=1)
    archive.backfills.settle(claim, addresses=[link(1)], held=True)
    archive.frontier.add([link(7, via="https://rassad.example/feed")])
    opened(archive, [step(1)], held=True)
    assert [one.url for one in archive.frontier.claim(source="rassad", owner="a", limit=9)] == [link(7).url]
    assert clock() < HELD
    opened(archive, [step(1)])
    assert [one.url for one in archive.frontier.claim(source="rassad", owner="a", limit=9)] == [link(1).url]


def test_a_stretch_that_was_not_over_when_it_was_walked_is_walked_anew(archive, clock):
    past = archive.backfills.open("rassad", SINCE, date(2025, 12, 31), [step(1)])
    present = archive.backfills.open("rassad", SINCE, clock().date(), [step(1)])
    for one in (past, present):
        (claim,) = archive.backfills.claim(one.id, limit=1)
        archive.backfills.settle(claim, counts={"2020-01": 4})
        assert archive.backfills.finish(one.id)
    assert archive.backfills.open("rassad", SINCE, date(2025, 12, 31), [step(1)]).ended_at is not None
    again = archive.backfills.open("rassad", SINCE, clock().date(), [step(1)])
    assert (again.ended_at, again.counts) == (None, {})


def test_a_walk_is_not_over_while_a_step_is_left(archive):
    backfill = opened(archive, [step(1)])
    assert not archive.backfills.finish(backfill.id)
    assert archive.backfills.get(backfill.id).ended_at is None


@pytest.mark.parametrize("known", [False, True])
def test_a_probe_is_fetched_before_all_others(archive, known):
    archive.frontier.add([link(1), *([link(5)] if known else [])])
    archive.backfills.probe(link(5))
    (claim,) = archive.frontier.claim(source="rassad", owner="a", limit=1)
    assert claim.url == link(5).url
    assert archive.backfills.outcome(link(5).key) == ("pending", None)
    assert archive.backfills.outcome("https://rassad.example/n/77") is None
    assert PROBE > 30
