"""Learning a source's boilerplate from its archive, and cleaning what is already there."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from test_storage_archive import ARTICLE, SNAPSHOT

from pipelines.boilerplate.recurring import strip
from pipelines.boilerplate.relearn import before_learning, relearn
from storage.archive import Archive
from storage.crawl_state.learnable import learnable
from storage.database.rows import StoredArticle
from storage.model.article import Article, Published
from storage.model.visit import Visit
from storage.search.query import Query, parse

FOOTER = "للتواصل مع القسم أرسل رسالة إلى الرقم المجاني"
SUBJECTS = [
    "القطن",
    "الزيتون",
    "الميناء",
    "المدرسة",
    "المستشفى",
    "الجسر",
    "المتحف",
    "الملعب",
    "السوق",
    "الجامعة",
    "النهر",
    "المطار",
]


def article(number: int) -> Article:
    day = date(2025, 11, 1) + timedelta(days=number * 2)
    subject = SUBJECTS[number]
    published = Published(iso=day.isoformat(), text=day.isoformat(), precision="day", origin="meta")
    lines = [
        f"أعلنت لجنة {subject} نتائج عملها السنوي بعد اجتماع طويل حضره {number + 3} من الأعضاء والخبراء المستقلين.",
        f"وتحدث رئيس لجنة {subject} عن صعوبات السنة {number} وعن خطط جديدة لا تشبه ما سبقها في شيء.",
        FOOTER,
    ]
    url = f"https://rassad.example/{number}"
    return replace(ARTICLE, url=url, title=f"أخبار {subject}", text="\n".join(lines), published=published, removed=())


@pytest.fixture
def full(archive: Archive) -> Archive:
    """An archive of twelve articles that end with the same line."""
    for number in range(len(SUBJECTS)):
        url = f"https://rassad.example/{number}"
        archive.store(Visit(url=url, key=url[8:], source="rassad", snapshot=SNAPSHOT, outcome=article(number)))
    return archive


def test_a_line_of_every_article_is_learned_and_taken_out_of_all_of_them(full: Archive) -> None:
    done = relearn(full, "rassad")
    assert (done.new_blocks, done.cleaned) == (1, 12)
    stored = full.get("rassad.example/3")
    assert FOOTER not in stored.article.text
    assert [(removed.rule, removed.text) for removed in stored.article.removed] == [("learned", FOOTER)]
    (block,) = full.boilerplate.blocks("rassad")
    assert (block.example, block.articles, block.first_day, block.last_day) == (FOOTER, 12, "2025-11-01", "2025-11-23")


def test_cleaning_is_our_change_and_not_the_newspapers(full: Archive) -> None:
    relearn(full, "rassad")
    stored = full.get("rassad.example/3")
    assert (stored.version, stored.versions, stored.changed_at) == (2, 2, None)
    assert stored.snapshot == SNAPSHOT


def test_cleaned_words_are_found_no_more_and_the_others_still_are(full: Archive) -> None:
    assert full.count(parse("المجاني")) == 12
    relearn(full, "rassad")
    assert full.count(parse("المجاني")) == 0
    assert [hit.url for hit in full.search(parse("المستشفى"))] == ["https://rassad.example/4"]


def test_learning_again_changes_nothing(full: Archive) -> None:
    relearn(full, "rassad")
    again = relearn(full, "rassad")
    assert (again.new_blocks, again.cleaned) == (0, 0)
    assert full.boilerplate.blocks("rassad")[0].articles == 12


def test_a_page_extracted_with_what_was_learned_is_the_same_article(full: Archive) -> None:
    relearn(full, "rassad")
    url = "https://rassad.example/3"
    clean = strip(article(3), full.boilerplate.keys("rassad"))
    assert full.store(Visit(url=url, key=url[8:], source="rassad", snapshot=SNAPSHOT, outcome=clean)).result == "same"


def test_learned_lines_are_put_back_where_they_stood(full: Archive) -> None:
    relearn(full, "rassad")
    ids = list(full.ids(Query(sources=("rassad",))))
    with full.reading() as connection:
        read = {one.url: one for one in learnable(connection, ids)}
    assert FOOTER not in read[article(3).url].text
    assert before_learning(read[article(3).url]) == article(3).text.split("\n")
    assert [one.article_id for one in read.values()] == ids
    assert read[article(3).url].day == "2025-11-07"


def test_what_was_learned_can_be_forgotten(full: Archive) -> None:
    relearn(full, "rassad")
    assert full.boilerplate.forget("rassad", []) == 1
    assert full.boilerplate.keys("rassad") == frozenset()


def test_a_source_of_few_articles_teaches_nothing(archive: Archive) -> None:
    url = "https://rassad.example/0"
    archive.store(Visit(url=url, key=url[8:], source="rassad", snapshot=SNAPSHOT, outcome=article(0)))
    assert relearn(archive, "rassad").new_blocks == 0


def test_articles_are_found_whole_and_in_order(full: Archive) -> None:
    titles = [stored.article.title for stored in full.find(Query(limit=3))]
    assert titles == ["أخبار المطار", "أخبار النهر", "أخبار الجامعة"]
    assert full.count(parse("لجنة since:2025-11-21")) == 2


def test_without_a_new_block_older_articles_are_not_read(full: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    relearn(full, "rassad")
    late = replace(article(3), url="https://rassad.example/late")
    full.store(Visit(url=late.url, key=late.url[8:], source="rassad", snapshot=SNAPSHOT, outcome=late))
    read: list[int] = []
    original = Archive.read

    def noted(archive: Archive, ids: Iterable[int]) -> Iterator[StoredArticle]:
        wanted = list(ids)
        read.extend(wanted)
        return original(archive, wanted)

    monkeypatch.setattr(Archive, "read", noted)
    assert relearn(full, "rassad").cleaned == 1, "an article stored by a process that did not know the block"
    assert read == [full.get("rassad.example/late").id], "the one to clean, and none for a sweep"


def test_a_sweep_that_was_cut_short_is_done_by_the_next_call(full: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Archive, "revise_all", killed)
        with pytest.raises(KeyboardInterrupt):
            relearn(full, "rassad", latest=5)
    assert full.count(parse("المجاني")) == 12
    assert relearn(full, "rassad").cleaned == 12
    assert full.boilerplate.unswept("rassad") == frozenset()
    assert relearn(full, "rassad").cleaned == 0


def test_counts_of_a_known_block_do_not_make_it_new(full: Archive) -> None:
    relearn(full, "rassad")
    (block,) = full.boilerplate.blocks("rassad")
    full.boilerplate.put("rassad", [replace(block, articles=block.articles + 1)])
    assert full.boilerplate.unswept("rassad") == frozenset()
