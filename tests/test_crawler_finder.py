"""Finding the feeds and sitemaps of a newspaper by its home page."""

import pytest

from crawler.checking.find_endpoints import find
from crawler.config import Config
from crawler.demo import DemoNewspaper
from crawler.sources.source import parse, to_toml
from storage.errors import NotFoundError
from tests.support.loopback import Reply, Site

CONFIG = Config(allow_private=True, delay_s=0.0, timeout_s=3)
RSS = b"<rss version='2.0'><channel><item><title>a</title><link>/news/1</link></item></channel></rss>"


@pytest.fixture(autouse=True)
def _in_haste(monkeypatch):
    monkeypatch.setattr("crawler.checking.prober.ProbeSpider.delay_s", 0.0)


@pytest.fixture
def site():
    with Site() as running:
        yield running


def kinds(source, site):
    return {one.url.removeprefix(site): one.kind for one in source.endpoint}


def test_link_tags_robots_and_usual_places_are_all_looked_at(site):
    site.routes["/"] = Reply(
        "<html><head><title>الرئيسية - الجريدة</title>"
        "<link rel='alternate' type='application/rss+xml' href='/hidden/feed.php'></head></html>".encode()
    )
    site.routes["/robots.txt"] = Reply(f"Sitemap: {site.base}/odd/map.xml\nUser-agent: *\nDisallow: /rss".encode())
    site.routes["/hidden/feed.php"] = Reply(RSS)
    site.routes["/feed/"] = Reply(RSS)  # the same feed under another address
    site.routes["/odd/map.xml"] = Reply(f"<urlset><url><loc>{site.base}/news/7</loc></url></urlset>".encode())
    site.routes["/sitemap.xml"] = Reply(
        b"<html><body><a href='/news/a-page-that-is-no-sitemap-12345'>x</a></body></html>"
    )
    source = find(CONFIG, f"{site.base}/", key="jarida")
    assert kinds(source, site.base) == {"/hidden/feed.php": "feed", "/odd/map.xml": "sitemap"}
    assert source.name_ar == "الجريدة"
    assert "/rss" not in site.paths
    assert parse(to_toml(source), path="jarida.toml") == source


def test_a_newspaper_without_feeds_is_read_from_its_home_page(site):
    links = "".join(f"<a href='/news/{number}-a-long-slug-of-words'>خبر</a>" for number in range(1000, 1005))
    site.routes["/"] = Reply(f"<html><body>{links}</body></html>".encode())
    assert kinds(find(CONFIG, f"{site.base}/", key="x"), site.base) == {"/": "section"}


def test_nothing_found_is_said_in_words(site):
    site.routes["/"] = Reply(b"<html><body>nothing</body></html>")
    with pytest.raises(NotFoundError, match="nor the usual places name a feed"):
        find(CONFIG, f"{site.base}/")


def test_the_demo_newspaper_is_found_whole():
    with DemoNewspaper(slow=False) as newspaper:
        source = find(CONFIG, newspaper.base_url, key="demo")
        assert kinds(source, newspaper.base_url) == {
            "/feed.xml": "feed",
            "/atom.xml": "feed",
            "/sitemap.xml": "sitemap",
            "/news-sitemap.xml.gz": "news_sitemap",
        }
