"""The stages between an answer and the archive: what a status, a refusal, a twin and a link come to."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipelines.extraction.pool import ExtractionError
from pipelines.page import Extraction, Page
from pipelines.stages import ExtractStage, Fetched, StoreStage, failure_of_status, judged, visit_of
from storage.errors import StorageError
from storage.model.article import Article, NotArticle
from storage.model.visit import Failure, Snapshot, Stored

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
URL = "https://jarida.example/news/1"


def page(url=URL, status=200):
    return Page(url=url, body=b"<p>x</p>", fetched_at=NOW, status=status)


def fetched(**given):
    return Fetched(**{"url": URL, "key": URL, "source": "jarida", "page": page(), **given})


def article(url=URL):
    return Article(url=url, source="jarida", title="خبر", text="نص", fetched_at=NOW)


def nothing(_):
    return False


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (200, None),
        (404, Failure(reason="http 404", gone=True)),
        (410, Failure(reason="http 410", gone=True)),
        (403, Failure(reason="http 403")),
        (429, Failure(reason="http 429", retry_after_s=9.0)),
        (503, Failure(reason="http 503", retry_after_s=9.0)),
        (500, Failure(reason="http 500", retry_after_s=9.0)),
        (408, Failure(reason="http 408", retry_after_s=9.0)),
        (206, Failure(reason="http 206", final=True)),
        (400, Failure(reason="http 400", final=True)),
        (451, Failure(reason="http 451", final=True)),
        (999, Failure(reason="http 999", final=True)),
        (304, Failure(reason="http 304")),
    ],
)
def test_a_status_says_whether_to_judge_to_try_again_or_to_give_up(status, failure):
    wait = None if status == 403 else 9.0
    assert failure_of_status(status, retry_after_s=wait) == failure


def test_a_page_is_judged_by_what_extraction_says():
    extraction = Extraction(outcome=article())
    assert judged(fetched(), extraction).extraction == extraction


@pytest.mark.parametrize(("reason", "counts"), [("challenge", True), ("login_wall", True), ("too_short", False)])
def test_a_barred_page_counts_only_where_a_challenge_or_login_stands_before_it(reason, counts):
    barred = fetched(page=page(status=403), failure=Failure(reason="http 403"))
    after = judged(barred, Extraction(outcome=NotArticle(url=URL, reason=reason)))
    assert (after.failure is None) is counts


def test_an_article_behind_403_is_not_believed():
    barred = fetched(page=page(status=403), failure=Failure(reason="http 403"))
    assert judged(barred, Extraction(outcome=article())).extraction is None


def test_a_page_that_broke_its_worker_is_set_aside_with_the_reason():
    visit = visit_of(judged(fetched(), ExtractionError("timeout", URL)), wanted=nothing)
    assert visit.outcome == Failure(reason="extract: timeout", final=True)


def test_a_visit_names_the_article_by_its_own_address():
    extraction = Extraction(outcome=article("https://www.jarida.example/news/1-slug?utm_source=x"))
    visit = visit_of(judged(fetched(), extraction), wanted=nothing)
    assert visit.article_key == "https://jarida.example/news/1-slug"
    assert (visit.key, visit.source) == (URL, "jarida")


def test_every_address_between_leads_to_the_page_but_none_of_another_site():
    between = fetched(
        page=page("https://jarida.example/news/1-new"),
        hops=("https://jarida.example/go/1", "https://short.example/x", URL),
    )
    visit = visit_of(judged(between, Extraction(outcome=article())), wanted=nothing)
    assert visit.aliases == ("https://jarida.example/go/1", "https://jarida.example/news/1-new")


def test_only_wanted_links_of_articles_go_into_the_frontier():
    links = (
        "https://jarida.example/news/2",
        "https://jarida.example/news/2?utm_source=x",
        "https://jarida.example/tag/1",
    )
    extraction = Extraction(outcome=article(), links=links)
    visit = visit_of(judged(fetched(), extraction), wanted=lambda url: "/news/" in url)
    assert [(link.key, link.how, link.via) for link in visit.links] == [("https://jarida.example/news/2", "page", URL)]
    listed = Extraction(outcome=NotArticle(url=URL, reason="section"), links=links)
    assert visit_of(judged(fetched(), listed), wanted=lambda _: True).links == ()


def test_the_snapshot_learns_charset_and_robots_words_of_the_page():
    snapshot = Snapshot(url=URL, fetched_at=NOW, status=200, payload_sha256="0" * 64, robots=("noarchive",))
    extraction = Extraction(outcome=article(), encoding="windows-1256 (detected)", robots=("noindex", "noarchive"))
    visit = visit_of(judged(fetched(snapshot=snapshot), extraction), wanted=nothing)
    assert visit.snapshot is not None
    assert (visit.snapshot.encoding, visit.snapshot.robots) == ("windows-1256 (detected)", ("noarchive", "noindex"))


def test_no_answer_is_stored_as_the_failure_that_it_is():
    visit = visit_of(fetched(page=None, failure=Failure(reason="timeout")), wanted=nothing)
    assert (visit.outcome, visit.snapshot) == (Failure(reason="timeout"), None)


class Spider:
    """What the stages ask of a spider."""

    def __init__(self, *, extraction=None, error=None):
        self.context = self.pool = self.archive = self.writer = self
        self.extraction, self.error = extraction, error
        self.stopped_by = None
        self.counted = []
        self.asked = []

    async def extract(self, page):
        self.asked.append(page.url)
        if isinstance(self.extraction, Exception):
            raise self.extraction
        return self.extraction

    def store(self, visit):
        if self.error:
            raise self.error
        return Stored(result="new", article_id=1)

    async def run(self, function, *arguments):
        return function(*arguments)

    def outdated(self, visit):
        return None

    def stop(self, error):
        self.stopped_by = error

    def wants(self, url):
        return False

    def settled(self, visit, stored):
        self.counted.append((visit.url, stored.result))


def test_the_extract_stage_asks_a_worker_for_pages_alone():
    spider = Spider(extraction=Extraction(outcome=article()))
    stage = ExtractStage(spider)
    for item in (
        fetched(page=None, failure=Failure(reason="timeout")),
        fetched(page=page(status=404), failure=Failure(reason="http 404", gone=True)),
        fetched(failure=Failure(reason="leads to another site", final=True)),
    ):
        assert asyncio.run(stage.process_item(item)) == item
    assert spider.asked == []
    assert asyncio.run(stage.process_item(fetched())).extraction == spider.extraction


def test_the_extract_stage_survives_a_broken_worker():
    stage = ExtractStage(Spider(extraction=ExtractionError("crashed (SIGSEGV)", URL)))
    assert asyncio.run(stage.process_item(fetched())).failure == Failure(
        reason="extract: crashed (SIGSEGV)", final=True
    )


def test_the_store_stage_counts_what_it_stored():
    spider = Spider()
    item = judged(fetched(), Extraction(outcome=article()))
    stored = Stored(result="new", article_id=1)
    assert asyncio.run(StoreStage(spider).process_item(item)) == replace(item, stored=stored)
    assert spider.counted == [(URL, "new")]


def test_an_archive_that_cannot_be_written_stops_the_crawl():
    spider = Spider(error=StorageError("disk full"))
    with pytest.raises(StorageError):
        asyncio.run(StoreStage(spider).process_item(judged(fetched(), Extraction(outcome=article()))))
    assert spider.stopped_by is spider.error
    assert spider.counted == []
