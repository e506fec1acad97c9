"""Looking at sources over real HTTP: a healthy newspaper, and every way in which one can be ill."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crawler.checking.check import check_all
from crawler.checking.report import EndpointCheck, SampledPage, SourceCheck
from crawler.config import Config
from crawler.demo import DemoNewspaper, source_toml
from crawler.sources.check_date import with_checked, write_checked
from crawler.sources.source import Endpoint, SourceError, load, parse, paths
from tests.support.loopback import Reply, Site, article

CONFIG = Config(allow_private=True, delay_s=0.0, timeout_s=3, workers=1)
#: The day after the demo newspaper's last article.
NOW = datetime(2025, 5, 12, 9, tzinfo=UTC)
CHALLENGE = b"<html><head><title>Just a moment...</title></head><body><form id='challenge-form' action='/x?__cf_chl=1'>Checking your browser</form></body></html>"  # noqa: E501  a template


@pytest.fixture
def site():
    with Site() as running:
        yield running


def look(source, now=NOW, config=CONFIG):
    (condition,) = check_all(config, [source], now=now)
    return condition


def paper(site, *paths, home="/", kind="feed"):
    """A source at a site of ours, whose home page, feed and articles are there."""
    site.routes.setdefault("/", Reply(b"<html><body><h1>home</h1></body></html>"))
    for number in (1, 2, 3, 4):
        site.routes.setdefault(f"/news/{number}", Reply(article(f"بدء توسعة الجسر {number}")))
    source = parse(source_toml(site.base), path="demo.toml")
    ends = tuple(Endpoint(url=site.base + path, kind=kind) for path in paths)
    return replace(source, home=site.base + home, endpoint=ends, article_url="")


def feed(*days):
    items = "".join(
        f"<item><title>خبر</title><link>/news/{number}</link><pubDate>{day}</pubDate></item>"
        for number, day in enumerate(days, 1)
    )
    return Reply(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), headers={"Content-Type": "text/xml"})


FRESH = feed("Sun, 11 May 2025 08:00:00 +0300", "2025-05-12 10:30", "Sat, 10 May 2025 08:00:00 GMT")


@pytest.mark.slow
def test_a_healthy_newspaper_is_well_and_everything_about_it_is_told():
    with DemoNewspaper(slow=False) as newspaper:
        source = parse(source_toml(newspaper.base_url), path="demo.toml")
        seen = look(source)
        asked = [access.path for access in newspaper.access_log]
    assert (seen.verdict, seen.problems) == ("well", ())
    assert (seen.home_status, seen.robots_status, seen.robots, seen.crawl_delay_s) == (200, 200, "allowed", 0.02)
    assert (seen.moved_to, seen.wall) == (None, None)
    assert [one.kind for one in seen.endpoints[:4]] == ["feed", "feed", "news_sitemap", "sitemap"]
    assert all(one.links for one in seen.endpoints)
    assert seen.newest == datetime(2025, 5, 11, 4, 30, tzinfo=UTC)
    assert (seen.read, len(seen.samples)) == (3, 3)
    assert seen.samples[0].title == "صفقة الموانئ وما لم يقله الوزير"
    assert seen.samples[0].published == "2025-05-11T07:30+03:00"
    assert all(sample.words > 50 for sample in seen.samples)
    assert asked.count("/robots.txt") == 1
    assert len(asked) == 1 + 1 + len(source.endpoint) + 3


def test_the_newest_articles_of_a_feed_are_the_sample_and_a_time_without_zone_is_the_newspapers(site):
    site.routes["/feed"] = FRESH
    seen = look(paper(site, "/feed"))
    assert [sample.url.removeprefix(site.base) for sample in seen.samples] == ["/news/2", "/news/1", "/news/3"]
    assert seen.newest == datetime(2025, 5, 12, 7, 30, tzinfo=UTC)
    assert seen.verdict == "well"


def test_robots_that_forbid_the_articles_are_told_and_nothing_forbidden_is_asked(site):
    site.routes["/feed"] = FRESH
    site.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /news/\nCrawl-delay: 0.1")
    seen = look(paper(site, "/feed"))
    assert (seen.verdict, seen.robots, seen.crawl_delay_s) == ("failed", "disallowed", 0.1)
    assert seen.problems[0] == "robots.txt disallows its articles"
    assert not [path for path in site.paths if path.startswith("/news/")]


def test_robots_that_cannot_be_had_end_the_look(site):
    site.routes["/robots.txt"] = Reply(b"", status=503)
    seen = look(paper(site, "/feed"))
    assert (seen.verdict, seen.robots, seen.robots_status) == ("failed", "unreachable", 503)
    assert site.paths == ["/robots.txt"]


def test_a_dead_feed_beside_a_living_one_is_a_fault_and_not_the_end(site):
    site.routes["/feed"] = FRESH
    site.routes["/lying"] = Reply(b"<html><body>nothing here</body></html>")
    seen = look(paper(site, "/gone?a=1", "/lying", "/feed"))
    assert seen.verdict == "faulty"
    assert seen.problems == ("/gone?a=1: http 404", "/lying: no article links on the page")
    assert seen.read == 3


@pytest.mark.parametrize("status", [403, 200, 503])
def test_a_wall_against_robots_is_recognised_whatever_its_status(site, status):
    for path in ("/", "/feed"):
        site.routes[path] = Reply(CHALLENGE, status=status, headers={"Content-Type": "text/html"})
    seen = look(paper(site, "/feed"))
    assert (seen.verdict, seen.wall, seen.home_status) == ("failed", "challenge", status)
    assert seen.problems[0] == "a wall against robots"


def test_a_wall_before_the_articles_alone_is_recognised(site):
    site.routes["/feed"] = FRESH
    for number in (1, 2, 3):
        site.routes[f"/news/{number}"] = Reply(CHALLENGE, status=403, headers={"Content-Type": "text/html"})
    seen = look(paper(site, "/feed"))
    assert (seen.verdict, seen.wall) == ("failed", "challenge")
    assert "none of 3 articles could be read: challenge" in seen.problems


def test_a_newspaper_that_moved_is_told_with_its_new_address(site):
    with Site("127.0.0.2") as other:
        other.routes["/ar/"] = Reply(b"<html><body>new home</body></html>")
        site.routes["/feed"] = FRESH
        site.routes["/"] = Reply(status=301, headers={"Location": f"{other.base}/ar/"})
        seen = look(paper(site, "/feed"))
        assert (seen.verdict, seen.moved_to) == ("faulty", f"{other.base}/ar/")
        assert seen.problems == (f"moved to {other.base}/ar/",)


def test_a_newspaper_that_fell_silent_is_not_well(site):
    site.routes["/feed"] = feed("Sun, 01 Dec 2024 08:00:00 +0300", "Fri, 01 Jan 2094 08:00:00 +0300")
    seen = look(paper(site, "/feed"))
    assert (seen.verdict, seen.problems) == ("faulty", ("nothing newer than 2024-12-01",))


def test_an_index_of_sitemaps_is_followed_to_its_latest(site):
    index = "".join(
        f"<sitemap><loc>{site.base}/{name}.xml</loc><lastmod>{day}</lastmod></sitemap>"
        for name, day in (("old", "2020-01-01"), ("new", "2025-05-11"), ("older", "2019-01-01"))
    )
    site.routes["/map.xml"] = Reply(f"<sitemapindex>{index}</sitemapindex>".encode())
    site.routes["/new.xml"] = Reply(
        f"<urlset><url><loc>{site.base}/news/4</loc><lastmod>2025-05-11</lastmod></url></urlset>".encode()
    )
    seen = look(paper(site, "/map.xml", kind="sitemap"))
    assert [sample.url for sample in seen.samples] == [f"{site.base}/news/4"]
    assert (seen.endpoints[0].links, "/old.xml" in site.paths) == (3, False)
    assert (seen.verdict, seen.problems) == ("faulty", ("no date on 1 of 1 articles",))


def test_a_host_that_is_not_there_is_told_in_a_word():
    with Site() as gone:
        source = paper(gone, "/feed")
    seen = look(source)
    assert (seen.verdict, seen.robots, seen.robots_status, seen.home_status) == ("failed", "unreachable", None, None)
    assert seen.problems == ("robots.txt unreachable", "home page: connection refused")


def test_a_private_address_is_not_dialled(site):
    seen = look(paper(site, "/feed"), config=Config(timeout_s=2, workers=1))
    assert site.seen == []
    assert seen.problems == ("robots.txt unreachable", "home page: private address")


def test_hosts_are_asked_side_by_side_and_one_host_a_request_at_a_time():
    with Site("127.0.0.3") as one, Site("127.0.0.4") as two:
        for running in (one, two):
            running.routes["/feed"] = Reply(FRESH.body, wait=0.3)
        sources = [replace(paper(one, "/feed"), key="a"), replace(paper(one, "/feed?b"), key="b"), paper(two, "/feed")]
        one.routes["/feed?b"] = Reply(FRESH.body, wait=0.3)
        heard = []
        told = check_all(CONFIG, sources, on_checked=lambda seen: heard.append(seen.source), now=NOW)
        assert [seen.source for seen in told] == ["a", "b", "demo"]
        assert sorted(heard) == ["a", "b", "demo"]
        assert (one.most_at_once, two.most_at_once) == (1, 1)
        feeds = [seen.at for running in (one, two) for seen in running.seen if seen.path.startswith("/feed")]
        assert max(feeds[0], feeds[-1]) - min(feeds[0], feeds[-1]) < 0.3


def test_what_json_is_told_can_be_written_as_json():
    look = EndpointCheck(url="https://a.example/f", kind="feed", status=200, links=1, newest=NOW)
    seen = SourceCheck(source="a", at=NOW, home="https://a.example/", endpoints=(look,), newest=NOW)
    plain = seen.plain()
    assert (plain["verdict"], plain["newest"], plain["endpoints"][0]["newest"]) == (
        "failed",
        NOW.isoformat(),
        NOW.isoformat(),
    )
    assert SampledPage(url="https://a.example/1", status=200, words=9).problem == ""


# Writing the day

FILE = """# A comment.
name_ar = "الجريدة"
name_en = "Al Jarida"
country = "MA"
timezone = "Africa/Casablanca"
home = "https://jarida.example/"
checked = "never"  # yet
note = "it's"

