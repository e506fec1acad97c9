"""warraq search as people use it: mistakes are one line with a guess, and finding nothing says why."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.model.article import Article, Published
from storage.model.visit import Visit
from tests.support.desk import Run

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = {
    "قرار الحكومة": "أقرت الحكومة الميزانية اليوم في العاصمة",
    "افتتاح الميناء": "افتتح الوزير الميناء الجديد",
    "مباراة الفريق": "فاز الفريق في المباراة",
}


def put(archive: Archive) -> None:
    """Three articles of one source, a day apart."""
    archive.put_source(key="alpha", name_ar="ا", name_en="a", country="JO", timezone="UTC", home="http://a.example/")
    for number, (title, text) in enumerate(TEXTS.items(), 1):
        day = Published(iso=f"2025-03-0{number}", text="x", precision="day", origin="meta")
        article = Article(
            url=f"http://a.example/{number}", source="alpha", title=title, text=text, published=day, fetched_at=NOW
        )
        archive.store(Visit(url=article.url, key=article.url, source="alpha", outcome=article))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "archive") as archive:
        put(archive)
    return tmp_path / "archive"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    if request.param == "sqlite":
        with Archive.open(tmp_path / "archive") as opened:
            put(opened)
            yield opened
        return
    database: Callable[..., object] = request.getfixturevalue("postgres_database")
    with database() as url, Archive.open(url, warc=tmp_path / "warc") as opened:  # type: ignore[attr-defined]
        put(opened)
        yield opened


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("source:alfa", "no source is called 'alfa'; did you mean "),
        ("-source:alfa", "no source is called 'alfa'; did you mean "),
        ("الحكومة OR (source:alfa)", "no source is called 'alfa'; did you mean "),
        ("country:zz", "no country is called 'zz'; did you mean dz?"),
        ("kind:opinon", "no kind is called 'opinon'; did you mean opinion?"),
        ("language:arabic", "no language is called 'arabic'; write its ISO 639 code"),
        ("sorce:alpha", "no field is called 'sorce'; did you mean source:?"),
        ("الحكومة (الميناء", "this parenthesis is not closed (at character 9: الحكومة ▶(الميناء)"),
    ],
)
@pytest.mark.parametrize("command", ["search", "export"])
def test_a_slip_is_one_line_with_a_guess(warraq_: Run, command: str, query: str, told: str) -> None:
    ended = warraq_(command, query)
    assert ended.code == 2
    assert ended.err.startswith(f"warraq: {told}")
    assert ended.out == ""


@pytest.mark.parametrize(
    "arguments",
    [("requeue", "--reason", "timeot"), ("requeue", "--source", "alfa"), ("changes", "--source", "alfa")],
)
def test_unknown_values_of_options_are_refused(warraq_: Run, arguments: tuple[str, ...]) -> None:
    ended = warraq_(*arguments)
    assert ended.code == 2
    assert f"is called {arguments[-1]!r}" in ended.err


def test_a_known_source_of_which_nothing_is_here_is_no_slip(warraq_: Run) -> None:
    ended = warraq_("search", "الحكومة", "source:hespress")
    assert ended.code == 0
    assert ended.err.splitlines() == ["nothing matches", "  without source:hespress: 1 article"]


def test_a_minus_before_a_field_is_no_option(warraq_: Run) -> None:
    assert "مباراة" in warraq_("search", "-(الميناء OR الحكومة)", "-country:ma").out


def test_words_spelled_alike_are_named(archive: Archive) -> None:
    from storage.search.query import parse

    (term,) = archive.explain(parse("الحكوماة")).terms
    assert (term.text, term.number, term.near) == ("الحكوماة", 0, (("الحكومة", 1),))
    (term,) = archive.explain(parse("xyzxyz")).terms
    assert (term.number, term.near) == (0, ())


def test_the_filter_that_leaves_nothing_is_named(archive: Archive) -> None:
    from storage.search.query import parse

    why = archive.explain(parse("الحكومة kind:opinion since:2024"))
    assert [(one.filter, one.number) for one in why.filters] == [("kind:opinion", 1)]
    assert why.unfiltered == 1
    why = archive.explain(parse("الحكومة الميناء"))
    assert [term.number for term in why.terms] == [1, 1]
    assert why.unfiltered is None
