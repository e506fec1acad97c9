"""An article on several pages is one article, whatever order its pages come in."""

from dataclasses import replace
from itertools import permutations

import pytest
from test_storage_archive import ARTICLE, SNAPSHOT

from storage.archive import Archive
from storage.model.article import Article, Removed
from storage.model.part import PagePart
from storage.model.visit import Stored, Visit
from storage.search.query import parse

FIRST = "https://rassad.example/f/long-report-90500"
TEXTS = {
    number: "\n".join(f"الفقرة {line} من الجزء {number} في التحقيق عن السوق القديم." for line in range(1, 4))
    for number in (1, 2, 3)
}


def page(number: int, *, last: int = 3, text: str | None = None) -> Visit:
    url = FIRST if number == 1 else f"{FIRST}?page={number}"
    removed = (Removed(rule="share", text=f"شارك {number}", after_line=1),)
    article = replace(ARTICLE, url=FIRST, title="تحقيق عن السوق القديم", text=text or TEXTS[number], removed=removed)
    return Visit(
        url=url,
        key=url,
        source="rassad",
        snapshot=replace(SNAPSHOT, url=url, payload_sha256=str(number) * 64),
        outcome=article,
        article_key=FIRST,
        part=PagePart(number=number, last=last, first_url=FIRST, first_key=FIRST),
    )


def store(archive: Archive, *numbers: int) -> list[Stored]:
    return [archive.store(page(number)) for number in numbers]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_pages_are_joined_in_their_order(archive: Archive, order: tuple[int, ...]) -> None:
    results = store(archive, *order)
    assert [one.result for one in results] == ["new", "same", "same"]
    found = archive.get(FIRST)
    assert found.article.text == "\n".join(TEXTS.values())
    assert (archive.stats().articles, found.changed_at, found.missing_parts) == (1, None, ())
    assert [part.snapshot.payload_sha256[0] for part in found.parts if part.snapshot] == ["1", "2", "3"]
    assert [(one.text, one.after_line) for one in found.article.removed] == [
        ("شارك 1", 1),
        ("شارك 2", 4),
        ("شارك 3", 7),
    ]
    assert [hit.article_id for hit in archive.search(parse("الجزء"))] == [1]
    assert archive.get(f"{FIRST}?page=2").id == 1
    assert list(archive.changes()) == []


def test_a_page_that_is_missing_makes_the_article_partial(archive: Archive) -> None:
    store(archive, 1, 3)
    assert archive.get(FIRST).missing_parts == (2,)
    assert archive.get(FIRST).article.text == f"{TEXTS[1]}\n{TEXTS[3]}"


def test_the_same_pages_again_change_nothing(archive: Archive) -> None:
    store(archive, 1, 2, 3)
    versions = archive.get(FIRST).versions
    assert [one.result for one in store(archive, 1, 2, 3)] == ["same", "same", "same"]
    assert archive.get(FIRST).versions == versions


def test_a_further_page_that_repeats_the_first_is_no_part(archive: Archive) -> None:
    store(archive, 1)
    archive.store(page(2, text=TEXTS[1] + "\nتعليق"))
    assert archive.get(FIRST).article.text == TEXTS[1]


def test_an_article_that_is_put_on_one_page_again_has_no_parts(archive: Archive) -> None:
    store(archive, 1, 2, 3)
    archive.store(replace(page(1, text="\n".join(TEXTS.values())), part=None))
    found = archive.get(FIRST)
    assert (found.parts, found.article.text) == ((), "\n".join(TEXTS.values()))


def test_better_rules_for_one_page_leave_the_others(archive: Archive) -> None:
    store(archive, 1, 2, 3)
    better = replace(archive.get(FIRST).article, text="الفقرة الأولى وحدها.", removed=())
    assert archive.revise(1, better)
    assert archive.get(FIRST).article.text == "\n".join(["الفقرة الأولى وحدها.", TEXTS[2], TEXTS[3]])


def test_the_first_page_was_stored_before_its_parts_were_known(archive: Archive) -> None:
    archive.store(replace(page(1), part=None))
    store(archive, 2)
    found = archive.get(FIRST)
    assert isinstance(found.article, Article)
    assert (found.article.text, found.missing_parts) == (f"{TEXTS[1]}\n{TEXTS[2]}", (3,))
