"""All crawls of a process together hold a bounded number of bytes."""

import asyncio
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.engine.run import crawl
from crawler.politeness import backlog
from crawler.politeness.backlog import WAITING_BYTES, Backlog
from crawler.sources.source import parse
from tests.support.loopback import Reply, Site, article


def test_a_page_waits_while_others_fill_the_bound_and_goes_when_one_is_stored() -> None:
    held = [WAITING_BYTES + 1]

    async def run() -> list[str]:
        pages, went = Backlog(1), []

        async def page(name: str) -> None:
            await pages.begin(stopped=lambda: False)
            went.append(name)

        with pages.counting(lambda: held[0]):
            waiting = [asyncio.ensure_future(page(name)) for name in ("first", "second")]
            await asyncio.sleep(0)
            assert went == []
            assert pages.is_full
            held[0] = 0
            pages.freed()
            await asyncio.gather(*waiting)
        return went

    assert asyncio.run(run()) == ["first", "second"]


def test_a_crawl_that_ended_holds_nothing() -> None:
    async def run() -> None:
        pages = Backlog(1)
        with pages.counting(lambda: 2 * WAITING_BYTES):
            assert pages.is_full
        assert not pages.is_full

    asyncio.run(run())


def test_many_slow_hosts_do_not_keep_the_workers_idle() -> None:
    """Requested pages alone never fill the bound."""

    async def run() -> None:
        pages = Backlog(1)
        for _ in range(1_000):
            await pages.begin(stopped=lambda: False)
        assert not pages.is_full
        with pages.counting(lambda: WAITING_BYTES // 2 + 1):
            assert pages.is_full
            for _ in range(1_000):
                pages.end()
            assert not pages.is_full

    asyncio.run(run())


def test_a_waiting_page_goes_on_when_the_crawl_is_stopped() -> None:
    async def run() -> None:
        pages = Backlog(1)
        with pages.counting(lambda: 2 * WAITING_BYTES):
            await asyncio.wait_for(pages.begin(stopped=lambda: True), 5)

    asyncio.run(run())


def test_crawls_with_a_tiny_bound_end_and_every_request_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With robots.txt, a redirect and an error among the requests."""
    monkeypatch.setattr(backlog, "WAITING_BYTES", 1)
    made: list[Backlog] = []
    begin = Backlog.begin_part
    monkeypatch.setattr(Backlog, "begin_part", lambda self: (made.append(self), begin(self))[1])
    with Site("127.0.9.71") as one, Site("127.0.9.72") as two:
        for site in (one, two):
            paths = [f"/news/{number}" for number in range(6)]
            places = "".join(f"<url><loc>{site.base}{path}</loc></url>" for path in paths)
            site.routes["/map.xml"] = Reply(f"<urlset>{places}</urlset>".encode(), headers={"Content-Type": "text/xml"})
            for path in paths[:4]:
                site.routes[path] = Reply(article(f"خبر {path}"))
            site.routes[paths[4]] = Reply(b"", status=404)
            site.routes[paths[5]] = Reply(b"", status=302, headers={"Location": f"{site.base}{paths[0]}?page=2"})
        sources = [
            parse(
                'name_ar = "صحيفة"\nname_en = "paper"\ncountry = "JO"\ntimezone = "Asia/Amman"\n'
                f'home = "{site.base}/"\narticle_url = "/news/"\ndelay_s = 0\n'
                f'[[endpoint]]\nurl = "{site.base}/map.xml"\nkind = "sitemap"\n',
                path=f"{name}.toml",
            )
            for name, site in (("one", one), ("two", two))
        ]
        results = crawl(Config(archive=str(tmp_path / "archive"), allow_private=True, workers=1, patience_s=1), sources)
    assert [result.counts.new for result in results] == [4, 4]
    assert {place._requested for place in made} == {0}
