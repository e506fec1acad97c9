"""Opt-outs: what pages, headers and robots.txt ask of robots, as words."""

import pytest

from crawler.config import PRODUCT
from pipelines.html.parsed_page import parse_page
from pipelines.html.robots_directives import (
    MAX_CHARS,
    MAX_WORDS,
    US,
    head_declines_copies,
    of_ours,
    words_of_headers,
    words_of_page,
    words_of_robots_txt,
)
from storage.model.opt_outs import declines_copies, declines_mining


def test_we_are_named_as_robots_txt_names_us() -> None:
    assert PRODUCT.lower() == US


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ([("X-Robots-Tag", "noarchive")], ["noarchive"]),
        ([("x-robots-tag", "NoIndex, NOARCHIVE , max-snippet: -1")], ["noindex", "noarchive", "max-snippet:-1"]),
        ([("X-Robots-Tag", "noindex nofollow")], ["noindex", "nofollow"]),
        ([("X-Robots-Tag", "googlebot: noindex, nofollow")], ["googlebot:noindex", "googlebot:nofollow"]),
        ([("X-Robots-Tag", "googlebot: noindex"), ("X-Robots-Tag", "noai")], ["googlebot:noindex", "noai"]),
        ([("X-Robots-Tag", "warraq: noarchive")], ["noarchive"]),
        ([("X-Robots-Tag", "*: noarchive")], ["noarchive"]),
        (
            [("X-Robots-Tag", "unavailable_after: 25 Jun 2026 15:00:00 PST, noarchive")],
            ["unavailable_after:25jun202615:00:00pst", "noarchive"],
        ),
        ([("TDM-Reservation", "1"), ("tdm-policy", "https://a.example/P.json")], [
            "tdm-reservation:1", "tdm-policy:https://a.example/P.json",
        ]),
        ([("tdm-reservation", "0")], ["tdm-reservation:0"]),
        ([("Content-Signal", "search=yes, ai-train=no")], ["content-signal:search=yes", "content-signal:ai-train=no"]),
        ([("Content-Usage", "train-ai=n")], ["content-usage:train-ai=n"]),
        ([("X-Robots-Tag", ""), ("X-Robots-Tag", " , :, ,"), ("Content-Signal", "no")], []),
        ([("Robots", "noarchive"), ("Server", "noai")], []),
    ],
)  # fmt: skip
def test_headers_give_words(headers: list[tuple[str, str]], words: list[str]) -> None:
    assert [word for word in words_of_headers(headers) if word != ":"] == words


@pytest.mark.parametrize(
    ("metas", "words"),
    [
        ('<meta name="robots" content="noarchive">', ["noarchive"]),
        ('<meta name="ROBOTS" content="NOINDEX,NoArchive">', ["noindex", "noarchive"]),
        ('<meta name="robots" content="max-image-preview:large, index">', ["max-image-preview:large", "index"]),
        ('<meta name="warraq" content="noai noimageai">', ["noai", "noimageai"]),
        ('<meta name="googlebot" content="noarchive">', ["googlebot:noarchive"]),
        ('<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="https://a.example/tdm">', [
            "tdm-reservation:1", "tdm-policy:https://a.example/tdm",
        ]),
        ('<meta name="description" content="noarchive"><meta name="robots">', []),
        ('<meta name="robots" content="noarchive"><meta name="robots" content="noarchive">', ["noarchive"]),
    ],
)  # fmt: skip
def test_metas_give_words(metas: str, words: list[str]) -> None:
    page = parse_page(f"<html><head>{metas}</head><body><p>x</p></body></html>")
    assert list(words_of_page(page.meta_tags)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("User-agent: *\nDisallow: /a\n", []),
        ("User-Agent: *\nContent-Signal: search=yes,ai-train=no\nAllow: /", [
            "robots.txt/content-signal:search=yes", "robots.txt/content-signal:ai-train=no",
        ]),
        ("Content-Usage: train-ai=n\nUser-agent: x\nDisallow: /", ["robots.txt/content-usage:train-ai=n"]),
        ("User-agent: *\nContent-Usage: /photos/ train-ai=n", ["robots.txt/content-usage:train-ai=n"]),
        ("User-agent: *\nDisallowAITraining: /\n", ["robots.txt/disallowaitraining:/"]),
        ("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n", ["robots.txt/group:ccbot", "robots.txt/group:gptbot"]),
        ("User-agent: GPTBot\nDisallow:\n", []),
        ("User-agent: GPTBot\nContent-Signal: ai-train=no\n", []),
        ("User-agent: *\nContent-Signal: ai-train=no\n\nUser-agent: Warraq\nAllow: /\n", []),
        ("User-agent: *\nAllow: /\n\nUser-agent: warraq\nContent-Signal: ai-train=no # why\n", [
            "robots.txt/content-signal:ai-train=no",
        ]),
        ("<html>Content-Signal: ai-train=no</html>", []),
    ],
)  # fmt: skip
def test_robots_txt_gives_words(text: str, words: list[str]) -> None:
    assert sorted(words_of_robots_txt(text)) == sorted(words)
    assert of_ours(words) == tuple(word for word in words if "group" not in word)


@pytest.mark.parametrize(
    ("words", "copies", "mining"),
    [
        (["noarchive"], True, False),
        (["nocache"], True, False),
        (["googlebot:noarchive", "bingbot:nocache"], False, False),
        (["noindex", "none", "nosnippet"], False, False),
        (["noai"], False, True),
        (["tdm-reservation:1"], False, True),
        (["tdm-reservation:0", "content-signal:ai-train=yes"], False, False),
        (["content-signal:ai-train=no"], False, True),
        (["robots.txt/content-signal:ai-train=no"], False, True),
        (["robots.txt/content-usage:train-ai=n"], False, True),
        (["robots.txt/disallowaitraining:/"], False, True),
        (["robots.txt/disallowaitraining:/photos"], False, False),
        (["robots.txt/group:gptbot"], False, False),
    ],
)
def test_what_words_decline(words: list[str], copies: bool, mining: bool) -> None:
    assert (declines_copies(words), declines_mining(words)) == (copies, mining)


@pytest.mark.parametrize(
    ("body", "declines"),
    [
        (b"<meta name=robots content=noarchive>", True),
        (b"<META content='index,NOARCHIVE' NAME = 'Robots' />", True),
        (b'<meta name="warraq" content="nocache">', True),
        (b'<meta name="googlebot" content="noarchive">', False),
        (b'<!-- <meta name="robots" content="noarchive"> -->', False),
        (b'<meta name="robots" content="index"><p>noarchive</p>', False),
        (b'<meta name="robots" content="xnoarchive">', False),
        (b"<meta " * 60_000, False),
    ],
)
def test_the_head_of_a_page_tells_before_it_is_judged(body: bytes, declines: bool) -> None:
    assert head_declines_copies(b"<!doctype html><head>" + body) is declines


def test_words_are_bounded() -> None:
    words = words_of_headers([("X-Robots-Tag", ",".join(f"w{number}{'x' * 2_000}" for number in range(200)))])
    assert (len(words), max(map(len, words))) == (MAX_WORDS, MAX_CHARS)
