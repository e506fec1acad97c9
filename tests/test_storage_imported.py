"""What was fetched elsewhere or long ago takes its own place in time, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from test_storage_archive import ARTICLE, KEY, SNAPSHOT, URL

from pipelines.extraction.fingerprint import signature
from storage.archive import Archive
from storage.model.address import Discovered
from storage.model.article import Article, NotArticle
from storage.model.visit import Failure, Visit
from storage.operations.imports import known_addresses, known_fetch, put_import
from storage.operations.origin import Origin
from storage.search.query import Query, parse
from storage.verify import verify

FILE = Origin(file="old.warc.gz")
NOW = datetime(2026, 1, 1, 8, tzinfo=UTC)


def saying(words: str, *, days: int) -> Article:
    """An article as it stood so many days before the one of the other tests."""
    return replace(ARTICLE, text=words, fetched_at=NOW - timedelta(days=days))


def imported(archive: Archive, outcome: Any, **more: Any) -> str:
    at = getattr(outcome, "fetched_at", NOW)
    snapshot = replace(SNAPSHOT, fetched_at=at, record=None, payload_sha256=f"{abs(hash(at)) % 10**16:064d}")
    visit = Visit(url=URL, key=KEY, source="rassad", snapshot=snapshot, outcome=outcome, **more)
    return put_import(archive, visit, FILE).result


def crawled(archive: Archive, article: Article) -> str:
    snapshot = replace(SNAPSHOT, fetched_at=article.fetched_at, record=None)
    return archive.store(Visit(url=URL, key=KEY, source="rassad", snapshot=snapshot, outcome=article)).result


def texts(archive: Archive) -> list[tuple[int, str, bool]]:
    return [(one.number, one.text, one.shown) for one in archive.versions(KEY)]


def faults(archive: Archive) -> list[str]:
    return [finding.message for finding in verify(archive) if finding.severity == "error"]


def test_a_page_that_nobody_knew_is_an_article_of_its_own_day(archive: Archive) -> None:
    assert imported(archive, saying("نص قديم قبل عشر سنوات.", days=3650)) == "new"
    stored = archive.get(KEY)
    assert stored.first_seen_at == stored.article.fetched_at == NOW - timedelta(days=3650)
    assert (stored.version, stored.versions, stored.changed_at) == (1, 1, None)
    assert archive.count(parse("سنوات")) == 1
    assert archive.frontier.counts() == {"done": 1}
    assert archive.frontier.claim(source="rassad", owner="a", limit=5) == []
    assert faults(archive) == []


def test_an_earlier_text_becomes_an_earlier_version_and_edits_nothing(archive: Archive, clock: Any) -> None:
    clock.now = NOW
    crawled(archive, saying("نص اليوم.", days=0))
    assert imported(archive, saying("نص العام الماضي.", days=365)) == "added"
    assert imported(archive, saying("نص ما قبل العام الماضي.", days=730)) == "added"
    assert imported(archive, saying("نص نصف العام.", days=180)) == "added"
    assert texts(archive) == [
        (1, "نص ما قبل العام الماضي.", False),
        (2, "نص العام الماضي.", False),
        (3, "نص نصف العام.", False),
        (4, "نص اليوم.", True),
    ]
    stored = archive.get(KEY)
    assert (stored.article.text, stored.article.fetched_at) == ("نص اليوم.", NOW)
    assert stored.first_seen_at == NOW - timedelta(days=730)
    assert stored.changed_at == NOW
    assert [(edit.old.number, edit.new.number) for edit in archive.changes()] == [(3, 4), (2, 3), (1, 2)]
    assert archive.count(parse("اليوم")) == 1
    assert faults(archive) == []


def test_a_later_page_is_what_the_article_says_now(archive: Archive) -> None:
    imported(archive, saying("نص أول.", days=20))
    assert imported(archive, saying("نص ثان.", days=10)) == "added"
    assert texts(archive) == [(1, "نص أول.", False), (2, "نص ثان.", True)]
    stored = archive.get(KEY)
    assert stored.changed_at == stored.article.fetched_at == NOW - timedelta(days=10)


def test_importing_again_adds_nothing_whatever_was_stored_since(archive: Archive) -> None:
    old = [saying("نص أول.", days=20), saying("نص ثان.", days=10)]
    for one in old:
        imported(archive, one)
    crawled(archive, saying("نص ثالث.", days=0))
    before = (list(archive.find(Query())), archive.versions(KEY), archive.frontier.counts())
    assert [imported(archive, one) for one in old] == ["same", "same"]
    assert (list(archive.find(Query())), archive.versions(KEY), archive.frontier.counts()) == before


def test_a_better_reading_of_an_imported_page_is_not_undone_by_importing_it_again(archive: Archive) -> None:
    first = saying("نص.\nاقرأ أيضا في نشرة الرصد", days=20)
    imported(archive, first)
    archive.revise(archive.get(KEY).id, replace(first, text="نص.", section="ثقافة", rules_version="2"))
    assert imported(archive, first) == "same"
    stored = archive.get(KEY)
    assert (stored.article.text, stored.article.section) == ("نص.", "ثقافة")


def test_another_reading_of_the_same_fetch_is_no_edit_of_the_newspaper(archive: Archive) -> None:
    imported(archive, saying("نص كما قرأناه.", days=20))
    assert imported(archive, saying("نص كما قرأه غيرنا.", days=20)) == "added"
    assert archive.get(KEY).article.text == "نص كما قرأناه."
    assert list(archive.changes()) == []
    assert faults(archive) == []


def test_a_row_without_a_time_never_takes_the_place_of_what_is_known(archive: Archive) -> None:
    imported(archive, saying("نص.", days=20))
    for text, result in (("نص.", "same"), ("نص آخر.", "undated")):
        visit = Visit(url=URL, key=KEY, outcome=replace(ARTICLE, text=text))
        assert put_import(archive, visit, FILE, dated=False).result == result
    assert [text for _, text, _ in texts(archive)] == ["نص."]


def test_a_redirect_or_404_is_kept_where_the_address_is_known_and_withdraws_nothing(archive: Archive) -> None:
    gone = replace(SNAPSHOT, status=404, fetched_at=NOW - timedelta(days=5), record=None)
    visit = Visit(url=URL, key=KEY, snapshot=gone, outcome=Failure(reason="http 404", final=True))
    assert put_import(archive, visit, FILE).result == "unknown"
    assert archive.frontier.counts() == {}
    crawled(archive, saying("نص.", days=0))
    assert put_import(archive, visit, FILE).result == "fetch"
    assert archive.get(KEY).withdrawn_at is None
    assert archive.frontier.counts() == {"done": 1}
    assert known_fetch(archive, KEY, at=gone.fetched_at, sha256=gone.payload_sha256) == gone


def test_what_waits_to_be_fetched_need_not_be_if_its_page_comes(archive: Archive) -> None:
    archive.frontier.add([Discovered(url=URL, key=KEY, source="rassad", how="sitemap")])
    assert known_addresses(archive, [KEY, "rassad.example/2"]) == {KEY}
    imported(archive, NotArticle(url=URL, reason="section"))
    assert archive.frontier.counts() == {"pending": 1}, "today it may be an article"
    imported(archive, saying("نص.", days=20))
    assert archive.frontier.counts() == {"done": 1}


def test_copies_are_found_among_what_is_imported(archive: Archive) -> None:
    words = " ".join(f"كلمة{number} معنى{number * 7}" for number in range(60))
    article = saying(words, days=20)
    imported(archive, article, signature=signature(words))
    other = Visit(
        url="https://other.example/9",
        key="other.example/9",
        outcome=replace(article, url="https://other.example/9", source=None),
        signature=signature(words),
    )
    put_import(archive, other, FILE)
    assert archive.get("other.example/9").story == archive.get(KEY).id


def test_who_took_an_article_down_is_carried_over(archive: Archive) -> None:
    gone = Origin(file="a.jsonl", withdrawn_at=NOW, withdrawn_how="http 410")
    put_import(archive, Visit(url=URL, key=KEY, source="rassad", outcome=saying("نص.", days=20)), gone)
    stored = archive.get(KEY)
    assert (stored.withdrawn_at, stored.withdrawn_how) == (NOW, "http 410")
    assert faults(archive) == []
