"""The subset archive: an archive like any other, with all that belongs to its articles and nothing else."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, put_source
from test_storage_archive import ARTICLE, WHEN

from storage.archive import Archive
from storage.database.rows import StoredArticle
from storage.errors import StorageError
from storage.export.formats import FORMATS, Options, export
from storage.export.records import RecordCopier
from storage.model.article import Article
from storage.model.visit import Snapshot, Visit
from storage.search.query import Query, parse
from storage.warc import WarcLocation, WarcRecord, WarcStore
from storage.warc.members import members


def fetched(archive: Archive, url: str, body: str) -> WarcRecord:
    return archive.warc.write_response(
        url=url,
        status=200,
        reason="OK",
        headers=[("Content-Type", "text/html; charset=utf-8")],
        body=body.encode(),
        fetched_at=WHEN,
    )


def store(archive: Archive, number: int, text: str, *, source: str = "rassad", **more: Any) -> int:
    url = f"https://{source}.example/{number}"
    record = fetched(archive, url, f"<p>{text}</p>")
    snapshot = Snapshot(
        url=url,
        fetched_at=WHEN,
        status=200,
        media_type="text/html",
        payload_sha256=record.payload_sha256,
        record=record.location,
        robots=("noarchive",),
    )
    article = replace(ARTICLE, url=url, source=source, text=text)
    key = f"{source}.example/{number}"
    stored = archive.store(Visit(url=url, key=key, source=source, snapshot=snapshot, outcome=article, **more))
    assert stored.article_id
    return stored.article_id


@pytest.fixture
def full(archive: Archive, clock: Clock) -> Archive:
    """Three articles of two papers; the first has two versions, an alias and two fetches."""
    put_source(archive, "barq")
    store(archive, 1, "النص الأول قبل التعديل", aliases=("rassad.example/amp/1",))
    store(archive, 2, "خبر عن القطار", source="barq")
    clock.now += timedelta(hours=2)
    store(archive, 1, "النص الأول بعد التعديل")
    store(archive, 3, "خبر ثالث")
    return archive


def subset(archive: Archive, query: Query, path: Path, **more: Any) -> None:
    export(FORMATS["sqlite"], archive.find(query), path, Options(archive=archive, **more))


@pytest.fixture
def opened(full: Archive, tmp_path: Path) -> Iterator[Archive]:
    subset(full, parse("source:rassad"), tmp_path / "subset")
    with Archive.open(tmp_path / "subset", create=False) as archive:
        yield archive


def test_a_subset_opens_as_an_archive_and_gives_back_every_article_as_it_was(full: Archive, opened: Archive) -> None:
    for stored in full.find(parse("source:rassad")):
        ours = opened.get(stored.id)
        assert ours.snapshot
        assert stored.snapshot
        assert ours.snapshot.record != stored.snapshot.record, "it lies in a file of the subset"
        assert replace(ours, snapshot=None) == replace(stored, snapshot=None)
        assert replace(ours.snapshot, record=None) == replace(stored.snapshot, record=None)


def test_a_subset_holds_what_was_asked_for_and_no_more(opened: Archive) -> None:
    assert sorted(stored.article.url for stored in opened.find(Query())) == [
        "https://rassad.example/1",
        "https://rassad.example/3",
    ]
    assert [line.source for line in opened.stats().sources] == ["rassad"]
    assert opened.warc.folder.name == "warc"


def test_a_subset_is_searched_like_any_archive(opened: Archive) -> None:
    assert [hit.url for hit in opened.search(parse("بعد التعديل"))] == ["https://rassad.example/1"]
    assert list(opened.search(parse("القطار"))) != [], "the title of both"
    assert opened.count(Query()) == 2


def test_a_subset_holds_every_version_and_every_fetch(opened: Archive) -> None:
    assert opened.get(1).versions == 2
    assert opened.folder
    with closing(sqlite3.connect(opened.folder / "archive.db")) as database:
        texts = [row[0] for row in database.execute("select text from version where article_id = 1 order by number")]
        assert texts == ["النص الأول قبل التعديل", "النص الأول بعد التعديل"]
        assert database.execute("select count(*) from snapshot").fetchone() == (3,)
        assert database.execute("pragma foreign_key_check").fetchall() == []
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)


def test_records_are_the_same_bytes_in_a_file_of_the_subset(full: Archive, opened: Archive) -> None:
    theirs, ours = full.get(1).snapshot, opened.get(1).snapshot
    assert theirs
    assert theirs.record
    assert ours
    assert ours.record
    assert opened.warc.read_bytes(ours.record) == full.warc.read_bytes(theirs.record)
    assert "بعد التعديل" in opened.warc.read(ours.record).payload.decode()
    assert ours.record.file == "subset-0001.warc.gz"


def test_an_alias_leads_to_the_article_there_too(opened: Archive) -> None:
    assert opened.get("rassad.example/amp/1").id == 1


def test_a_subset_goes_on_growing(opened: Archive) -> None:
    assert store(opened, 9, "خبر جديد") not in (0, 1, 2, 3)
    assert opened.count(Query()) == 3


def test_a_subset_of_a_subset_is_the_same_again(opened: Archive, tmp_path: Path) -> None:
    subset(opened, Query(), tmp_path / "again")
    with Archive.open(tmp_path / "again", create=False) as again:
        assert whole(again) == whole(opened)


def whole(archive: Archive) -> list[StoredArticle]:
    """All articles by number: those of one instant have no order among themselves."""
    found = (replace(stored, snapshot=None) for stored in archive.find(Query()))
    return sorted(found, key=lambda stored: stored.id)


def test_batches_bring_each_row_once(
    full: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subtests: Any
) -> None:
    monkeypatch.setattr("storage.export.formats.sqlite._BATCH", 1)
    subset(full, Query(), tmp_path / "one")
    monkeypatch.setattr("storage.export.formats.sqlite._BATCH", 200)
    subset(full, Query(), tmp_path / "all")
    for table in ("source", "article", "version", "url", "snapshot", "search_doc"):
        with subtests.test(table):
            assert rows(tmp_path / "one", table) == rows(tmp_path / "all", table)
    assert size(tmp_path / "one") == size(tmp_path / "all"), "no record is copied twice"


def rows(folder: Path, table: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "archive.db")) as database:
        names = [row[1] for row in database.execute(f"pragma table_info({table})")]
        names = [name for name in names if name != "warc_offset"]  # the order of records is that of batches
        return sorted(database.execute(f"select {', '.join(names)} from {table}").fetchall(), key=repr)


def size(folder: Path) -> int:
    """Bytes of all records but the files' own heads, whose ids pack to one byte more or less."""
    total = 0
    for path in (folder / "warc").iterdir():
        with path.open("rb") as file:
            total += sum(member.length for member in members(file) if b"WARC-Type: warcinfo" not in member.head)
    return total


