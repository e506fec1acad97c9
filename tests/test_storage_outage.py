"""A whole site in trouble is no withdrawal: what is held back, for how long, and what counts all the same."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from conftest import Clock, put_source
from test_storage_revisits import DAY, HOUR, MINUTE, TEXT, article

from storage.archive import Archive
from storage.crawl_state.revisit_schedule import SCHEDULE_S
from storage.model.address import Claim, Discovered
from storage.model.article import Article, NotArticle
from storage.model.visit import Failure, Snapshot, Unchanged, Visit
from storage.verify import verify

#: Crawls and processes of their own.
pytestmark = pytest.mark.slow

HOME = "https://rassad.example"
CONSENT = f"{HOME}/consent"
GONE = Failure(reason="http 404", gone=True)


def address(number: int) -> str:
    return f"{HOME}/n/{number}"


def visit(
    archive: Archive,
    clock: Clock,
    number: int,
    outcome: Any,
    *,
    to: str = "",
    claim: Claim | None = None,
    status: int = 200,
    source: str = "rassad",
    **more: Any,
) -> str:
    """A look at an article; `to`: where its address leads now."""
    url = claim.url if claim is not None else address(number)
    snapshot = Snapshot(
        url=to or url, fetched_at=clock.now, status=status, payload_sha256=f"{number:032}{clock.now.timestamp():032.6f}"
    )
    given = Visit(
        claim=claim, url=url, key=url, source=source, snapshot=snapshot, outcome=outcome,
        aliases=(to,) if to else (), schedule=SCHEDULE_S, **more,
    )  # fmt: skip
    return archive.store(given).result


def publish(archive: Archive, clock: Clock, numbers: Iterable[int]) -> None:
    for number in numbers:
        url = address(number)
        assert visit(archive, clock, number, _shown(clock, number, url)) == "new"


def _shown(clock: Clock, number: int, url: str) -> Article:
    return article(clock, url=url, title=f"خبر {number}", text=f"{number} {TEXT}")


def miss(archive: Archive, clock: Clock, numbers: Iterable[int], outcome: Any = GONE, **more: Any) -> list[str]:
    results = []
    for number in numbers:
        clock.forward(1)
        results.append(visit(archive, clock, number, outcome, **more))
    return results


def find(archive: Archive, clock: Clock, numbers: Iterable[int]) -> list[str]:
    return miss(archive, clock, numbers, Unchanged(url=HOME, fetched_at=clock.now), status=304)


def withdrawn(archive: Archive) -> list[int]:
    found = (archive.get(key) for key in map(address, range(1, 13)))
    return [stored.id for stored in found if stored.withdrawn_at is not None]


@pytest.fixture
def paper(archive: Archive, clock: Clock) -> Archive:
    """Twelve articles, first fetched two days ago."""
    publish(archive, clock, range(1, 13))
    clock.forward(2 * DAY)
    return archive


def test_one_article_that_is_gone_is_told_at_once_among_others_that_stand(paper: Archive, clock: Clock) -> None:
    find(paper, clock, range(1, 8))
    assert miss(paper, clock, [8]) == ["withdrawn"]
    assert miss(paper, clock, [9]) == ["withdrawn"]
    assert find(paper, clock, [10, 11]) == ["same", "same"]
    assert miss(paper, clock, [12]) == ["withdrawn"]


def test_few_looks_are_no_witnesses_against_the_servers_own_word(paper: Archive, clock: Clock) -> None:
    assert miss(paper, clock, range(1, 6)) == ["withdrawn"] * 5
    assert miss(paper, clock, [6]) == ["unconfirmed"]


def test_a_site_that_says_of_everything_that_it_is_gone_has_withdrawn_nothing_more(
    paper: Archive, clock: Clock
) -> None:
    find(paper, clock, range(1, 6))
    assert miss(paper, clock, range(6, 12)) == ["withdrawn"] * 3 + ["unconfirmed"] * 3
    clock.forward(HOUR)
    assert find(paper, clock, [6, 7, 8]) == ["restored"] * 3
    assert find(paper, clock, [9, 10, 11]) == ["same"] * 3
    assert withdrawn(paper) == []


def test_what_is_held_back_counts_when_the_others_are_back_and_it_is_not(paper: Archive, clock: Clock) -> None:
    find(paper, clock, range(1, 6))
    miss(paper, clock, range(6, 10))
    clock.forward(HOUR)
    find(paper, clock, range(1, 9))
    assert miss(paper, clock, [9]) == ["withdrawn"]


def test_those_that_went_before_it_was_known_are_looked_at_again_soon(paper: Archive, clock: Clock) -> None:
    find(paper, clock, range(1, 6))
    miss(paper, clock, range(6, 10))
    clock.forward(HOUR + MINUTE)
    due = paper.frontier.claim_revisits(source="rassad", owner="a", limit=20)
    assert {claim.url for claim in due} >= {address(number) for number in range(6, 10)}


def test_a_servers_own_word_that_has_stood_for_a_day_counts(paper: Archive, clock: Clock) -> None:
    find(paper, clock, range(1, 6))
    start = clock.now
    miss(paper, clock, range(6, 10))
    looks = []
    for _ in range(36):
        clock.forward(HOUR)
        miss(paper, clock, [1, 2, 3, 4, 5], NotArticle(url=HOME, reason="no_text"))
        due = {claim.url: claim for claim in paper.frontier.claim_revisits(source="rassad", owner="a", limit=20)}
        if address(9) in due:
            looks.append((visit(paper, clock, 9, GONE, claim=due[address(9)]), clock.now - start > timedelta(days=1)))
        paper.frontier.release("a")
    assert looks[:-1] == [("unconfirmed", False)] * (len(looks) - 1)
    assert looks[-1] == ("withdrawn", True)
    assert len(looks) <= 7


CONSENTS = [
    {"outcome": NotArticle(url=CONSENT, reason="no_text"), "to": CONSENT},
    {"outcome": NotArticle(url=CONSENT, reason="too_short"), "to": CONSENT},
    {"outcome": "page", "to": CONSENT, "article_key": CONSENT},
]


@pytest.mark.parametrize("given", CONSENTS, ids=lambda given: str(getattr(given["outcome"], "reason", "article")))
def test_a_page_that_stands_before_every_article_for_hours_is_no_withdrawal(
    paper: Archive, clock: Clock, given: dict[str, Any]
) -> None:
    outcome, key = given["outcome"], given.get("article_key")
    if outcome == "page":
        outcome = article(clock, url=CONSENT, title="نستخدم ملفات تعريف الارتباط", text="نص طويل عن الخصوصية. " * 30)
    for number in range(1, 13):
        assert visit(paper, clock, number, outcome, to=f"{CONSENT}?back=/n/{number}", article_key=key) == "unconfirmed"
    for _ in range(12):
        clock.forward(HOUR + MINUTE)
        for number in range(1, 13):
            asked = f"{CONSENT}?back=/n/{number}"
            assert visit(paper, clock, number, outcome, to=asked, article_key=key) == "unconfirmed"
    clock.forward(HOUR)
    assert find(paper, clock, range(1, 13)) == ["same"] * 12
    assert withdrawn(paper) == []
    assert [finding for finding in verify(paper) if finding.check == "address"] == []


def test_looks_at_what_is_held_back_grow_rare(paper: Archive, clock: Clock) -> None:
    start = clock.now
    consent = NotArticle(url=CONSENT, reason="no_text")
    looks = []
    while (clock.now - start).total_seconds() < 7 * DAY:
        for claim in paper.frontier.claim_revisits(source="rassad", owner="a", limit=20):
            looks.append(claim.url)
            assert visit(paper, clock, claim.id, consent, claim=claim, to=CONSENT) == "unconfirmed"
        clock.forward(10 * MINUTE)
    assert 12 * 7 <= len(looks) <= 12 * 14


HOMES = NotArticle(url=HOME, reason="home")


def test_a_second_article_may_be_sent_to_the_home_page_while_others_stand(paper: Archive, clock: Clock) -> None:
    for number in (1, 2, 3):
        assert visit(paper, clock, number, HOMES, to=HOME) == "unconfirmed"
    clock.forward(HOUR + MINUTE)
    find(paper, clock, range(4, 10))
    for number in (1, 2):
        assert visit(paper, clock, number, HOMES, to=HOME) == "withdrawn"


def test_a_site_that_sends_every_reader_home_has_withdrawn_nothing(paper: Archive, clock: Clock) -> None:
    for _ in range(6):
        assert {visit(paper, clock, number, HOMES, to=HOME) for number in range(1, 13)} == {"unconfirmed"}
        clock.forward(HOUR + MINUTE)
    find(paper, clock, range(1, 13))
    assert withdrawn(paper) == []


def test_one_article_alone_that_is_sent_home_is_told_when_confirmed(paper: Archive, clock: Clock) -> None:
    assert visit(paper, clock, 1, HOMES, to=HOME) == "unconfirmed"
    clock.forward(HOUR + MINUTE)
    assert visit(paper, clock, 1, HOMES, to=HOME) == "withdrawn"


def test_a_page_of_its_own_place_stood_in_for_nobody(paper: Archive, clock: Clock) -> None:
    """The target's own fetch is no sign that it stands before others."""
    find(paper, clock, [2])
    other = article(clock, url=address(2), title="خبر 2", text=f"2 {TEXT} آخر")
    for expected in ("unconfirmed", "withdrawn"):
        assert visit(paper, clock, 1, other, to=address(2), article_key=address(2)) == expected
        clock.forward(HOUR + MINUTE)


