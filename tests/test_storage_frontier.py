"""The frontier: leases, fencing, attempts, order."""

import pytest
from conftest import Clock, put_source

from storage.archive import Archive
from storage.crawl_state.frontier import LEASE_S, MAX_ATTEMPTS
from storage.model.address import Claim, Discovered, How
from storage.model.article import FeedHint, NotArticle
from storage.model.visit import Failure, Visit


def link(number: int, *, how: How = "feed", source: str = "rassad", hint: FeedHint | None = None) -> Discovered:
    return Discovered(
        url=f"https://{source}.example/{number}", key=f"{source}.example/{number}", source=source, how=how, hint=hint
    )


def claim_one(archive: Archive, owner: str = "a") -> Claim:
    (claim,) = archive.frontier.claim(source="rassad", owner=owner, limit=1)
    return claim


def refuse(archive: Archive, claim: Claim) -> str:
    outcome = NotArticle(url=claim.url, reason="section")
    return archive.store(Visit(claim=claim, url=claim.url, key=claim.key, source=claim.source, outcome=outcome)).result


def fail(archive: Archive, claim: Claim, failure: Failure) -> str:
    return archive.store(Visit(claim=claim, url=claim.url, key=claim.key, source=claim.source, outcome=failure)).result


def test_an_address_is_added_once_whatever_names_it(archive: Archive) -> None:
    assert archive.frontier.add([link(1), link(2), link(1)]) == 2
    assert archive.frontier.add([link(2, how="sitemap"), link(3)]) == 1
    assert archive.frontier.counts() == {"pending": 3}


def test_what_the_feed_said_travels_with_the_claim(archive: Archive) -> None:
    hint = FeedHint(
        title="عنوان", published="الاثنين 20 تشرين الثاني 2023", authors=("سعاد",), tags=("سياسة",), content="<p>نص</p>"
    )
    archive.frontier.add([link(1, hint=hint)])
    assert claim_one(archive).hint == hint


def test_news_is_claimed_before_backlog_and_older_before_newer(archive: Archive) -> None:
    archive.frontier.add(
        [link(1, how="sitemap"), link(2, how="news_sitemap"), link(3, how="section"), link(4, how="feed")]
    )
    claims = archive.frontier.claim(source="rassad", owner="a", limit=10)
    assert [claim.url[-1] for claim in claims] == ["2", "4", "3", "1"]


def test_a_claimed_address_is_not_claimed_again_while_its_lease_runs(archive: Archive, clock: Clock) -> None:
    archive.frontier.add([link(1)])
    assert claim_one(archive).attempts == 1
    clock.forward(LEASE_S - 1)
    assert archive.frontier.claim(source="rassad", owner="b", limit=1) == []
    clock.forward(2)
    assert claim_one(archive, "b").attempts == 2


def test_a_renewed_lease_runs_on(archive: Archive, clock: Clock) -> None:
    archive.frontier.add([link(1)])
    claim_one(archive)
    clock.forward(LEASE_S - 1)
    assert archive.frontier.renew("a") == 1
    clock.forward(LEASE_S - 1)
    assert archive.frontier.claim(source="rassad", owner="b", limit=1) == []


@pytest.mark.fault("F05")
def test_an_owner_whose_lease_passed_to_another_stores_nothing(archive: Archive, clock: Clock) -> None:
    archive.frontier.add([link(1)])
    late = claim_one(archive, "a")
    clock.forward(LEASE_S + 1)
    current = claim_one(archive, "b")
    assert refuse(archive, late) == "lease_lost"
    assert archive.frontier.counts() == {"pending": 1}
    assert refuse(archive, current) == "not_article"
    assert refuse(archive, current) == "lease_lost"


def test_the_same_owner_with_an_older_lease_is_refused_too(archive: Archive, clock: Clock) -> None:
    archive.frontier.add([link(1)])
    late = claim_one(archive, "a")
    clock.forward(LEASE_S + 1)
    claim_one(archive, "a")
    assert refuse(archive, late) == "lease_lost"


