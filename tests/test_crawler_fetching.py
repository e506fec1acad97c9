"""Fetching from real servers on loopback: what is asked, how often, what is taken, and what is refused.

Crawls run in this process: the reactor is started once and driven a crawl at a time.
"""

import gzip
import itertools
import time
from collections import Counter

import brotli
import pytest

import crawler.fetching.resolver
from crawler.config import Config
from crawler.engine.run import capture, capture_html, crawl
from crawler.sources.source import Endpoint
from pipelines.extraction.pool import Pool
from storage.archive import Archive
from storage.errors import ConfigError, StorageError
from tests.support.loopback import Reply, Site, article, source

ROBOTS = {"Content-Type": "text/plain"}


def feed(site, *paths):
    items = "".join(
        f"<item><title>t</title><link>{path if '://' in path else site.base + path}</link></item>" for path in paths
    )
    return Reply(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), headers={"Content-Type": "text/xml"})


@pytest.fixture
def site():
    with Site() as running:
        running.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private/", headers=ROBOTS)
        yield running


class Lent:
    """The workers of all tests here: a crawl that closes them closes nothing."""

    def __init__(self, pool):
        self.extract, self.run = pool.extract, pool.run

    def close(self):
        pass


@pytest.fixture(scope="module")
def pool():
    with Pool(1) as running:
        yield running


@pytest.fixture(autouse=True)
def _lent_workers(pool, monkeypatch):
    monkeypatch.setattr("crawler.context.Pool", lambda workers: Lent(pool))


@pytest.fixture
def config(tmp_path):
    return Config(archive=str(tmp_path / "archive"), allow_private=True, timeout_s=2, patience_s=4, delay_s=0.0)


def states(config):
    """URL path -> (state, reason), of every row of the frontier."""
    import sqlite3
    from urllib.parse import urlsplit

    with sqlite3.connect(f"{config.archive}/archive.db") as connection:
        rows = connection.execute("select url, state, reason, lease_owner from url").fetchall()
    connection.close()
    assert [row for row in rows if row[3]] == [], "a lease was left behind"
    return {urlsplit(url).path: (state, reason) for url, state, reason, _ in rows}


def run(config, *sources, **given):
    results = crawl(config, list(sources), **given)
    assert all(result.counts.closes for result in results), [result.counts.as_dict() for result in results]
    return results[0].counts


def test_a_feed_is_crawled_and_nothing_is_fetched_twice(site, config):
    site.routes["/feed"] = feed(site, "/news/1", "/news/2?utm_source=x", "/news/2")
    site.routes["/news/1"] = Reply(article("الخبر الأول"))
    site.routes["/news/2"] = site.routes["/news/2?utm_source=x"] = Reply(article("الخبر الثاني"))
    assert run(config, source(site)).results == Counter(new=2)
    assert run(config, source(site)).results == Counter()
    asked = Counter(site.paths)
    assert asked.pop("/feed") == 2
    assert asked.pop("/robots.txt") == 2
    assert sorted(asked.values()) == [1, 1]
    with Archive.open(config.archive) as archive:
        assert archive.get(f"{site.base}/news/1").article.title == "الخبر الأول"


def test_every_answer_is_in_the_warc_as_it_came(site, config):
    packed = gzip.compress(article("مضغوط"))
    site.routes["/feed"] = feed(site, "/news/1")
    site.routes["/news/1"] = Reply(
        packed, headers={"Content-Encoding": "gzip", "X-Odd": "نعم".encode().decode("latin-1")}
    )
    run(config, source(site))
    with Archive.open(config.archive) as archive:
        stored = archive.get(f"{site.base}/news/1")
        record = archive.warc.read(stored.snapshot.record)
    assert record.payload == packed
    assert (record.status, record.url) == (200, f"{site.base}/news/1")
    assert dict(record.headers)["Content-Encoding"] == "gzip"


