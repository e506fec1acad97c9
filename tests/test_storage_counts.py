"""Counts of the archive: the same whatever number of articles is grouped at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.model.article import Article, Published
from storage.model.visit import Visit
from storage.statistics import counts

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", clock=lambda: START) as opened:
        for key in ("a", "b"):
            opened.put_source(key=key, name_ar=f"صحيفة {key}", name_en="", country="eg", timezone="UTC", home="h")
        for number in range(11):
            opened.store(_visit(number))
        yield opened


def _visit(number: int) -> Visit:
    """Every third article is of source "b", every fifth of none and without a day."""
    url = f"https://x.example/{number}"
    source = None if number % 5 == 4 else "b" if number % 3 == 2 else "a"
    day = (START + timedelta(days=number)).date().isoformat()
    published = Published(iso=day, text=day, precision="day", origin="meta") if source else None
    article = Article(
        url=url, source=source, title="عنوان", text=f"نص {number}", published=published, fetched_at=START,
        language="ar" if number % 2 else None,
    )  # fmt: skip
    return Visit(url=url, key=url[8:], source=source, snapshot=None, outcome=article)


@pytest.mark.parametrize("window", [1, 3, 50_000])
def test_counts_are_those_of_the_articles(archive: Archive, monkeypatch: pytest.MonkeyPatch, window: int) -> None:
    monkeypatch.setattr(counts, "_WINDOW", window)
    found = archive.stats()

    by_source = {one.source: (one.articles, one.undated, one.first_day, one.last_day) for one in found.sources}
    assert by_source == {
        "a": (6, 0, "2026-03-01", "2026-03-11"),
        "b": (3, 0, "2026-03-03", "2026-03-09"),
        None: (2, 2, None, None),
    }
    assert [one.articles for one in found.sources] == [6, 3, 2]
    assert {one.name_ar for one in found.sources} == {"صحيفة a", "صحيفة b", None}
    assert all(one.newest == START and one.withdrawn == 0 for one in found.sources)
    assert (found.articles, found.versions, found.languages) == (11, 11, {"": 6, "ar": 5})


def test_numbers_far_apart_take_few_windows(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "_WINDOW", 1)
    with archive.writing() as connection:
        connection.exec_driver_sql("insert into article select 9000000000000000000, 'k', 'h', url, source_key, title,"
            " text, authors, published, published_at, published_day, published_offset, published_text,"
            " published_precision, published_from, published_disagreed, dates, modified_at, section, tags, image,"
            " language, kind, version, text_hash, first_seen_at, fetched_at, changed_at, sort_at, withdrawn_at,"
            " withdrawn_how from article where id = 1")  # fmt: skip

    assert sum(one.articles for one in archive.stats().sources) == 12


def test_an_empty_archive_has_no_counts(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "empty") as opened:
        found = opened.stats()

    assert (found.articles, found.sources, found.languages, found.urls) == (0, (), {}, {})