def test_a_page_that_kills_its_owner_each_time_is_set_aside(archive: Archive, clock: Clock) -> None:
    archive.frontier.add([link(1)])
    for _ in range(MAX_ATTEMPTS):
        claim_one(archive)
        clock.forward(LEASE_S + 1)
    assert archive.frontier.claim(source="rassad", owner="a", limit=1) == []
    (line,) = archive.ledger()
    assert (line.state, line.reason) == ("failed", "abandoned")


def test_given_back_claims_count_no_attempt(archive: Archive) -> None:
    archive.frontier.add([link(1), link(2)])
    archive.frontier.claim(source="rassad", owner="a", limit=2)
    assert archive.frontier.release("a") == 2
    assert claim_one(archive).attempts == 1


def test_failures_back_off_and_then_set_the_address_aside(archive: Archive, clock: Clock) -> None:
    archive.frontier.add([link(1)])
    for attempt in range(1, MAX_ATTEMPTS + 1):
        claim = claim_one(archive)
        assert claim.attempts == attempt
        expected = "failed" if attempt == MAX_ATTEMPTS else "retry"
        assert fail(archive, claim, Failure(reason="http 500")) == expected
        assert archive.frontier.claim(source="rassad", owner="a", limit=1) == []
        clock.forward(601)
    assert archive.frontier.counts() == {"failed": 1}


def test_the_server_names_the_time_of_the_next_attempt(archive: Archive, clock: Clock) -> None:
    archive.frontier.add([link(1)])
    fail(archive, claim_one(archive), Failure(reason="http 503", retry_after_s=3600))
    due = archive.frontier.next_due("rassad")
    assert due is not None
    assert (due - clock.now).total_seconds() == 3600
    clock.forward(3599)
    assert archive.frontier.claim(source="rassad", owner="a", limit=1) == []
    clock.forward(1)
    assert claim_one(archive).attempts == 2


@pytest.mark.parametrize(
    ("failure", "state"),
    [(Failure(reason="http 410", gone=True), "gone"), (Failure(reason="tls", final=True), "failed")],
)
def test_some_failures_are_final(archive: Archive, failure: Failure, state: str) -> None:
    archive.frontier.add([link(1)])
    assert fail(archive, claim_one(archive), failure) == state
    assert archive.frontier.counts() == {state: 1}
    assert archive.frontier.next_due("rassad") is None


def test_next_due_tells_the_end_of_a_running_lease(archive: Archive, clock: Clock) -> None:
    archive.frontier.add([link(1)])
    assert archive.frontier.next_due("rassad") == clock.now
    claim = claim_one(archive)
    assert archive.frontier.next_due("rassad") == claim.lease_until


def test_set_aside_addresses_are_fed_back(archive: Archive) -> None:
    archive.frontier.add([link(1), link(2)])
    fail(archive, claim_one(archive), Failure(reason="tls", final=True))
    fail(archive, claim_one(archive), Failure(reason="dns", final=True))
    assert archive.frontier.requeue(reason="tls") == 1
    assert archive.frontier.counts() == {"failed": 1, "pending": 1}
    assert claim_one(archive).attempts == 1


def test_sources_do_not_share_their_addresses(archive: Archive) -> None:
    put_source(archive, "jarida")
    archive.frontier.add([link(1), link(1, source="jarida")])
    assert [claim.source for claim in archive.frontier.claim(source="jarida", owner="a", limit=9)] == ["jarida"]
    assert archive.frontier.counts("rassad") == {"pending": 1}


def test_many_addresses_are_added_in_one_go(archive: Archive) -> None:
    links = [link(number, how="sitemap") for number in range(2_345)]
    assert archive.frontier.add(links) == 2_345
    assert archive.frontier.add([*links[:2_000], link(99_999)]) == 1