@pytest.mark.fault("F45")
def test_an_endpoint_that_has_not_changed_is_not_sent_again(site, config):
    site.routes["/feed"] = Reply(
        feed(site, "/news/1").body,
        headers={"Content-Type": "text/xml", "ETag": '"a"', "Last-Modified": "Mon, 05 Jan 2026 10:00:00 GMT"},
    )
    site.routes["/news/1"] = Reply(article())
    run(config, source(site))
    site.routes["/feed"] = Reply(status=304)
    counts = run(config, source(site))
    again = [one.headers for one in site.seen if one.path == "/feed"][1]
    assert again["if-none-match"] == '"a"'
    assert again["if-modified-since"] == "Mon, 05 Jan 2026 10:00:00 GMT"
    assert (counts.polls, counts.poll_errors) == (1, 0)


@pytest.mark.fault("A46")
def test_the_user_agent_is_honest_and_no_cookie_comes_back(site, config):
    site.routes["/feed"] = feed(site, "/news/1", "/news/2")
    for path in ("/news/1", "/news/2"):
        site.routes[path] = Reply(article(), headers={"Set-Cookie": "a=b; Path=/"})
    run(config, source(site))
    for one in site.seen:
        assert one.headers["user-agent"].startswith("Warraq/")
        assert "cookie" not in one.headers
        assert "referer" not in one.headers


# robots.txt


@pytest.mark.fault("F49")
def test_not_one_of_twenty_first_requests_slips_by_robots(site, config):
    site.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /", headers=ROBOTS, wait=0.5)
    urls = [f"{site.base}/news/{number}" for number in range(20)]
    result = capture(config, urls, {})
    assert site.paths == ["/robots.txt"]
    assert result.counts.reasons == Counter({("refused", "robots.txt"): 20})


def silent(handler):
    time.sleep(2.5)


@pytest.mark.fault("F49")
@pytest.mark.parametrize(
    ("reply", "allowed"),
    [
        (Reply(status=404), True),
        (Reply(status=403), True),
        (Reply(status=503), False),
        (Reply(status=500), False),
        (lambda handler: None, False),
        (silent, False),
        (Reply(b"<html><body>404</body></html>"), True),
        (Reply(b"User-agent: *\nDisallow: /x\n" + b"#" * 8_000_000, headers=ROBOTS), True),
        (Reply(b"User-agent: *\nDisallow: /news/\n" + b"#" * 8_000_000, headers=ROBOTS), False),
    ],
    ids=["404", "403", "503", "500", "cut", "silent", "html", "8 MB", "8 MB that forbid"],
)
def test_the_status_of_robots_decides(site, config, reply, allowed):
    site.routes["/robots.txt"] = reply
    site.routes["/news/1"] = Reply(article())
    capture(config, [f"{site.base}/news/1"], {})
    assert ("/news/1" in site.paths) is allowed


def test_robots_is_found_behind_five_redirects(site, config):
    for number in range(5):
        path = "/robots.txt" if number == 0 else f"/r{number}"
        site.routes[path] = Reply(status=302, headers={"Location": f"/r{number + 1}"})
    site.routes["/r5"] = Reply(b"User-agent: *\nDisallow: /news/", headers=ROBOTS)
    capture(config, [f"{site.base}/news/1"], {})
    assert site.paths == ["/robots.txt", "/r1", "/r2", "/r3", "/r4", "/r5"]


def test_a_redirect_is_judged_by_robots_too(site, config):
    site.routes["/news/1"] = Reply(status=302, headers={"Location": "/private/draft"})
    result = capture(config, [f"{site.base}/news/1"], {})
    assert "/private/draft" not in site.paths
    assert result.counts.reasons == Counter({("refused", "robots.txt"): 1})


def test_crawl_delay_holds_between_pages(site, config):
    site.routes["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 0.4", headers=ROBOTS)
    site.routes["/feed"] = feed(site, "/news/1", "/news/2")
    site.routes["/news/1"] = site.routes["/news/2"] = Reply(article())
    run(config, source(site))
    times = [one.at for one in site.seen if one.path != "/robots.txt"]
    assert all(later - earlier > 0.38 for earlier, later in itertools.pairwise(times))


