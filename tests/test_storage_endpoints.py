"""Endpoints: declared, leased, settled together with what they named."""

from conftest import Clock

from storage.archive import Archive
from storage.crawl_state.endpoints import EndpointClaim, PollOutcome
from storage.crawl_state.frontier import LEASE_S
from storage.model.address import Discovered

FEED, INDEX = "https://rassad.example/feed", "https://rassad.example/sitemap.xml"


def declare(archive: Archive) -> None:
    archive.endpoints.declare("rassad", [(FEED, "feed"), (INDEX, None)])


def claim_all(archive: Archive, owner: str = "a", *, force: bool = False) -> list[EndpointClaim]:
    return archive.endpoints.claim(source="rassad", owner=owner, limit=10, force=force)


def found(number: int) -> Discovered:
    return Discovered(
        url=f"https://rassad.example/{number}", key=f"rassad.example/{number}", source="rassad", how="feed", via=FEED
    )


def test_declared_endpoints_are_due_at_once(archive: Archive) -> None:
    declare(archive)
    assert [(claim.url, claim.kind, claim.depth) for claim in claim_all(archive)] == [
        (FEED, "feed", 0),
        (INDEX, None, 0),
    ]
    assert claim_all(archive, "b") == []


def test_a_poll_stores_addresses_children_and_validators_together(archive: Archive, clock: Clock) -> None:
    declare(archive)
    _, index = claim_all(archive)
    child = "https://rassad.example/sitemap-1.xml"
    new = archive.endpoints.settle(
        index,
        PollOutcome(
            status=200,
            next_poll_s=600,
            found=[found(1), found(2)],
            children=[(child, "sitemap")],
            kind="sitemap",
            etag='"1"',
        ),
    )
    assert new == 2
    assert archive.frontier.counts() == {"pending": 2}
    assert [(claim.url, claim.depth) for claim in claim_all(archive, "b")] == [(child, 1)]
    clock.forward(601)
    again = next(claim for claim in claim_all(archive, "c") if claim.url == INDEX)
    assert (again.etag, again.kind) == ('"1"', "sitemap")


def test_a_304_keeps_the_validators(archive: Archive, clock: Clock) -> None:
    declare(archive)
    feed = claim_all(archive)[0]
    archive.endpoints.settle(
        feed, PollOutcome(status=200, next_poll_s=0, etag='"1"', last_modified="Mon, 20 Nov 2023 10:00:00 GMT")
    )
    feed = claim_all(archive, "b")[0]
    archive.endpoints.settle(feed, PollOutcome(status=304, next_poll_s=0))
    assert claim_all(archive, "c")[0].etag == '"1"'


def test_errors_are_counted_and_forgotten_after_a_success(archive: Archive) -> None:
    declare(archive)
    for errors in (0, 1):
        feed = claim_all(archive, f"owner {errors}")[0]
        assert feed.errors == errors
        archive.endpoints.settle(feed, PollOutcome(status=None, next_poll_s=0, error="timeout"))
    feed = claim_all(archive, "b")[0]
    archive.endpoints.settle(feed, PollOutcome(status=200, next_poll_s=0))
    assert claim_all(archive, "c")[0].errors == 0


def test_force_polls_what_is_not_due_but_once_a_run(archive: Archive, clock: Clock) -> None:
    declare(archive)
    for claim in claim_all(archive):
        archive.endpoints.settle(claim, PollOutcome(status=200, next_poll_s=3600))
    clock.forward(1)
    start = clock.now
    assert claim_all(archive) == []
    forced = archive.endpoints.claim(source="rassad", owner="b", limit=10, force=True, since=start)
    assert len(forced) == 2
    for claim in forced:
        archive.endpoints.settle(claim, PollOutcome(status=304, next_poll_s=3600))
    assert archive.endpoints.claim(source="rassad", owner="b", limit=10, force=True, since=start) == []


def test_a_poll_whose_lease_passed_on_stores_nothing(archive: Archive, clock: Clock) -> None:
    declare(archive)
    late = claim_all(archive)[0]
    clock.forward(LEASE_S + 1)
    claim_all(archive, "b")
    assert archive.endpoints.settle(late, PollOutcome(status=200, next_poll_s=0, found=[found(1)])) is None
    assert archive.frontier.counts() == {}


def test_endpoints_that_the_source_names_no_more_are_retired_and_come_back(archive: Archive) -> None:
    declare(archive)
    archive.endpoints.declare("rassad", [(INDEX, None)])
    assert [claim.url for claim in claim_all(archive)] == [INDEX]
    declare(archive)
    assert [claim.url for claim in claim_all(archive, "b")] == [FEED]
    assert len(archive.endpoints.all("rassad")) == 2


def test_released_endpoints_are_free_again(archive: Archive) -> None:
    declare(archive)
    claim_all(archive)
    assert archive.endpoints.release("a") == 2
    assert len(claim_all(archive, "b")) == 2


def test_a_rhythm_is_told_how_many_were_new_and_kept_for_the_next_look(archive: Archive, clock: Clock) -> None:
    declare(archive)
    feed = claim_all(archive)[0]
    assert (feed.interval_s, feed.rhythm) == (None, {})
    told: list[int] = []

    def learn(new: int) -> tuple[float, dict[str, object]]:
        told.append(new)
        return 300.0, {"hours": [1.5], "of": feed.url}

    archive.endpoints.settle(feed, PollOutcome(status=200, next_poll_s=9e9, found=[found(1), found(2)], rhythm=learn))
    assert told == [2]
    clock.forward(299)
    assert feed.url not in [claim.url for claim in claim_all(archive, "b")]
    clock.forward(2)
    (again,) = [claim for claim in claim_all(archive, "c") if claim.url == feed.url]
    assert (again.interval_s, again.rhythm) == (300.0, {"hours": [1.5], "of": feed.url})
    archive.endpoints.settle(again, PollOutcome(status=500, next_poll_s=0, error="http 500"))
    (failed,) = [claim for claim in claim_all(archive, "d") if claim.url == feed.url]
    assert failed.rhythm == again.rhythm, "a failure teaches nothing and forgets nothing"
