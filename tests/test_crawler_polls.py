"""What one look at an endpoint means for the frontier, for further endpoints, and for the next look."""

from datetime import UTC, datetime, timedelta

import pytest
from scrapy.http import Response

from crawler.discovery.found import Child, Found, Hints, link_to
from crawler.discovery.poll_interval import IntervalBounds
from crawler.discovery.polls import ASLEEP_S, CHILD_ASLEEP_S, MAX_DEPTH, poll_of
from crawler.sources.source import Endpoint, Source
from storage.crawl_state.endpoints import EndpointClaim
from storage.model.article import FeedHint

SOURCE = Source(
    key="jarida",
    name_ar="الجريدة",
    name_en="Al Jarida",
    country="MA",
    timezone="Africa/Casablanca",
    home="https://jarida.example/",
    skip_url="/video/",
    endpoint=(Endpoint(url="https://jarida.example/feed"), Endpoint(url="https://jarida.example/s", pages=3)),
)


def claim(**given):
    values = {"id": 1, "source": "jarida", "url": "https://jarida.example/feed", "kind": None, "depth": 0}
    return EndpointClaim(**{**values, "etag": None, "last_modified": None, "errors": 0, "owner": "me", **given})


def response(status=200, **headers):
    return Response("https://jarida.example/feed", status=status, headers=headers)


def test_links_go_into_the_frontier_with_what_was_said_of_them():
    hint = FeedHint(title="خبر")
    found = Found(
        kind="feed",
        links=(
            link_to("https://www.jarida.example/1?utm_source=x", hint=hint),
            link_to("https://jarida.example/video/2"),
        ),
    )
    poll = poll_of(SOURCE, claim(), response(ETag='"a"', **{"Last-Modified": "then"}), found, error=None)
    (link,) = poll.outcome.found
    assert (link.key, link.how, link.hint, link.via) == (
        "https://jarida.example/1", "feed", hint, "https://jarida.example/feed",
    )  # fmt: skip
    assert (poll.outcome.etag, poll.outcome.last_modified) == ('"a"', "then")
    wait_s, kept = poll.outcome.rhythm(1)
    assert 600 < wait_s < 1_200, "nothing is known yet: about a quarter of an hour"
    assert kept["at"]


def test_an_unchanged_endpoint_is_only_looked_at_later():
    poll = poll_of(SOURCE, claim(kind="feed"), response(304), None, error=None)
    assert (poll.outcome.status, poll.outcome.error) == (304, None)
    assert not poll.outcome.found
    assert poll.outcome.rhythm(0)[0] >= IntervalBounds().shortest_s


@pytest.mark.parametrize(("errors", "wait"), [(0, 300), (1, 600), (9, 3_000), (1_000, 86_400)])
def test_errors_put_the_next_look_off_longer_and_longer_up_to_a_day(errors, wait):
    poll = poll_of(SOURCE, claim(errors=errors), None, None, error="timeout")
    assert (poll.outcome.next_poll_s, poll.outcome.status, poll.error) == (wait, None, "timeout")


@pytest.mark.parametrize(("said", "wait"), [("10", 300), ("7200", 7_200), ("9999999", 86_400), ("soon", 300)])
def test_an_endpoint_that_names_a_time_is_left_alone_until_then(said, wait):
    busy = response(503, **{"Retry-After": said})
    assert poll_of(SOURCE, claim(), busy, None, error="http 503").outcome.next_poll_s == wait


@pytest.mark.parametrize(("depth", "goes_on"), [(0, True), (1, True), (2, False), (5, False)])
def test_a_section_is_paged_as_far_as_the_source_says(depth, goes_on):
    following = "https://jarida.example/s?page=9"
    found = Found(kind="section", next_page=following)
    source = Source(**{**_values(SOURCE), "endpoint": (Endpoint(url="https://jarida.example/s", pages=3),)})
    poll = poll_of(source, claim(depth=depth), response(), found, error=None)
    assert poll.outcome.children == ([(following, "section")] if goes_on else [])
    assert poll.wakes_if_new == ((following,) if goes_on else ())