def test_pages_without_text_everywhere_are_no_withdrawals(paper: Archive, clock: Clock) -> None:
    empty = NotArticle(url=HOME, reason="no_text")
    for _ in range(5):
        assert set(miss(paper, clock, range(1, 13), empty)) == {"unconfirmed"}
        clock.forward(HOUR + MINUTE)
    assert withdrawn(paper) == []


def test_another_newspapers_trouble_is_no_witness(paper: Archive, clock: Clock) -> None:
    put_source(paper, "other")
    for number in range(20, 26):
        url = f"https://other.example/{number}"
        paper.frontier.add([Discovered(url=url, key=url, source="other", how="feed")])
        (claim,) = paper.frontier.claim(source="other", owner="b", limit=1)
        visit(paper, clock, number, _shown(clock, number, url), claim=claim, source="other")
    clock.forward(DAY)
    for claim in paper.frontier.claim_revisits(source="other", owner="b", limit=9):
        visit(paper, clock, claim.id, GONE, claim=claim, source="other")
    assert miss(paper, clock, [1]) == ["withdrawn"]


def test_dead_links_that_were_never_articles_are_no_witnesses(paper: Archive, clock: Clock) -> None:
    dead = [Discovered(url=f"{HOME}/old/{n}", key=f"{HOME}/old/{n}", source="rassad", how="sitemap") for n in range(9)]
    paper.frontier.add(dead)
    for claim in paper.frontier.claim(source="rassad", owner="a", limit=9):
        assert visit(paper, clock, claim.id, GONE, claim=claim) == "gone"
    assert miss(paper, clock, [1]) == ["withdrawn"]
