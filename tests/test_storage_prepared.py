"""Articles whose rows were made by a worker are stored as those stored one by one, on both databases."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from test_storage_archive import ARTICLE

from pipelines.extraction.fingerprint import signature
from storage.archive import Archive
from storage.model.article import NotArticle
from storage.model.visit import Visit
from storage.operations.import_entry import ImportEntry
from storage.operations.imports import put_import, put_imports
from storage.operations.origin import Origin
from storage.operations.prepared import prepare
from storage.search.query import parse

NOW = datetime(2026, 1, 1, 8, tzinfo=UTC)
WORDS = (
    *("أعلنت", "الحكومة", "يوم", "الخميس", "قرارًا", "جديدًا", "بشأن", "المدارس", "والجامعات"),
    *("في", "العاصمة", "وضواحيها", "بعد", "اجتماع", "طويل"),
)
#: The last two were withdrawn and first seen earlier, as an export tells.
ORIGINS = [Origin(file="a.jsonl")] * 6 + [
    Origin(file="a.jsonl", withdrawn_at=NOW, withdrawn_how="http 410"),
    Origin(file="a.jsonl", first_seen_at=NOW - timedelta(days=900), changed_at=NOW),
]


def visits() -> list[Visit]:
    found = []
    for number in range(8):
        words = f"{' '.join(WORDS[number % 3 :] * 5)} \u200cرقم {number}\r\nوسط\u200cالمدينة \x00."
        article = replace(
            ARTICLE, url=f"https://rassad.example/{number}", text=words, title=f"خبر \u200b{number}",
            authors=("سلوى المدني", "علي"), fetched_at=NOW - timedelta(hours=number), published=None,
        )  # fmt: skip
        key = f"rassad.example/{number}"
        found.append(Visit(url=article.url, key=key, source="rassad", outcome=article, signature=signature(words)))
    return found


def entries(*, prepared: bool) -> list[ImportEntry]:
    pairs = zip(visits(), ORIGINS, strict=True)
    return [
        ImportEntry(visit=visit, origin=origin, prepared=prepare(visit, origin) if prepared else None)
        for visit, origin in pairs
    ]


def content(archive: Archive) -> list[object]:
    with archive.reading() as connection:
        rows = [
            tuple(row)
            for table in ("article", "version", "story")
            for row in connection.execute(text(f"select * from {table} order by 1, 2"))
        ]
    hits = [list(archive.search(parse(words))) for words in ("المدينة", "وسط المدينة", "author:سلوى", "قرار")]
    return [rows, hits]


@pytest.mark.parametrize("prepared", [True, False])
def test_a_batch_stores_what_one_by_one_stores(archive: Archive, prepared: bool) -> None:
    sent = pickle.loads(pickle.dumps(entries(prepared=prepared)))
    assert [one.result for one in put_imports(archive, sent)] == ["new"] * 8
    assert [one.result for one in put_imports(archive, sent)] == ["same"] * 8
    stored = content(archive)
    assert all(stored[1])
    with archive.writing() as connection:
        assert archive._search.check(connection) == []
        archive._search.reindex(connection)
    assert content(archive) == stored


def test_prepared_or_not_the_rows_are_those_of_single_imports(folder_archive: Archive, tmp_path: Path) -> None:
    put_imports(folder_archive, entries(prepared=True))
    with Archive.open(tmp_path / "single") as single:
        single.put_source(
            key="rassad",
            name_ar="رصد",
            name_en="Rassad",
            country="jo",
            timezone="Asia/Amman",
            home="https://rassad.example/",
        )
        for one in entries(prepared=False):
            put_import(single, one.visit, one.origin)
        assert content(single) == content(folder_archive)


def test_only_an_article_is_prepared() -> None:
    page = NotArticle(url="https://a.example/", reason="list")
    visit = Visit(url=page.url, key="a.example/", outcome=page)
    assert prepare(visit, Origin(file="a")) is None
