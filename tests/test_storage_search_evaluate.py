"""A query evaluated in memory finds what the engines find in their index."""

from collections.abc import Iterator

import pytest

from storage.archive import Archive
from storage.search.evaluate import matches
from storage.search.query import parse
from storage.search.stored_documents import documents
from tests.support.small_archive import make_archive


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.open(make_archive(tmp_path_factory.mktemp("evaluate") / "archive")) as archive:
        yield archive


@pytest.mark.parametrize(
    "text",
    [
        "",
        "الوزير",
        "وزير الامتحانات",
        '"وزارة التربية"',
        '"التربية وزارة"',
        "title:الامتحانات",
        "title:الوزير",
        "خضا*",
        "الامتحانات OR الخضار",
        "الوزير -أولياء",
        "-الوزير",
        "NOT (الوزير OR الخضار)",
        "source:rassad",
        "source:rassad -kind:news",
        "kind:opinion OR title:الوزير",
        "country:ma",
        "country:eg",
        "language:ar -language:fa",
        'author:"ليلى الحسن"',
        "author:الحسن الخضار",
        "author:سعاد",
        "since:2026",
        "until:2025",
        "date:2025-12..2026-01 الخضار",
        "NOT date:2026",
        "script",
        "420",
    ],
)
def test_it_finds_what_the_index_finds(filled: Archive, text: str) -> None:
    query = parse(text)
    found = set(filled.ids(query))
    with filled.reading() as connection:
        all_documents = list(documents(connection))
        evaluated = {one.article_id for one in all_documents if matches(connection, query, one)}
        assert evaluated == found
        assert filled.matching(connection, query, [one.article_id for one in all_documents]) == found
