"""Pages with noarchive and machine-learning directives: always recorded, obeyed according to the setting."""

import gzip

import pytest

from crawler.config import Config, load
from crawler.engine.run import crawl
from crawler.sources.source import Endpoint, Source
from storage.archive import Archive
from storage.errors import ConfigError
from tests.support.loopback import Reply, Site, article

META = b"<meta charset='utf-8'><meta name='robots' content='noarchive'>"


def page(title: str, *, meta: bytes = b"") -> bytes:
    return article(title).replace(b"<meta charset='utf-8'>", meta or b"<meta charset='utf-8'>")


@pytest.fixture
def site():
    with Site() as running:
        running.routes["/robots.txt"] = Reply(
            b"User-agent: *\nContent-Signal: ai-train=no\n\nUser-agent: GPTBot\nDisallow: /\n",
            headers={"Content-Type": "text/plain", "X-Robots-Tag": "noarchive"},
        )
        items = "".join(f"<item><title>t</title><link>{running.base}/news/{n}</link></item>" for n in (1, 2, 3, 4))
        running.routes["/feed"] = Reply(
            f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), headers={"Content-Type": "text/xml"}
        )
        running.routes["/news/1"] = Reply(page("الأول"))
        running.routes["/news/2"] = Reply(
            page("الثاني"), headers={"X-Robots-Tag": "noarchive, noai", "TDM-Reservation": "1"}
        )
        running.routes["/news/3"] = Reply(page("الثالث", meta=META))
        running.routes["/news/4"] = Reply(
            gzip.compress(page("الرابع", meta=META)), headers={"Content-Encoding": "gzip"}
        )
        yield running


def crawled(site: Site, tmp_path, setting: str, *, of_source: str | None = None):
    """(archive, results) of a crawl with this setting."""
    source = Source(
        key="jarida", name_ar="الجريدة", name_en="Al Jarida", country="MA", timezone="Africa/Casablanca",
        home=f"{site.base}/", article_url="/news/", delay_s=0.0, noarchive=of_source,
        endpoint=(Endpoint(url=f"{site.base}/feed", kind="feed"),),
    )  # fmt: skip
    config = Config(
        archive=str(tmp_path / "archive"), allow_private=True, delay_s=0.0, workers=1, patience_s=0, noarchive=setting
    )
    (result,) = crawl(config, [source])
    return Archive.open(config.archive), dict(result.counts.results)


def in_warc(archive: Archive, word: str) -> bool:
    """Whether a word stands in any record, unpacked."""
    found = False
    for path in archive.warc.files():
        blob = gzip.decompress(path.read_bytes())
        found |= word.encode() in blob or any(
            word.encode() in gzip.decompress(blob[at:].split(b"\r\n\r\nWARC/")[0].rstrip(b"\r\n") or b"")
            for at in _members(blob)
        )
    return found


def _members(blob: bytes) -> list[int]:
    return [at for at in range(len(blob)) if blob.startswith(b"\x1f\x8b\x08", at)]


def test_what_is_asked_is_recorded_and_kept_by_default(site: Site, tmp_path) -> None:
    archive, results = crawled(site, tmp_path, "keep")
    with archive:
        assert results == {"new": 4}
        robots = {number: archive.get(f"{site.base}/news/{number}").snapshot.robots for number in (1, 2, 3, 4)}
        signal = "robots.txt/content-signal:ai-train=no"
        assert robots == {
            1: (signal,),
            2: ("noarchive", "noai", "tdm-reservation:1", signal),
            3: (signal, "noarchive"),
            4: (signal, "noarchive"),
        }
        assert all(in_warc(archive, word) for word in ("الأول", "الثاني", "الثالث", "الرابع"))
        (seen,) = archive.hosts.robots_history(site.host)
        assert "GPTBot" in seen.body


def test_text_keeps_the_article_and_not_the_page(site: Site, tmp_path) -> None:
    archive, results = crawled(site, tmp_path, "text")
    with archive:
        assert results == {"new": 4}
        assert in_warc(archive, "الأول")
        assert not any(in_warc(archive, word) for word in ("الثاني", "الثالث", "الرابع"))
        stored = archive.get(f"{site.base}/news/4")
        assert stored.article.title == "الرابع"
        assert stored.snapshot.record is None
        assert len(stored.snapshot.payload_sha256) == 64
        assert in_warc(archive, "Content-Signal"), "robots.txt is the evidence that we were allowed"


def test_skip_keeps_neither_and_says_why(site: Site, tmp_path) -> None:
    archive, results = crawled(site, tmp_path, "keep", of_source="skip")
    with archive:
        assert results == {"new": 1, "not_article": 3}
        assert not any(in_warc(archive, word) for word in ("الثاني", "الثالث", "الرابع"))
        assert {(line.state, line.reason, line.number) for line in archive.ledger()} == {
            ("done", None, 1),
            ("not_article", "noarchive", 3),
        }


def test_a_source_may_keep_what_others_skip(site: Site, tmp_path) -> None:
    archive, results = crawled(site, tmp_path, "skip", of_source="keep")
    with archive:
        assert results == {"new": 4}


def test_the_setting_is_checked() -> None:
    assert load(environ={"WARRAQ_NOARCHIVE": "text"}).noarchive == "text"
    with pytest.raises(ConfigError, match="WARRAQ_NOARCHIVE = 'no': write keep, text or skip"):
        load(environ={"WARRAQ_NOARCHIVE": "no"})
