"""robots.txt as RFC 9309 says; the fetching of it is tested with real servers in test_crawler_fetching.py."""

import time

import pytest

from crawler.politeness.host_queue import MAX_CRAWL_DELAY_S, HostQueue
from crawler.politeness.robots_rules import FRESH_S, MAX_BYTES, UNREACHABLE_S, read_rules

URL = "https://jarida.example/news/1"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, "disallowed"),
        (204, "allowed"),
        (310, "allowed"),
        (401, "allowed"),
        (403, "allowed"),
        (404, "allowed"),
        (410, "allowed"),
        (429, "unreachable"),
        (500, "unreachable"),
        (503, "unreachable"),
        (None, "unreachable"),
    ],
)
def test_the_status_decides_before_the_text(status, verdict):
    rules = read_rules(status, b"User-agent: *\nDisallow: /")
    assert rules.verdict(URL) == verdict
    assert rules.fresh_s == (UNREACHABLE_S if verdict == "unreachable" else FRESH_S)
    assert rules.fresh_s <= 86_400


@pytest.mark.parametrize(
    ("text", "path", "verdict"),
    [
        ("", "/", "allowed"),
        ("User-agent: *\nDisallow:", "/", "allowed"),
        ("User-agent: *\nDisallow: /private/", "/private/1", "disallowed"),
        ("User-agent: *\nDisallow: /private/", "/public", "allowed"),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", "allowed"),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", "disallowed"),
        ("User-agent: *\nDisallow: /a/b\nAllow: /a/b", "/a/b", "allowed"),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/report.pdf", "disallowed"),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/report.pdf?page=1", "allowed"),
        ("User-agent: *\nDisallow: /خبر", "/%D8%AE%D8%A8%D8%B1/1", "disallowed"),
        ("User-agent: *\nDisallow: /%d8%ae", "/خبر", "disallowed"),
        ("User-agent: Warraq\nDisallow: /\n\nUser-agent: *\nDisallow:", "/", "disallowed"),
        ("User-agent: *\nDisallow: /\n\nUser-agent: warraq\nAllow: /", "/", "allowed"),
        ("User-agent: *\nDisallow: /\n\nUser-agent: warraq", "/", "allowed"),
        ("User-agent: GreedyBot\nDisallow: /", "/", "allowed"),
        ("User-agent: raq\nDisallow: /", "/", "allowed"),
        ("User-agent: a\nUser-agent: warraq\nDisallow: /x", "/x", "disallowed"),
        ("USER-AGENT:*\r\nDISALLOW:/x # why", "/x", "disallowed"),
        ("\ufeffUser-agent: *\nDisallow: /x", "/x", "disallowed"),
        ("<html><body>Not found</body></html>", "/x", "allowed"),
        ("User-agent: *\nDisallow: /", "/robots.txt", "allowed"),
    ],
)
def test_rules_are_read_as_the_standard_says(text, path, verdict):
    assert read_rules(200, text.encode()).verdict(f"https://jarida.example{path}") == verdict


def test_what_stands_behind_five_hundred_kib_is_not_read():
    padding = b"# padding line\n" * (MAX_BYTES // 15 + 1)
    text = b"User-agent: *\nDisallow: /early\n" + padding + b"Disallow: /late\n"
    rules = read_rules(200, text)
    assert rules.verdict("https://jarida.example/early") == "disallowed"
    assert rules.verdict("https://jarida.example/late") == "allowed"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("5", 5.0), ("0.5", 0.5), ("nan", 0.0), ("inf", 0.0), ("-5", 0.0), ("soon", 0.0), ("", 0.0), ("86400", 86_400.0)],
)
def test_crawl_delay_is_a_number_or_nothing(said, seconds):
    assert read_rules(200, f"User-agent: *\nCrawl-delay: {said}".encode()).crawl_delay_s == seconds


@pytest.mark.fault("A47")
def test_a_crawl_delay_of_a_day_is_obeyed_up_to_two_minutes():
    host_queue = HostQueue()
    host_queue.set_crawl_delay("jarida.example", 86_400)
    assert host_queue._host("jarida.example").crawl_delay_s == MAX_CRAWL_DELAY_S == 120


@pytest.mark.fault("A47")
@pytest.mark.parametrize(
    "text",
    [
        b"x" * 8_000_000,
        b"User-agent: *\n" + b"Disallow: /*a*b*c*d*\n" * 60_000,
        b"".join(b"User-agent: bot%d\n" % n for n in range(300_000)) + b"Disallow: /\n",
        b"User-agent: *\nDisallow: /" + b"*a" * 100_000,
    ],
    ids=["one line", "wildcards", "agents", "one pattern"],
)
def test_bombs_cost_little_after_the_cut(text):
    started = time.thread_time()
    read_rules(200, text).verdict("https://jarida.example/" + "a" * 2_000)
    assert time.thread_time() - started < 2


def test_sitemaps_are_told():
    assert read_rules(200, b"Sitemap: https://jarida.example/s.xml\nUser-agent: *\nDisallow:").sitemaps == (
        "https://jarida.example/s.xml",
    )
