"""Beginnings of words: spelled out as words or merged by FTS5, they find the same articles in the same order."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.model.article import Article
from storage.model.visit import Visit
from storage.search.beginnings import spelled_out
from storage.search.expression import Term, leaves
from storage.search.query import parse

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = "حكومة حكومي حكم محكمة حاكم قرار قرارات قرية قرى غزة غزل غاز وزير وزارة والوزير".split()  # noqa: SIM905
QUERIES = [
    "حكوم*", "حك*", "قر* غز*", "قر* -حكوم*", "وز* أو غاز*", "حك* source:a", "(غز* OR قر*) وزير", "-حك* قرار",
    "title:قر*", "لاش*", "قرا*", "حك* since:2026-03-05 until:2026-03-20", "وزار* حكوم* قري*",
]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    dice = random.Random(11)
    with Archive.open(tmp_path_factory.mktemp("beginnings")) as opened:
        for source in ("a", "b"):
            opened.put_source(
                key=source, name_ar="", name_en="", country="eg", timezone="UTC", home="https://x.example"
            )
        for number in range(120):
            title, text = (" ".join(dice.choices(WORDS, k=size)) for size in (2, 4))
            opened.store(_visit(number, title, text, source=dice.choice("ab")))
        yield opened


def _visit(number: int, title: str, text: str, *, source: str = "a") -> Visit:
    url, at = f"https://x.example/{number}", DAY + timedelta(hours=7 * number)
    article = Article(url=url, source=source, title=title, text=text, fetched_at=at)
    return Visit(url=url, key=url, source=source, snapshot=None, outcome=article)


@pytest.mark.parametrize("typed", QUERIES)
def test_the_newest_matches_are_those_that_all_matches_begin_with(archive: Archive, typed: str) -> None:
    query = parse(typed)
    everything = list(archive.ids(query))

    assert archive.count(query) == len(everything)
    assert list(archive.ids(replace(query, limit=7))) == everything[:7]
    assert everything[5:9] == list(archive.ids(replace(query, limit=4, offset=5)))


def test_a_beginning_of_few_words_is_spelled_out(archive: Archive) -> None:
    with archive.reading() as connection:
        spelled = spelled_out(connection, parse("قر*", limit=5))

    found = [leaf for leaf in leaves(spelled.where) if isinstance(leaf, Term)]
    assert {leaf.tokens for leaf in found} >= {("قرار",), ("قرية",)}
    assert all(leaf.beginning is None for leaf in found)


@pytest.mark.parametrize(("typed", "limit"), [("قر*", None), ("قر*", 5_000), ("قرار", 5)])
def test_it_is_left_alone_where_that_is_cheaper(archive: Archive, typed: str, limit: int | None) -> None:
    query = parse(typed, limit=limit)
    with archive.reading() as connection:
        assert spelled_out(connection, query) == query


def test_a_beginning_of_many_words_is_left_to_the_index(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as opened:
        for number in range(3):
            text = " ".join(f"zq{number}x{word}" for word in range(50))
            opened.store(_visit(number, "عنوان", text, source=""))
        query = parse("zq*", limit=2)
        with opened.reading() as connection:
            assert spelled_out(connection, query) == query
        assert list(opened.ids(query)) == [3, 2]


def test_a_read_only_archive_finds_them_too(archive: Archive) -> None:
    assert archive.folder is not None
    query = parse("حكوم*", limit=3)
    with Archive.open(archive.folder, read_only=True) as opened:
        assert list(opened.ids(query)) == list(archive.ids(query))
        with pytest.raises(Exception, match="readonly"), opened.reading() as connection:
            connection.exec_driver_sql("delete from article")