def test_a_person_may_capture_what_robots_forbids(site, config):
    site.routes["/private/1"] = Reply(article())
    assert capture(config, [f"{site.base}/private/1"], {}, obey_robots=False).counts.results == Counter(new=1)
    assert "/robots.txt" not in site.paths


# Manners


def test_one_host_is_never_asked_twice_at_once_even_by_two_sources(site, config):
    site.routes["/feed"] = feed(site, *(f"/news/{number}" for number in range(6)))
    for number in range(6):
        site.routes[f"/news/{number}"] = Reply(article(f"خبر {number}"), wait=0.03)
    crawl(config, [source(site), source(site, key="other")])
    assert site.most_at_once == 1


def test_a_source_may_allow_more_at_once(site, config):
    site.routes["/feed"] = feed(site, *(f"/news/{number}" for number in range(6)))
    for number in range(6):
        site.routes[f"/news/{number}"] = Reply(article(f"خبر {number}"), wait=0.2)
    run(config, source(site, concurrency=3))
    assert site.most_at_once == 3


@pytest.mark.fault("F41")
def test_retry_after_is_waited_for_by_the_whole_host(site, config):
    answers = [Reply(status=429, headers={"Retry-After": "2"}), Reply(article())]
    site.routes["/feed"] = feed(site, "/news/1", "/news/2", "/news/3")
    site.routes["/news/2"] = site.routes["/news/3"] = Reply(article())

    def first_refused(handler):
        reply = answers.pop(0)
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body)

    site.routes["/news/1"] = first_refused
    counts = run(config, source(site))
    refused_at = site.at("/news/1")[0]
    assert all(one.at - refused_at > 1.9 for one in site.seen if one.at > refused_at)
    assert counts.results == Counter(new=3, retry=1)


def test_a_long_retry_after_ends_the_crawl_and_gives_the_addresses_back(site, config):
    site.routes["/feed"] = feed(site, "/news/1", "/news/2", "/news/3")
    site.routes["/news/1"] = Reply(status=503, headers={"Retry-After": "3600"})
    started = time.monotonic()
    counts = run(config, source(site))
    assert time.monotonic() - started < 4
    assert site.paths.count("/news/2") == 0
    assert set(states(config).values()) == {("pending", "http 503"), ("pending", None)}
    assert counts.returned == 2


def test_a_server_that_fails_twice_is_asked_again_in_the_same_crawl(site, config, monkeypatch):
    monkeypatch.setattr("storage.saving.decide.BACK_OFF_S", (0.3, 0.3, 0.3, 0.3))
    answers = [500, 502]
    site.routes["/feed"] = feed(site, "/news/1")

    def failing(handler):
        status = answers.pop(0) if answers else 200
        body = article() if status == 200 else b"error"
        handler.send_response(status)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    site.routes["/news/1"] = failing
    assert run(config, source(site)).results == Counter(retry=2, new=1)


# Bounds and broken answers


def raw(*pieces, wait=0.0):
    def answer(handler):
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(wait)

    return answer


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
BAD_CRC = bytearray(gzip.compress(article()))
BAD_CRC[-8] ^= 0xFF


def endless(handler):
    handler.wfile.write(HEAD + b"\r\n")
    while True:
        handler.wfile.write(b"<p>x</p>" * 50_000)