# Of the feed.
[[endpoint]]
url = "https://jarida.example/feed/"
"""
DAY = date(2026, 11, 23)


def test_the_day_is_one_line_and_every_comment_stays():
    written = with_checked(FILE, DAY)
    assert written == FILE.replace('"never"', "2026-11-23")
    assert with_checked(written, date(2027, 1, 2)) == FILE.replace('"never"', "2027-01-02")
    assert parse(written, path="jarida.toml").checked == DAY


@pytest.mark.parametrize("end", ["\n", "\n\n", "\n\n\n# Of the feed.\n"])
def test_a_file_that_does_not_say_gets_the_line_before_its_first_table(end):
    text = "\n".join(line for line in FILE.split("\n\n")[0].splitlines() if "checked" not in line)
    whole = text + end + '[[endpoint]]\nurl = "https://jarida.example/feed/"\n'
    written = with_checked(whole, DAY)
    assert parse(written, path="jarida.toml") == replace(parse(whole, path="jarida.toml"), checked=DAY)
    assert written.count("\n") == whole.count("\n") + 1
    assert "checked = 2026-11-23\n" in written


def test_a_file_of_ones_own_is_written_in_place_and_a_built_in_one_copied_into_the_first_folder(tmp_path):
    first, last = tmp_path / "first", tmp_path / "last"
    last.mkdir()
    (last / "jarida.toml").write_text(FILE, "utf-8")
    assert paths([first, last])["jarida"] == last / "jarida.toml"
    assert write_checked(load(last / "jarida.toml"), DAY, [first, last]) == last / "jarida.toml"
    assert load(last / "jarida.toml").checked == DAY

    built_in = paths([first, last])["hespress"]
    before = built_in.read_text("utf-8")
    assert write_checked(load(built_in), DAY, [first, last]) == first / "hespress.toml"
    assert built_in.read_text("utf-8") == before
    assert (first / "hespress.toml").read_text("utf-8") == before.replace('checked = "never"', "checked = 2026-11-23")
    assert [path.name for path in first.iterdir()] == ["hespress.toml"]


def test_a_file_that_changed_meanwhile_or_hides_the_line_is_not_written(tmp_path):
    (tmp_path / "jarida.toml").write_text(FILE, "utf-8")
    source = load(tmp_path / "jarida.toml")
    other = FILE.replace("Al Jarida", "Another")
    (tmp_path / "jarida.toml").write_text(other, "utf-8")
    with pytest.raises(SourceError, match="has changed since it was read"):
        write_checked(source, DAY, [tmp_path])
    assert (tmp_path / "jarida.toml").read_text("utf-8") == other

    hidden = FILE.replace('checked = "never"  # yet\nnote = "it\'s"', 'note = "a"\n"checked" = "never"')
    (tmp_path / "jarida.toml").write_text(hidden, "utf-8")
    with pytest.raises(SourceError):
        write_checked(load(tmp_path / "jarida.toml"), DAY, [tmp_path])
    assert (tmp_path / "jarida.toml").read_text("utf-8") == hidden
