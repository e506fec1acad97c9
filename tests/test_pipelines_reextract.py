"""A page that was kept is the page that was fetched."""

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.sources.source import Endpoint, Layout, Source
from pipelines.page import Page
from pipelines.reextraction.archived_page import PageLostError, reextract_page
from storage.model.article import FeedHint
from storage.model.visit import Snapshot
from storage.warc import WarcError, WarcStore

URL = "https://rassad.example/2024/01/05/jisr"
FETCHED = datetime(2024, 1, 5, 9, 7, 30, 123456, tzinfo=UTC)
BODY = "<html><body><p>أعلنت بلدية المنارة بدء توسعة الجسر.</p></body></html>".encode("cp1256")
SOURCE = Source(
    key="rassad",
    name_ar="الرصد",
    name_en="Rassad",
    country="MA",
    timezone="Africa/Casablanca",
    home="https://rassad.example/",
    article_url=r"/\d{4}/",
    endpoint=(Endpoint(url="https://rassad.example/feed"),),
    layout=(Layout(title="h1.headline"),),
)
HINT = FeedHint(title="توسعة الجسر", published="2024-01-05T09:00:00+01:00")


def kept(warc: WarcStore, body: bytes, *headers: tuple[str, str]) -> Snapshot:
    record = warc.write_response(
        url=URL, status=200, reason="OK", headers=headers, body=body, fetched_at=FETCHED, ip="192.0.2.1"
    )
    return Snapshot(
        url=URL, fetched_at=FETCHED, status=200, payload_sha256=record.payload_sha256, record=record.location
    )


@pytest.fixture
def warc(tmp_path: Path) -> Iterator[WarcStore]:
    store = WarcStore(tmp_path / "warc")
    yield store
    store.close()


def test_a_page_is_read_again_with_all_that_the_crawl_knew_of_it(warc: WarcStore) -> None:
    coding = ("Content-Encoding", "deflate, gzip")
    snapshot = kept(
        warc, gzip.compress(zlib.compress(BODY)), ("Content-Type", "text/html"), coding, ("Via", "a"), ("via", "b")
    )

    page = reextract_page(warc, snapshot, source=SOURCE, hint=HINT, boilerplate=frozenset({"اقرأ أيضا"}))

    assert page == Page(
        url=URL,
        body=BODY,
        fetched_at=FETCHED,
        headers={"content-type": "text/html", "via": "a, b"},
        status=200,
        source="rassad",
        timezone="Africa/Casablanca",
        hint=HINT,
        selectors={"title": "h1.headline"},
        article_url=r"/\d{4}/",
        boilerplate=frozenset({"اقرأ أيضا"}),
    )


def test_a_page_given_by_hand_is_judged_like_one_that_a_server_sent(warc: WarcStore) -> None:
    record = warc.write_resource(url=URL, body=BODY, media_type="text/html", fetched_at=FETCHED)
    snapshot = Snapshot(
        url=URL, fetched_at=FETCHED, status=0, payload_sha256=record.payload_sha256, record=record.location
    )
    page = reextract_page(warc, snapshot)
    assert (page.body, page.status, page.source, page.timezone) == (BODY, 200, None, None)


def test_what_cannot_be_read_again_says_why(warc: WarcStore) -> None:
    none = Snapshot(url=URL, fetched_at=FETCHED, status=200, payload_sha256="0" * 64)
    with pytest.raises(PageLostError, match="no page kept"):
        reextract_page(warc, none)
    cut = kept(warc, gzip.compress(BODY)[:-9], ("Content-Encoding", "gzip"))
    with pytest.raises(PageLostError, match="truncated"):
        reextract_page(warc, cut)
    whole = kept(warc, BODY)
    warc.close()
    for file in list(warc.files()):
        file.unlink()
    with pytest.raises(WarcError):
        reextract_page(warc, whole)