def test_a_record_that_is_lost_is_told_of_and_no_row_names_it(full: Archive, tmp_path: Path) -> None:
    full.warc.close()
    for path in list(full.warc.files()):
        path.unlink()
    told: list[str] = []
    subset(full, Query(), tmp_path / "subset", tell=told.append)
    assert told == ["4 WARC records are missing or damaged and were left out; see `warraq verify`"]
    with Archive.open(tmp_path / "subset", create=False) as opened:
        found = opened.get(1)
        assert found.snapshot
        assert found.snapshot.record is None


def test_records_go_on_in_the_next_file_when_one_is_full(archive: Archive, tmp_path: Path) -> None:
    records = [fetched(archive, f"https://rassad.example/{number}", "x") for number in range(3)]
    columns = [
        {"warc_file": kept.location.file, "warc_offset": kept.location.offset, "warc_length": kept.location.length}
        for kept in records
    ]
    with RecordCopier(archive.warc, tmp_path / "out", rotate_bytes=columns[0]["warc_length"] + 1) as copier:
        moved = [copier.moved(row) for row in columns]
    assert [row["warc_file"] for row in moved] == [f"subset-000{number}.warc.gz" for number in (1, 1, 2)]
    with closing(WarcStore(tmp_path / "out")) as store:
        for row, number in zip(moved, range(3), strict=True):
            location = WarcLocation(file=row["warc_file"], offset=row["warc_offset"], length=row["warc_length"])
            assert store.read(location).url == f"https://rassad.example/{number}"


def test_nobody_holds_a_lease_in_a_subset(full: Archive, tmp_path: Path) -> None:
    with full.writing() as connection:
        connection.exec_driver_sql("update url set lease_owner = 'x', state = 'pending'")
    subset(full, Query(), tmp_path / "subset")
    with closing(sqlite3.connect(tmp_path / "subset" / "archive.db")) as database:
        assert database.execute("select distinct lease_owner from url").fetchall() == [(None,)]


def test_a_folder_that_is_there_is_never_written_over(full: Archive, tmp_path: Path) -> None:
    (tmp_path / "subset").mkdir()
    (tmp_path / "subset" / "precious").touch()
    with pytest.raises(StorageError, match="exists already"):
        subset(full, Query(), tmp_path / "subset")
    assert [path.name for path in (tmp_path / "subset").iterdir()] == ["precious"]


def test_nothing_is_left_of_a_subset_that_failed(full: Archive, tmp_path: Path) -> None:
    def failing() -> Iterator[Any]:
        yield from full.find(Query(limit=1))
        raise KeyboardInterrupt

    before = sorted(tmp_path.iterdir())
    with pytest.raises(KeyboardInterrupt):
        export(FORMATS["sqlite"], failing(), tmp_path / "subset", Options(archive=full))
    assert sorted(tmp_path.iterdir()) == before


def test_without_an_archive_there_is_nothing_to_copy(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="and there is none"):
        export(FORMATS["sqlite"], [], tmp_path / "subset", Options())


def test_an_article_of_no_source_comes_along(archive: Archive, tmp_path: Path) -> None:
    article: Article = replace(ARTICLE, source=None)
    archive.store(Visit(url=article.url, key="k", outcome=article))
    subset(archive, Query(), tmp_path / "subset")
    with Archive.open(tmp_path / "subset", create=False) as opened:
        assert opened.get(1).article == article