def drip(handler):
    handler.wfile.write(HEAD + b"\r\n")
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.mark.fault("A13", "F37", "F38", "F39", "F43")
@pytest.mark.parametrize(
    ("reply", "reasons"),
    [
        (raw(HEAD + b"Content-Length: 100000\r\n\r\n", b"<p>half"), ["cut short"]),
        (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nffff\r\n<p>half"), ["cut short"]),
        (raw(HEAD[:30]), ["connection lost"]),
        (raw(b""), ["connection lost"]),
        (Reply(gzip.compress(article())[:-30], headers={"Content-Encoding": "gzip"}), ["truncated"]),
        (Reply(bytes(BAD_CRC), headers={"Content-Encoding": "gzip"}), ["damaged gzip"]),
        (Reply(gzip.compress(b"x" * 40_000_000), headers={"Content-Encoding": "gzip"}), ["too large"]),
        (Reply(brotli.compress(b"x" * 300_000_000, quality=4), headers={"Content-Encoding": "br"}), ["too large"]),
        (Reply(b"x" * 10_000_001), ["too large"]),
        (endless, ["too large"]),
        (drip, ["timeout"]),
        (Reply(article(), wait=2.5), ["timeout"]),
        (Reply(article(), status=999), ["http 999"]),
        (Reply(article(), status=206), ["http 206"]),
        (Reply(b"", status=204), ["http 204"]),
        (Reply(article(), status=451), ["http 451"]),
        (Reply(article(), status=500), ["http 500"]),
        (Reply(article(), status=404), ["http 404"]),
        (Reply(article(), status=410), ["http 410"]),
        (Reply(status=302, headers={"Location": "/news/1"}), ["too many redirects"]),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), ["redirect to file:"]),
        (Reply(status=302), ["redirect to nowhere"]),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_no_broken_or_refused_answer_becomes_an_article(site, config, reply, reasons):
    site.routes["/news/1"] = reply
    counts = capture(config, [f"{site.base}/news/1"], {}).counts
    assert [reason for _, reason in counts.reasons] == reasons
    with Archive.open(config.archive) as archive:
        assert archive.stats().articles == 0


@pytest.mark.fault("F40")
def test_a_plain_page_that_is_called_gzip_is_taken(site, config):
    site.routes["/news/1"] = Reply(article(), headers={"Content-Encoding": "gzip"})
    assert capture(config, [f"{site.base}/news/1"], {}).counts.results == Counter(new=1)


def test_a_challenge_with_403_is_told_from_a_refusal(site, config):
    page = (
        b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><h1>jarida.example</h1>"
        b"<h2>Verifying you are human. This may take a few seconds.</h2>"
        b"<noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={}</script></body></html>"  # noqa: E501  a template
    )
    site.routes["/news/1"] = Reply(page, status=403, headers={"cf-mitigated": "challenge"})
    site.routes["/news/2"] = Reply(b"<h1>Forbidden</h1>", status=403)
    counts = capture(config, [f"{site.base}/news/1", f"{site.base}/news/2"], {}).counts
    assert counts.reasons == Counter({("not_article", "challenge"): 1, ("retry", "http 403"): 1})


def test_an_article_of_a_feed_that_leads_to_another_site_is_refused(site, config):
    with Site("127.0.0.2") as other:
        other.routes["/robots.txt"] = Reply(status=404)
        other.routes["/ad"] = Reply(article("إعلان"))
        site.routes["/feed"] = feed(site, "/news/1", f"{other.base}/short")
        site.routes["/news/1"] = Reply(status=301, headers={"Location": f"{other.base}/ad"})
        site.routes["/news/2"] = Reply(article("من رابط قصير"))
        other.routes["/short"] = Reply(status=301, headers={"Location": f"{site.base}/news/2"})
        counts = run(config, source(site))
    assert counts.reasons == Counter({("refused", "leads to another site"): 1})
    assert counts.results["new"] == 1


def test_what_an_address_is_redirected_to_is_not_fetched_again(site, config):
    site.routes["/feed"] = feed(site, "/news/old", "/news/new")
    site.routes["/news/old"] = Reply(status=301, headers={"Location": "/news/new"})
    site.routes["/news/new"] = Reply(article())
    counts = run(config, source(site))
    assert counts.results["new"] == 1
    with Archive.open(config.archive) as archive:
        assert archive.stats().articles == 1


# Private addresses


@pytest.fixture
def guarded(config, monkeypatch):
    """The crawler as it is outside: loopback is private, but 127.0.0.2 plays a public host."""
    real = crawler.fetching.resolver.is_public
    monkeypatch.setattr(crawler.fetching.resolver, "is_public", lambda address: address == "127.0.0.2" or real(address))
    return Config(archive=config.archive, timeout_s=2, patience_s=1, delay_s=0.0)


@pytest.mark.fault("A01")
def test_private_addresses_are_refused_without_a_request(site, guarded):
    urls = [
        f"{site.base}/news/1",
        f"http://localhost:{site.port}/a",
        f"http://2130706433:{site.port}/b",
        f"http://[::1]:{site.port}/c",
    ]
    counts = capture(guarded, urls, {}, obey_robots=False).counts
    assert counts.reasons == Counter({("refused", "private address"): 4})
    assert site.seen == []


@pytest.mark.fault("A02")
@pytest.mark.parametrize("spelling", ["127.0.0.1", "2130706433", "localhost", "0x7f.1", "[::ffff:127.0.0.1]", "0"])
def test_a_redirect_to_a_private_address_is_refused_at_the_hop(site, guarded, spelling):
    with Site("127.0.0.2") as public:
        public.routes["/news/1"] = Reply(status=302, headers={"Location": f"http://{spelling}:{site.port}/internal"})
        counts = capture(guarded, [f"{public.base}/news/1"], {}).counts
    assert [reason for _, reason in counts.reasons] == ["private address"]
    assert site.seen == []


@pytest.mark.fault("A04")
def test_endpoints_and_their_links_reach_no_private_address(site, guarded):
    with Site("127.0.0.2") as public:
        public.routes["/robots.txt"] = Reply(f"Sitemap: {site.base}/secret".encode(), headers=ROBOTS)
        public.routes["/feed"] = feed(public, f"{site.base}/news/1", "file:///etc/passwd", "/news/2")
        public.routes["/news/2"] = Reply(article())
        index = f"<sitemapindex><sitemap><loc>{site.base}/secret.xml</loc></sitemap></sitemapindex>"
        public.routes["/index"] = Reply(index.encode(), headers={"Content-Type": "text/xml"})
        endpoints = (Endpoint(url=f"{public.base}/feed"), Endpoint(url=f"{public.base}/index"))
        counts = run(guarded, source(public, endpoint=endpoints))
    assert site.seen == []
    assert counts.results["new"] == 1


# Limits, captures, sources


def test_a_limit_bounds_the_pages(site, config):
    site.routes["/feed"] = feed(site, *(f"/news/{number}" for number in range(9)))
    for number in range(9):
        site.routes[f"/news/{number}"] = Reply(article(f"خبر {number}"))
    assert run(config, source(site), limit=4).results == Counter(new=4)
    assert run(config, source(site)).results == Counter(new=5)


def test_news_go_before_backlog(site, config):
    locs = "".join(f"<url><loc>{site.base}/news/old{number}</loc></url>" for number in range(20))
    site.routes["/sitemap"] = Reply(f"<urlset>{locs}</urlset>".encode(), headers={"Content-Type": "text/xml"})
    site.routes["/feed"] = feed(site, "/news/fresh")
    endpoints = (Endpoint(url=f"{site.base}/sitemap"), Endpoint(url=f"{site.base}/feed"))
    run(config, source(site, endpoint=endpoints), limit=1)
    assert [path for path in site.paths if "/news/" in path] == ["/news/fresh"]


def test_sections_are_paged_until_they_bring_nothing_new(site, config):
    def page(number, last):
        links = "".join(f"<a href='/news/{number}{place}'>خبر</a>" for place in range(3))
        onward = f"<a rel='next' href='/s?page={number + 1}'>التالي</a>" if number < last else ""
        return Reply(f"<html><body>{links}{onward}</body></html>".encode())

    for number in (1, 2, 3):
        site.routes["/s" if number == 1 else f"/s?page={number}"] = page(number, 3)
    endpoints = (Endpoint(url=f"{site.base}/s", kind="section", pages=2),)
    first = run(config, source(site, endpoint=endpoints), limit=0)
    assert (first.discovered, first.polls) == (6, 2)
    again = run(config, source(site, endpoint=endpoints), limit=0)
    assert (again.discovered, again.polls) == (0, 1)


@pytest.mark.fault("A14")
def test_a_sitemap_index_that_names_itself_ends(site, config):
    def index(handler):
        number = int(handler.path.partition("=")[2] or 0)
        body = f"<sitemapindex><sitemap><loc>{site.base}/index?n={number + 1}</loc></sitemap></sitemapindex>".encode()
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n" + body)

    for number in range(30):
        site.routes[f"/index?n={number}"] = index
    run(config, source(site, endpoint=(Endpoint(url=f"{site.base}/index?n=0"),)))
    assert len([path for path in site.paths if path.startswith("/index")]) <= 4


def test_links_of_articles_are_followed_only_where_the_source_asks(site, config):
    site.routes["/feed"] = feed(site, "/news/1")
    page = article().replace(b"</article>", b"<a href='/news/2'>x</a><a href='/tag/3'>x</a></article>")
    site.routes["/news/1"], site.routes["/news/2"] = Reply(page), Reply(article("أقدم"))
    assert run(config, source(site)).results["new"] == 1
    site.routes["/feed"] = feed(site, "/news/4")
    site.routes["/news/4"] = Reply(page)
    assert run(config, source(site, follow=True)).results == Counter(new=2)
    assert "/tag/3" not in site.paths


def test_a_captured_page_belongs_to_the_source_of_its_host(site, config):
    site.routes["/news/1"] = Reply(article())
    known = source(site)
    capture(config, [f"{site.base}/news/1"], {known.key: known})
    with Archive.open(config.archive) as archive:
        assert archive.get(f"{site.base}/news/1").article.source == "jarida"


def test_captures_of_one_page_are_one_article(site, config):
    site.routes["/news/1"] = Reply(article())
    results = [capture(config, [f"{site.base}/news/1"], {}).counts.results for _ in range(2)]
    assert results == [Counter(new=1), Counter(same=1)]


def test_a_saved_page_is_stored_without_a_request(config):
    fetched, stored = capture_html(config, article("محفوظ"), "https://jarida.example/news/1", {})
    assert stored.result == "new"
    assert fetched.extraction.outcome.title == "محفوظ"
    with Archive.open(config.archive) as archive:
        kept = archive.get(stored.article_id).snapshot
        given = archive.warc.read(kept.record)
    assert (kept.status, given.status, given.headers) == (0, 0, (("Content-Type", "text/html"),))
    assert given.payload == article("محفوظ")


@pytest.mark.fault("F12")
def test_a_crawl_with_an_archive_that_cannot_be_opened_says_so(config):
    with pytest.raises(ConfigError):
        crawl(Config(archive="postgresql+psycopg://nobody@127.0.0.1:1/x"), [])


@pytest.mark.fault("F10")
def test_an_archive_that_cannot_be_written_ends_the_crawl_and_no_address_is_lost(site, config, monkeypatch):
    site.routes["/feed"] = feed(site, *(f"/news/{number}" for number in range(9)))
    for number in range(9):
        site.routes[f"/news/{number}"] = Reply(article(f"خبر {number}"))
    with monkeypatch.context() as full:
        full.setattr(Archive, "store", _disk_full)
        with pytest.raises(StorageError, match="disk is full"):
            crawl(config, [source(site)])
    assert len([path for path in site.paths if "/news/" in path]) < 9
    with Archive.open(config.archive) as archive:
        assert archive.frontier.counts() == {"pending": 9}
        for owner in archive.frontier.owners():
            archive.frontier.release(owner)
    assert run(config, source(site)).results["new"] == 9


def _disk_full(archive, visit):
    raise StorageError("cannot store: database or disk is full")


@pytest.mark.fault("A11")
def test_an_answer_whose_head_never_ends_is_cut_off_and_the_next_is_fetched(site, config):
    sent = []

    def flood(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        line = b"X-Padding: " + b"x" * 1000 + b"\r\n"
        try:
            for _ in range(20_000):
                handler.wfile.write(line)
                sent.append(len(line))
        except OSError:
            return

    site.routes["/feed"] = feed(site, "/flood", "/good")
    site.routes["/flood"] = flood
    site.routes["/good"] = Reply(article(), headers={"Content-Type": "text/html"})
    crawl(config, [source(site)])
    assert states(config)["/flood"] == ("failed", "too large")
    assert states(config)["/good"][0] == "done"
    assert sum(sent) < 15_000_000, "what the socket's buffers hold comes on top of what was read"
