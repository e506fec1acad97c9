"""Politeness of whole crawls: the log agrees with the server's, and a host's rest survives the crawl."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from crawler.config import Config
from crawler.engine.run import capture, crawl
from crawler.sources.source import Endpoint, Source
from storage.archive import Archive
from storage.crawl_state.hosts import HostMemory
from tests.support.loopback import Reply, Site, article


@pytest.fixture
def site():
    with Site() as running:
        yield running


@pytest.fixture
def config(tmp_path):
    return Config(archive=str(tmp_path / "archive"), allow_private=True, workers=1, patience_s=0.5, delay_s=0.1)


def source(site: Site) -> Source:
    return Source(
        key="jarida", name_ar="الجريدة", name_en="Al Jarida", country="MA", timezone="Africa/Casablanca",
        home=f"{site.base}/", article_url="/news/", endpoint=(Endpoint(url=f"{site.base}/feed", kind="feed"),),
    )  # fmt: skip


def feed(site: Site, *paths: str) -> Reply:
    items = "".join(f"<item><title>t</title><link>{site.base}{path}</link></item>" for path in paths)
    return Reply(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), headers={"Content-Type": "text/xml"})


def test_the_ledger_says_what_the_server_saw(site, config) -> None:
    site.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private/\nCrawl-delay: 0.2\n")
    site.routes["/feed"] = feed(site, "/news/1", "/news/2", "/private/3", "/news/4")
    site.routes["/news/1"] = Reply(article("الأول"))
    site.routes["/news/2"] = Reply(status=302, headers={"Location": "/news/20"})
    site.routes["/news/20"] = Reply(article("الثاني"))
    crawl(config, [source(site)])
    with Archive.open(config.archive) as archive:
        days = archive.hosts.days()
        memory = archive.hosts.recall()[site.host]
        (robots,) = archive.hosts.robots_history(site.base)
    sent = sum(len(reply.body) for reply in site.routes.values() if isinstance(reply, Reply))
    assert {day.host for day in days} == {site.host}
    assert sum(day.requests for day in days) == len(site.seen) == 6
    assert sum(day.bytes for day in days) == sent
    assert [day.delay_s for day in days] == [0.2] * len(days)
    assert all(day.kept for day in days)
    turns = [one.at for one in site.seen if one.path not in ("/robots.txt", "/news/20")]
    shortest = min(later - earlier for earlier, later in itertools.pairwise(turns))
    assert shortest > 0.19
    assert min(day.shortest_gap_s for day in days) == pytest.approx(shortest, abs=0.15)
    assert (memory.crawl_delay_s, memory.failures, memory.rest_until) == (0.2, 0, None)
    assert memory.last_request_at is not None
    assert abs(datetime.now(UTC) - memory.last_request_at) < timedelta(seconds=60)
    assert (robots.status, robots.body.count("\n")) == (200, 3)


def test_a_wish_to_be_left_alone_outlives_the_crawl(site, config) -> None:
    site.routes["/feed"] = Reply(status=429, headers={"Retry-After": "3600"})
    crawl(config, [source(site)])
    asked = len(site.seen)
    site.routes["/feed"] = feed(site, "/news/1")
    crawl(config, [source(site)])
    assert len(site.seen) == asked, "not even robots.txt"
    with Archive.open(config.archive) as archive:
        (day,) = archive.hosts.days()
        assert (day.requests, day.too_many) == (asked, 1)
        rest = archive.hosts.recall()[site.host].rest_until
        assert timedelta(minutes=58) < rest - datetime.now(UTC) < timedelta(minutes=61)


def test_a_capture_of_a_host_that_rests_says_so(site, config) -> None:
    with Archive.open(config.archive) as archive:
        now = datetime.now(UTC)
        archive.hosts.remember([HostMemory(host=site.host, rest_until=now + timedelta(hours=1), updated_at=now)])
    heard = []
    result = capture(config, [f"{site.base}/news/1"], {}, on_event=heard.append)
    assert site.seen == []
    assert [(event.result, event.reason) for event in heard] == [("failed", "host rests")]
    assert result.outcome == "partial"
