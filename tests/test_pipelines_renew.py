"""Better rules over kept pages: what becomes of articles, versions, search, stories, and of a pass that was stopped."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from pipelines.cleaning.clean import RULES_VERSION
from pipelines.reextraction.reextract import Renewed, difference, reextract
from storage.archive import Archive
from storage.database.tables.core import UrlRow
from storage.model.article import Article
from storage.model.visit import Visit
from storage.operations.reextraction import Reextraction, Wanted
from storage.search.query import Query, parse
from tests.support.kept_pages import FETCHED, WIDGET, Here, address, html, keep, snapshot, title, today, worse

WANTED = Wanted(extractor="1", rules="1")


def run(archive: Archive, *, stop: Callable[[], bool] = lambda: False, **begin: Any) -> tuple[list[Renewed], Any]:
    """A whole pass; what came of each article, and the pass."""
    work = Reextraction.begin(archive, begin.pop("wanted", WANTED), **begin)
    return list(reextract(archive, Here(), work, sources={}, stopping=stop)), work  # type: ignore[arg-type]


def same(article: Article) -> Article:
    return article


def test_another_text_is_a_version_of_ours_and_no_edit_of_theirs(archive: Archive) -> None:
    number = keep(archive, 1)
    assert archive.count(parse("نشرة الرصد")) == 1

    (renewed,), work = run(archive)

    assert (renewed.result, renewed.parts) == ("changed", ("text",))
    stored = archive.get(number)
    assert WIDGET not in stored.article.text
    assert (stored.version, stored.versions, stored.article.rules_version) == (2, 2, RULES_VERSION)
    assert stored.article.fetched_at == FETCHED + timedelta(minutes=1)
    old, new = archive.versions(number)
    assert (new.cause, new.snapshot) == ("rules", old.snapshot)
    assert list(archive.changes()) == []
    assert archive.count(parse("نشرة الرصد")) == 0
    assert dict(work.counts) == {("rassad", "read"): 1, ("rassad", "changed"): 1, ("rassad", "text"): 1}


def test_a_better_date_without_another_text_changes_the_article_and_makes_no_version(archive: Archive) -> None:
    number = keep(archive, 1, read=lambda article: replace(article, published=None, section=None, rules_version="0"))
    assert archive.count(parse("since:2024-03-01")) == 0

    (renewed,), _ = run(archive)

    assert (renewed.result, renewed.parts) == ("changed", ("date", "other"))
    stored = archive.get(number)
    assert stored.article.published is not None
    assert (stored.article.published.iso, stored.article.section) == ("2024-03-01T10:01+01:00", "مجتمع")
    assert (stored.version, stored.versions, stored.article.rules_version) == (1, 1, RULES_VERSION)
    assert stored.changed_at is None
    assert archive.count(parse("since:2024-03-01 until:2024-03-01")) == 1
    assert archive.versions(number)[0].cause == "page"


def test_what_the_rules_read_as_before_stays_and_is_known_to_be_theirs(archive: Archive) -> None:
    number = keep(archive, 1, read=lambda article: replace(article, rules_version="0"))
    before = archive.get(number)
    (renewed,), _ = run(archive)
    assert (renewed.result, renewed.parts) == ("same", ())
    assert archive.get(number) == replace(before, article=replace(before.article, rules_version=RULES_VERSION))


def test_copies_are_found_by_the_words_that_the_rules_left(archive: Archive) -> None:
    first, second = keep(archive, 1, read=same), keep(archive, 11, body=html(1))
    assert archive.get(first).story != archive.get(second).story
    run(archive)
    assert archive.get(first).story == archive.get(second).story == first


@pytest.mark.parametrize(
    ("body", "result", "reason"),
    [
        (b"<html><body><p>404</p></body></html>", "not_article", "no_text"),
        (b"<html>HANG</html>", "failed", "timeout"),
    ],
)
def test_a_page_that_gives_no_article_changes_nothing_and_says_why(
    archive: Archive, body: bytes, result: str, reason: str
) -> None:
    number = keep(archive, 1, body=body)
    before = archive.get(number)
    (renewed,), work = run(archive)
    assert (renewed.result, work.counts["rassad", result]) == (result, 1)
    assert renewed.reason in (reason, "too_short", "soft_404")
    assert archive.get(number) == before
    assert archive.runs(1)[0].outcome == ("partial" if result == "failed" else "done")


def test_a_page_that_is_lost_or_was_never_kept_is_told_apart(archive: Archive) -> None:
    keep(archive, 1)
    archive.warc.close()
    for file in list(archive.warc.files()):
        file.unlink()
    article = worse(replace(archive.get(1).article, url=address(2)))
    archive.store(Visit(url=address(2), key=address(2)[8:], source="rassad", snapshot=None, outcome=article))
    damaged, none = run(archive)[0]
    assert (damaged.result, none.result, none.reason) == ("damaged", "no_page", "no page kept")


def test_a_visit_that_came_meanwhile_is_not_overtaken(archive: Archive) -> None:
    number = keep(archive, 1)
    work = Reextraction.begin(archive, WANTED)
    pass_ = reextract(archive, Here(), work, sources={})  # type: ignore[arg-type]
    next(pass_)  # the page was read; nothing is written yet
    newer = snapshot(archive, 1, html(1, more="وأضاف أن الموعد تغير."), at=FETCHED + timedelta(days=1))
    text = today(newer, html(1, more="وأضاف أن الموعد تغير وأن اللجنة ستجتمع مرة أخرى قبل نهاية السنة."))
    archive.store(Visit(url=address(1), key=address(1)[8:], source="rassad", snapshot=newer, outcome=text))
    assert list(pass_) == []
    assert archive.get(number).article.text == text.text
    assert work.counts["rassad", "moved"] == 1
    assert ("rassad", "changed") not in work.counts


def test_an_article_keeps_the_address_that_it_is_known_by(archive: Archive) -> None:
    other = b'<link rel="canonical" href="https://rassad.example/another-place">'
    number = keep(archive, 1, body=html(1).replace(b"</head>", other + b"</head>"))
    run(archive)
    stored = archive.get(number)
    assert (stored.article.url, stored.key) == (address(1), address(1)[8:])
    assert stored.versions == 2


def test_what_stands_beside_the_words_is_read_from_the_last_page_that_told_them(archive: Archive) -> None:
    number = keep(archive, 1, read=same)
    newer = snapshot(archive, 1, html(1, section="ثقافة"), at=FETCHED + timedelta(days=1))
    visit = Visit(
        url=address(1),
        key=address(1)[8:],
        source="rassad",
        snapshot=newer,
        outcome=today(newer, html(1, section="ثقافة")),
    )
    assert archive.store(visit).result == "same"
    (renewed,), _ = run(archive)
    assert renewed.parts == ()
    assert archive.get(number).article.section == "ثقافة"


def test_a_dry_run_says_the_same_and_writes_nothing(archive: Archive) -> None:
    for number in range(3):
        keep(archive, number)
    before = list(archive.find(Query()))
    dry, work = run(archive, keep=False)
    assert list(archive.find(Query())) == before
    assert archive.runs() == []
    told, real = run(archive)
    assert [(one.read.id, one.parts, one.article) for one in dry] == [
        (one.read.id, one.parts, one.article) for one in told
    ]
    assert work.counts == real.counts


def test_only_the_pages_asked_for_are_read_again(archive: Archive) -> None:
    for number in range(4):
        keep(archive, number)
    late = replace(WANTED, since=FETCHED + timedelta(minutes=2))
    assert [one.read.article.title for one in run(archive, wanted=late)[0]] == [title(2), title(3)]
    assert run(archive, wanted=replace(WANTED, sources=("elsewhere",)))[0] == []
    assert len(run(archive, wanted=replace(WANTED, sources=("rassad",)))[0]) == 4


def test_a_pass_that_was_stopped_goes_on_where_it_was_and_does_nothing_twice(archive: Archive) -> None:
    for number in range(60):
        keep(archive, number)
    asked = iter(range(100))
    first, work = run(archive, stop=lambda: next(asked) > 10)
    assert archive.runs(1)[0].outcome == "interrupted"
    assert 0 < len(first) < 60
    assert work.after == first[-1].read.id

    second, whole = run(archive)

    assert [one.read.id for one in (*first, *second)] == list(range(1, 61))
    assert whole.counts["rassad", "changed"] == whole.counts["rassad", "read"] == 60
    assert [stored.versions for stored in archive.find(Query())] == [2] * 60
    assert archive.runs(1)[0].outcome == "done"
    assert len(run(archive)[0]) == 60, "a pass that came to its end is not gone on with"


def test_a_pass_is_gone_on_with_only_by_the_same_wishes_and_rules(archive: Archive) -> None:
    for number in range(50):
        keep(archive, number)
    asked = iter(range(100))
    run(archive, stop=lambda: next(asked) > 10)
    for other in (
        replace(WANTED, rules="2"),
        replace(WANTED, extractor="2"),
        replace(WANTED, sources=("rassad",)),
        replace(WANTED, since=FETCHED),
    ):
        assert Reextraction.begin(archive, other).after == 0
    assert Reextraction.begin(archive, WANTED).after > 0
    assert Reextraction.begin(archive, WANTED, restart=True).after == 0


def test_articles_that_come_meanwhile_are_left_to_those_who_read_them_today(archive: Archive) -> None:
    keep(archive, 1)
    work = Reextraction.begin(archive, WANTED)
    keep(archive, 2)
    assert [one.read.id for one in reextract(archive, Here(), work, sources={})] == [1]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"title": "x"}, ("title",)),
        ({"text": "x"}, ("text",)),
        ({"published": None}, ("date",)),
        ({"authors": ("x",)}, ("other",)),
        ({"removed": ()}, ("other",)),
        ({"fetched_at": FETCHED, "rules_version": "9", "extractor_version": "9"}, ()),
    ],
)
def test_each_part_that_is_other_is_named(change: dict[str, Any], parts: tuple[str, ...]) -> None:
    from test_storage_archive import ARTICLE

    assert difference(ARTICLE, replace(ARTICLE, **change)) == parts


def test_a_text_that_came_by_a_mobile_page_keeps_the_facts_of_the_articles_own(archive: Archive) -> None:
    """The mobile page came first and names the article's own, which has the same text and a section."""
    canonical = f'<link rel="canonical" href="{address(1)}"></head>'.encode()
    own = html(1).replace(b"</head>", canonical)
    mobile = own.replace('<meta property="article:section" content="مجتمع">'.encode(), b"")
    assert mobile != own
    for place, (url, body) in enumerate([(address(1).replace("/2024", "/m/2024"), mobile), (address(1), own)]):
        snap = replace(snapshot(archive, 1, body, at=FETCHED + timedelta(minutes=place)), url=url)
        archive.store(
            Visit(
                url=url,
                key=url[8:],
                article_key=address(1)[8:],
                source="rassad",
                snapshot=snap,
                outcome=today(snap, body),
            )
        )
    assert archive.get(1).article.section == "مجتمع"

    (renewed,), _ = run(archive)

    assert renewed.result == "same"
    assert archive.get(1).article.section == "مجتمع"


def test_what_the_feed_said_of_the_articles_own_page_counts_where_its_text_came_by_another(archive: Archive) -> None:
    """The text came by the mobile page; the feed named the article's own page, with a time."""
    own = html(1).replace(b"</head>", f'<link rel="canonical" href="{address(1)}"></head>'.encode())
    for place, url in enumerate([address(1).replace("/2024", "/m/2024"), address(1)]):
        body = own + f"<!-- {place} -->".encode()
        snap = replace(snapshot(archive, 1, body, at=FETCHED + timedelta(minutes=place)), url=url)
        article = today(snap, body)
        archive.store(
            Visit(url=url, key=url[8:], article_key=address(1)[8:], source="rassad", snapshot=snap, outcome=article)
        )
    with archive.writing() as connection:
        hint = {"published": "2024-03-01T10:01:00+01:00"}
        connection.execute(update(UrlRow).where(UrlRow.key == address(1)[8:]).values(hint=hint))

    run(archive)

    assert "feed" in [date.origin for date in archive.get(1).article.dates]
