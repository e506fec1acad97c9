"""Versions, stories and edits as the archive tells them, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conftest import Clock, put_source

from pipelines.extraction.fingerprint import signature
from storage.archive import Archive
from storage.errors import NotFoundError
from storage.model.article import Article, Credit, Published, Removed
from storage.model.visit import Snapshot, Visit
from storage.warc import WarcLocation

WHEN = datetime(2026, 1, 1, 8, tzinfo=UTC)
TITLE = "مقتل 5 أشخاص في انفجار"
TEXT = "قتل 5 أشخاص أمس في انفجار وسط المدينة القديمة.\nوقالت الشرطة إن التحقيق مستمر في أسباب الحادث."


def store(archive: Archive, number: int, title: str = TITLE, text: str = TEXT, *, source: str = "rassad") -> None:
    url = f"https://{source}.example/{number}"
    outcome = Article(url=url, source=source, title=title, text=text, language="ar", fetched_at=WHEN)
    archive.store(Visit(url=url, key=url.removeprefix("https://"), source=source, outcome=outcome))


def test_versions_come_oldest_first_with_their_evidence(archive: Archive, clock: Clock) -> None:
    url = "https://rassad.example/1"
    first = Article(
        url=url, title=TITLE, text=TEXT, fetched_at=WHEN, removed=(Removed(rule="share", text="شارك", after_line=1),)
    )
    snapshot = Snapshot(
        url=url,
        fetched_at=WHEN,
        status=200,
        media_type="text/html",
        payload_sha256="0" * 64,
        record=WarcLocation(file="a.warc.gz", offset=3, length=9),
    )
    visit = Visit(url=url, key="rassad.example/1", source="rassad", outcome=first, snapshot=snapshot)
    archive.store(visit)
    clock.forward(60)
    edited = replace(snapshot, payload_sha256="1" * 64)
    archive.store(replace(visit, outcome=replace(first, title="عنوان آخر للخبر"), snapshot=edited))
    clock.forward(60)
    archive.store(visit)
    one, two = archive.versions(url)
    assert (one.number, one.title, one.text, one.removed) == (1, TITLE, TEXT, first.removed)
    assert (one.cause, one.shown, two.number, two.cause, two.shown) == ("page", True, 2, "page", False)
    assert (one.snapshot, one.first_seen_at) == (snapshot, clock.now - timedelta(seconds=120))
    assert one.last_seen_at == clock.now
    assert two.last_seen_at == two.first_seen_at == clock.now - timedelta(seconds=60)
    assert [version.text_hash for version in archive.versions(1)] == [one.text_hash, two.text_hash]


@pytest.mark.parametrize("ref", [7, "https://nowhere.example/", "9" * 30])
def test_an_article_that_is_not_there_has_neither_versions_nor_story(archive: Archive, ref: int | str) -> None:
    with pytest.raises(NotFoundError, match="no article"):
        archive.versions(ref)
    with pytest.raises(NotFoundError, match="no article"):
        archive.story(ref)


def test_edits_come_newest_first_with_their_kinds(archive: Archive, clock: Clock) -> None:
    store(archive, 1)
    store(archive, 2)
    seen = clock.now
    clock.forward(60)
    store(archive, 2, text=TEXT.replace("5", "7"))
    clock.forward(60)
    store(archive, 1, title="انفجار وسط المدينة القديمة")
    newest, oldest = archive.changes()
    assert (newest.article_id, newest.kinds, newest.source, newest.key) == (
        1,
        ("headline",),
        "rassad",
        "rassad.example/1",
    )
    assert (oldest.article_id, oldest.kinds) == (2, ("number",))
    assert [(change.old, change.new) for change in oldest.changes] == [("5", "7")]
    assert (oldest.old.number, oldest.old.text, oldest.new.number) == (1, TEXT, 2)
    assert (oldest.after, oldest.at) == (seen, seen + timedelta(seconds=60))


def test_edits_are_chosen_by_time_kind_source_and_number(archive: Archive, clock: Clock) -> None:
    put_source(archive, "nahar")
    store(archive, 1)
    store(archive, 2, source="nahar")
    clock.forward(60)
    store(archive, 1, text=TEXT.replace("5", "7"))
    first = clock.now
    clock.forward(60)
    store(archive, 2, title="انفجار وسط المدينة القديمة", source="nahar")

    def ids(**wanted: object) -> list[int]:
        return [edit.article_id for edit in archive.changes(**wanted)]  # type: ignore[arg-type]  # a test's own table

    assert ids() == [2, 1]
    assert ids(since=first) == [2, 1], "the instant itself counts"
    assert ids(since=first + timedelta(microseconds=1)) == [2]
    assert ids(kinds=("number",)) == [1]
    assert ids(kinds=("number", "headline")) == [2, 1]
    assert ids(kinds=("withdrawn",)) == []
    assert ids(sources=("rassad",)) == [1]
    assert ids(limit=1) == [2]
    assert ids(kinds=("number",), limit=1) == [1], "the limit counts what is wanted"


def test_what_our_rules_changed_is_no_edit_and_is_not_blamed_on_the_next_one(archive: Archive, clock: Clock) -> None:
    store(archive, 1, text=f"{TEXT}\nتابعوا أخبارنا على قناة الرصد في كل وقت ومكان.")
    stored = archive.get(1).article
    clock.forward(60)
    assert archive.revise(1, replace(stored, text=TEXT))
    assert list(archive.changes()) == []
    clock.forward(60)
    store(archive, 1, text=TEXT.replace("5", "7"))
    (edit,) = archive.changes()
    assert (edit.kinds, edit.old.number, edit.new.number) == (("number",), 2, 3)
    assert [version.cause for version in archive.versions(1)] == ["page", "rules", "page"]


def test_more_edits_than_one_batch_are_all_told_once(archive: Archive, clock: Clock) -> None:
    for _ in range(2):
        for number in range(1, 131):
            store(archive, number, text=TEXT if clock.now.minute == 0 else TEXT.replace("5", str(number + 5)))
        clock.forward(60)
    assert [edit.article_id for edit in archive.changes()] == list(range(130, 0, -1))


def test_a_story_is_found_by_any_of_its_articles(archive: Archive) -> None:
    lines = [f"قال المتحدث رقم {n} إن الأمر الذي جرى في المدينة {n * 7} كان مفاجئا للجميع هناك." for n in range(11)]
    lines.append("وأضافت مصادر طبية أن المستشفى استقبل الجرحى طوال الليل.")
    text = "\n".join(lines)
    for number, (told, hour) in enumerate(((text, 10), ("\n".join(lines[:-1]), 9)), 1):
        url = f"https://rassad.example/{number}"
        at = datetime(2025, 12, 31, hour, tzinfo=UTC)
        published = Published(iso=at.isoformat(), at=at, text="x", precision="minute", origin="visible")
        outcome = Article(url=url, source="rassad", title=TITLE, text=told, published=published, fetched_at=WHEN)
        archive.store(
            Visit(
                url=url,
                key=f"rassad.example/{number}",
                source="rassad",
                outcome=outcome,
                signature=signature(told),
                credits=(Credit(agency="reuters", written="رويترز"),),
            )
        )
    store(archive, 3)
    for ref in (1, 2, "https://rassad.example/1"):
        story = archive.story(ref)
        assert (story.id, story.first.article_id) == (1, 2), "the earlier published is first"
        (copy,) = story.copies
        assert (copy.telling.article_id, copy.kept, copy.added) == (1, 1.0, (lines[-1],))
        assert story.first.credits == (Credit(agency="reuters", written="رويترز"),)
    alone = archive.story(3)
    assert (alone.id, alone.first.article_id, alone.copies) == (3, 3, ())
