"""A crawl does not fetch far ahead of what it can store."""

import time
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.engine.run import crawl
from crawler.engine.scheduler import MOST_UNSTORED
from crawler.sources.source import parse
from storage.archive import Archive
from tests.support.loopback import Reply, Site, article

CONCURRENCY = 8
PAGES = 3 * MOST_UNSTORED


def test_pages_wait_at_the_newspaper_while_the_database_is_slow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small pages: Scrapy's own bound, 5 MB of bodies, would let in thousands of them."""
    most, stored, store = 0, 0, Archive.store

    def slow_store(archive: Archive, visit: object) -> object:
        nonlocal most, stored
        most = max(most, sum(path.startswith("/news/") for path in site.paths) - stored)
        time.sleep(0.02)
        stored += 1
        return store(archive, visit)  # type: ignore[arg-type]

    monkeypatch.setattr(Archive, "store", slow_store)
    with Site("127.0.9.7") as site:
        places = "".join(f"<url><loc>{site.base}/news/{number}</loc></url>" for number in range(PAGES))
        site.routes["/map.xml"] = Reply(f"<urlset>{places}</urlset>".encode(), headers={"Content-Type": "text/xml"})
        for number in range(PAGES):
            site.routes[f"/news/{number}"] = Reply(article(f"خبر رقم {number}"))
        toml = (
            'name_ar = "صحيفة"\nname_en = "paper"\ncountry = "JO"\ntimezone = "Asia/Amman"\n'
            f'home = "{site.base}/"\narticle_url = "/news/"\ndelay_s = 0\nconcurrency = {CONCURRENCY}\n'
            f'[[endpoint]]\nurl = "{site.base}/map.xml"\nkind = "sitemap"\n'
        )
        config = Config(archive=str(tmp_path / "archive"), allow_private=True, workers=1, patience_s=1)
        (result,) = crawl(config, [parse(toml, path="paper.toml")])
    assert result.counts.new == PAGES
    assert CONCURRENCY < most <= MOST_UNSTORED + 2 * CONCURRENCY