def test_further_pages_of_a_section_sleep_until_they_are_woken():
    poll = poll_of(SOURCE, claim(depth=1), response(), Found(kind="section"), error=None)
    assert poll.outcome.rhythm(3)[0] == ASLEEP_S


def test_what_an_answer_says_of_its_freshness_is_kept():
    said = response(**{"Cache-Control": "public, max-age=1700"})
    assert poll_of(SOURCE, claim(), said, Found(kind="feed"), error=None).outcome.rhythm(0)[0] >= 1_700
    asleep = Found(kind="feed", hints=Hints(skip_hours=frozenset({*range(24)} - {(datetime.now(UTC).hour + 3) % 24})))
    assert poll_of(SOURCE, claim(), response(), asleep, error=None).outcome.rhythm(0)[0] > 2 * 3_600


def test_an_index_counts_as_new_when_one_of_its_sitemaps_changed():
    def index(day, stored):
        child = Child(url="https://jarida.example/1.xml", kind=None, lastmod=day)
        poll = poll_of(SOURCE, claim(rhythm=stored), response(), Found(kind="sitemap", children=(child,)), error=None)
        return poll.outcome.rhythm(0)[1]

    earlier = index("2026-01-01", {})
    earlier["at"] = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert index("2026-01-01", earlier)["now"][0] == 0
    assert index("2026-01-02", earlier)["now"][0] == 1


def test_a_sitemap_of_an_index_sleeps_until_the_index_says_that_it_changed():
    found = Found(kind="sitemap")
    first = poll_of(SOURCE, claim(depth=1), response(), found, error=None).outcome.rhythm(500)
    assert first[0] == CHILD_ASLEEP_S, "that all is new at the first look tells nothing"
    again = poll_of(SOURCE, claim(depth=1, rhythm=first[1]), response(), found, error=None)
    assert again.outcome.rhythm(2)[0] < IntervalBounds().longest_s
    assert again.outcome.rhythm(0)[0] == CHILD_ASLEEP_S


def test_the_next_look_stays_within_the_bounds():
    for bounds in (IntervalBounds(shortest_s=1, longest_s=2), IntervalBounds(shortest_s=5_000, longest_s=6_000)):
        poll = poll_of(SOURCE, claim(), response(), Found(kind="feed"), error=None, bounds=bounds)
        assert bounds.shortest_s <= poll.outcome.rhythm(0)[0] <= bounds.longest_s


def test_children_of_an_index_that_changed_lately_are_woken():
    today = datetime.now(UTC)
    children = (
        Child(url="https://jarida.example/new.xml", kind=None, lastmod=today.isoformat()),
        Child(url="https://jarida.example/old.xml", kind=None, lastmod=(today - timedelta(days=30)).date().isoformat()),
        Child(url="https://jarida.example/odd.xml", kind=None, lastmod="gestern"),
    )
    poll = poll_of(SOURCE, claim(), response(), Found(kind="sitemap", children=children), error=None)
    assert [url for url, _ in poll.outcome.children] == [child.url for child in children]
    assert poll.wakes == ("https://jarida.example/new.xml", "https://jarida.example/odd.xml")


def test_of_many_undated_children_the_first_and_the_last_are_woken():
    children = tuple(Child(url=f"https://jarida.example/{n}.xml", kind=None) for n in range(500))
    poll = poll_of(SOURCE, claim(), response(), Found(kind="sitemap", children=children), error=None)
    assert len(poll.wakes) == 20
    assert poll.wakes[0].endswith("/0.xml")
    assert poll.wakes[-1].endswith("/499.xml")


def test_an_index_below_an_index_below_an_index_is_not_followed():
    found = Found(kind="sitemap", children=(Child(url="https://jarida.example/deeper.xml", kind=None),))
    assert poll_of(SOURCE, claim(depth=MAX_DEPTH), response(), found, error=None).outcome.children == []


def _values(source):
    return {name: getattr(source, name) for name in type(source).__dataclass_fields__}
