"""Servers that mislead, flood, stall or break the protocol: each costs one page at most, and nothing else."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_crawler_record import self_signed

import crawler.middlewares.robots
from crawler.config import Config
from crawler.counts import CrawlCounts
from crawler.engine import reactor
from crawler.engine.run import capture, crawl
from crawler.fetching.resolver import GuardedResolver
from crawler.politeness.robots_rules import Rules, read_rules
from crawler.sources.source import Endpoint
from pipelines.extraction.pool import Pool
from storage.archive import Archive
from tests.support.loopback import Reply, Site, article, source

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
BODY = article()


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as running:
        yield running


@pytest.fixture(autouse=True)
def _lent_workers(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lent:
        extract, run = pool.extract, pool.run

        def close(self) -> None: ...

    monkeypatch.setattr("crawler.context.Pool", lambda workers: Lent())


@pytest.fixture
def site() -> Iterator[Site]:
    with Site("127.0.0.2") as running:
        running.routes["/robots.txt"] = Reply(b"", headers={"Content-Type": "text/plain"})
        running.routes["/news/after"] = Reply(article("الخبر الذي يليه"))
        yield running


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(archive=str(tmp_path / "archive"), allow_private=True, timeout_s=2, patience_s=4, delay_s=0.0)


def feed(site: Site, *paths: str) -> Reply:
    items = "".join(f"<item><title>t</title><link>{site.base}{path}</link></item>" for path in paths)
    return Reply(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), headers={"Content-Type": "text/xml"})


def raw(*pieces: bytes) -> Callable[[Any], None]:
    def answer(handler: Any) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()

    return answer


def forever_100(handler: Any) -> None:
    for _ in range(200):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        handler.wfile.flush()
        time.sleep(0.02)


def crawled(config: Config, site: Site, *paths: str, **given: Any) -> CrawlCounts:
    site.routes["/feed"] = feed(site, *paths)
    (result,) = crawl(config, [source(site, **given)])
    assert result.counts.closes
    return result.counts


LENGTH = str(len(BODY)).encode()


@pytest.mark.fault("A10")
@pytest.mark.parametrize(
    "answer",
    {
        "two lengths": raw(HEAD + b"Content-Length: 5\r\nContent-Length: " + LENGTH + b"\r\n\r\n", BODY),
        "negative length": raw(HEAD + b"Content-Length: -1\r\n\r\n", BODY),
        "length that is no number": raw(HEAD + b"Content-Length: NaN\r\n\r\n", BODY),
        "length beyond all": raw(HEAD + b"Content-Length: 99999999999999999999\r\n\r\n", BODY),
        "a chunk without a size": raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", BODY),
        "a chunk beyond all": raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 17 + b"\r\n", BODY),
        "length and chunks": raw(HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", BODY),
        "100 for ever": forever_100,
        "a line break in Location": raw(
            b"HTTP/1.1 302 Found\r\nLocation: /x\r\n Set-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
        ),
        "no HTTP": raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
        "a head of ten thousand lines": raw(HEAD + b"X-Y: z\r\n" * 10_000 + b"\r\n", BODY),
    }.items(),
    ids=lambda pair: pair[0],
)
def test_an_answer_against_the_protocol_costs_its_own_page_at_most(
    site: Site, config: Config, answer: tuple[str, Callable[[Any], None]]
) -> None:
    site.routes["/news/1"] = answer[1]
    counts = crawled(config, site, "/news/1", "/news/after")
    with Archive.open(config.archive) as archive:
        assert archive.get(f"{site.base}/news/after").article.title == "الخبر الذي يليه"
    assert counts.results["new"] >= 1


@pytest.mark.fault("A09")
@pytest.mark.parametrize("shape", ["to itself", "to and fro", "growing"])
def test_a_circle_of_redirects_ends(site: Site, config: Config, shape: str) -> None:
    def growing(handler: Any) -> None:
        handler.send_response(302)
        handler.send_header("Location", handler.path + "x")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    routes: dict[str, dict[str, Reply | Callable[[Any], None]]] = {
        "to itself": {"/news/1": Reply(status=302, headers={"Location": "/news/1"})},
        "to and fro": {
            "/news/1": Reply(status=302, headers={"Location": "/news/2"}),
            "/news/2": Reply(status=302, headers={"Location": "/news/1"}),
        },
        "growing": {"/news/1" + "x" * number: growing for number in range(40)},
    }
    site.routes |= routes[shape]
    counts = capture(config, [f"{site.base}/news/1"], {}).counts
    assert [reason for _, reason in counts.reasons] == ["too many redirects"]
    assert len(site.paths) <= 13


@pytest.mark.fault("A03")
def test_a_meta_refresh_is_not_followed(site: Site, config: Config) -> None:
    with Site("127.0.0.3") as inner:
        refresh = f"<meta http-equiv='refresh' content='0; url={inner.base}/internal'>".encode()
        site.routes["/news/1"] = Reply(BODY.replace(b"<title>", refresh + b"<title>"))
        crawled(config, site, "/news/1")
    assert inner.seen == []


@pytest.mark.fault("A07")
def test_a_proxy_of_the_environment_is_not_used(site: Site, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    with Site("127.0.0.3") as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.base)
        assert crawled(config, site, "/news/after").results["new"] == 1
    assert proxy.seen == []


@pytest.mark.fault("F38")
def test_eight_answers_that_hang_do_not_slow_a_healthy_host(site: Site, config: Config) -> None:
    with Site("127.0.0.3") as healthy:
        hanging = [f"/news/{number}" for number in range(8)]
        site.routes |= {path: Reply(BODY, wait=60) for path in hanging}
        site.routes["/feed"] = feed(site, *hanging)
        paths = [f"/news/{number}" for number in range(10)]
        healthy.routes |= {path: Reply(article(f"خبر {path}")) for path in paths}
        healthy.routes["/feed"] = feed(healthy, *paths)
        begun = time.monotonic()
        crawl(config, [source(site, concurrency=8), source(healthy, key="healthy")])
        took = max(one.at for one in healthy.seen) - begun
    with Archive.open(config.archive) as archive:
        assert archive.stats().articles == 10
    assert took < 10, "the pages of the healthy host wait for no deadline of another"


@pytest.mark.fault("F50")
def test_a_robots_txt_that_begins_to_forbid_is_obeyed_within_its_time(
    site: Site, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*given: Any, **more: Any) -> Rules:
        return replace(read_rules(*given, **more), fresh_s=0.5)

    monkeypatch.setattr(crawler.middlewares.robots, "read_rules", short)
    paths = [f"/news/{number}" for number in range(12)]
    site.routes |= {path: Reply(article(f"خبر {path}")) for path in paths}

    def forbid(handler: Any) -> None:
        body = b"" if len(site.at("/robots.txt")) == 1 else b"User-agent: *\nDisallow: /news/"
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(body))
        handler.wfile.write(body)

    site.routes["/robots.txt"] = forbid
    crawled(replace(config, delay_s=0.2), site, *paths)
    changed = site.at("/robots.txt")[1]
    assert any(path.startswith("/news/") for path in site.paths)
    assert [one.path for one in site.seen if one.at > changed + 0.3 and one.path.startswith("/news/")] == []


class Receiver:
    """What a connection would learn of a name."""

    def __init__(self) -> None:
        import asyncio

        self.addresses: list[str] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def resolutionBegan(self, resolution: object) -> None: ...

    def addressResolved(self, address: Any) -> None:
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:
        self.done.set_result(None)


async def dialled(resolver: GuardedResolver) -> list[str]:
    receiver = Receiver()
    resolver.resolveHostName(receiver, "paper.example")
    await receiver.done
    return receiver.addresses


@pytest.mark.fault("A05", "F51")
def test_every_connection_asks_anew_and_an_address_that_turned_private_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: list[str | None] = [None, "93.184.216.34", "93.184.216.35", "127.0.0.1", "169.254.169.254"]

    def look_up(*_: object, **__: object) -> list[Any]:
        if (address := answers.pop(0)) is None:
            raise socket.gaierror(socket.EAI_AGAIN, "try again")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    resolver = GuardedResolver(reactor.start(), allow_private=False)
    monkeypatch.setattr(resolver._inner, "_getaddrinfo", look_up)
    found = [reactor.run(dialled(resolver)) for _ in range(5)]
    assert found == [[], ["93.184.216.34"], ["93.184.216.35"], [], []]


@pytest.mark.fault("F51")
def test_a_name_that_could_not_be_looked_up_is_tried_again(
    site: Site, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing, real = [True], socket.getaddrinfo

    def look_up(host: str, *given: Any, **more: Any) -> Any:
        if host != "paper.example":
            return real(host, *given, **more)
        if failing[0]:
            raise socket.gaierror(socket.EAI_AGAIN, "try again")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (site.host, given[0]))]

    init = GuardedResolver.__init__

    def with_our_look_up(self: GuardedResolver, *given: Any, **more: Any) -> None:
        init(self, *given, **more)
        self._inner._getaddrinfo = look_up

    monkeypatch.setattr(GuardedResolver, "__init__", with_our_look_up)
    url = f"http://paper.example:{site.port}/news/after"
    first = capture(config, [url], {}).counts
    assert [reason for _, reason in first.reasons] == ["robots.txt unreachable: no such host"]
    failing[0] = False
    second = capture(config, [url], {}).counts
    assert second.results["new"] == 1, second.reasons


@pytest.mark.fault("A49")
def test_a_certificate_that_nobody_vouches_for_is_refused(config: Config, tmp_path: Path) -> None:
    with Site() as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self_signed(tmp_path)[0])
        server._server.socket = context.wrap_socket(
            server._server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.routes["/news/1"] = Reply(BODY)
        counts = capture(config, [f"https://127.0.0.1:{server.port}/news/1"], {}, obey_robots=False).counts
        assert server.seen == []
    ((_, reason),) = counts.reasons
    assert "certificate" in reason


@pytest.mark.fault("A45")
def test_pages_of_a_trap_are_no_articles_and_lead_nowhere(site: Site, config: Config) -> None:
    """A calendar of endless days, and paths that repeat: they match the pattern, and only articles are followed."""
    trap = b"<html><body><h1>\xd8\xaa\xd9\x82\xd9\x88\xd9\x8a\xd9\x85</h1><a href='%s'>x</a></body></html>"

    def endless(handler: Any) -> None:
        body = trap % (handler.path + "/next").encode()
        handler.wfile.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    start = [f"/news/calendar/{number}" for number in range(3)]
    long = "/news/" + "x" * 4_000
    site.routes |= dict.fromkeys([*start, *(path + "/next" for path in start)], endless)
    page = BODY.replace(b"</article>", b"".join(b"<a href='%s'>x</a>" % p.encode() for p in start) + b"</article>")
    site.routes["/news/1"] = Reply(page)
    counts = crawled(config, site, "/news/1", long, follow=True)
    assert counts.results["new"] == 1
    assert {path for path in site.paths if "calendar" in path} == set(start)
    assert long not in site.paths


@pytest.mark.fault("A45")
def test_a_section_of_endless_pages_ends_where_the_source_says(site: Site, config: Config) -> None:
    def page(handler: Any) -> None:
        number = int(handler.path.partition("=")[2] or 1)
        body = f"<a href='/news/{number}'>خبر</a><a rel='next' href='/s?page={number + 1}'>التالي</a>".encode()
        handler.wfile.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    site.routes |= dict.fromkeys(["/s", *(f"/s?page={number}" for number in range(2, 50))], page)
    endpoint = Endpoint(url=f"{site.base}/s", kind="section", pages=4)
    (result,) = crawl(config, [source(site, endpoint=(endpoint,))], limit=0)
    assert (result.counts.polls, result.counts.discovered) == (4, 4)
