"""A sqlite export keeps the evidence: complete exchanges, resolvable revisits, proofs of withdrawals."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from conftest import put_source
from test_storage_verify import article, findings
from test_storage_verify_warc import BODY, WHEN, fetch, keep
from warcio.archiveiterator import ArchiveIterator

from storage.archive import Archive
from storage.export.formats import FORMATS, Options, export
from storage.model.article import NotArticle
from storage.search.query import Query
from storage.verify import verify


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Article 1; article 2 with the same payload, and a 304; an address that proved that article 2 was withdrawn."""
    with Archive.open(tmp_path / "archive") as archive:
        put_source(archive)
        keep(archive, 1, fetch(archive, 1, at=WHEN), article(1, "متن"))
        keep(archive, 2, fetch(archive, 2, at=WHEN + timedelta(hours=1)), article(2, "متن ثان"))
        third = fetch(archive, 2, at=WHEN + timedelta(hours=2), status=304, body=b"")
        keep(archive, 2, third, article(2, "متن ثان"))
        gone = fetch(archive, 3, at=WHEN + timedelta(hours=3), status=410, body=b"gone" * 100)
        keep(archive, 3, gone, NotArticle(url="https://x/", reason="section"))
    with closing(sqlite3.connect(tmp_path / "archive" / "archive.db")) as database:
        database.execute(
            "insert into withdrawal (article_id, how, noticed_at, last_seen_at, snapshot_id)"
            " values (2, 'http 410', '2026-01-01 11:00:00.000000', '2026-01-01 10:00:00.000000', 4)"
        )
        database.execute(
            "update article set withdrawn_at = '2026-01-01 11:00:00.000000', withdrawn_how = 'http 410' where id = 2"
        )
        database.execute("update snapshot set outcome = 'withdrawn' where id = 4")
        database.commit()
    return tmp_path / "archive"


def subset(folder: Path, into: Path, *numbers: int) -> Path:
    with Archive.open(folder) as archive:
        export(FORMATS["sqlite"], archive.read(numbers), into, Options(archive=archive))
    return into


def kinds(folder: Path) -> list[tuple[str, str | None]]:
    (path,) = (folder / "warc").iterdir()
    with path.open("rb") as file:
        return [
            (record.rec_type, record.rec_headers["WARC-Target-URI"])
            for record in ArchiveIterator(file, check_digests="raise")
        ]


def test_a_revisit_brings_its_original_though_nobody_asked_for_that_article(folder: Path, tmp_path: Path) -> None:
    part = subset(folder, tmp_path / "part", 2)
    first, second, third = (f"https://rassad.example/{number}" for number in (1, 2, 3))
    whole = ("request", "metadata")
    assert kinds(part) == [
        ("warcinfo", None),
        ("response", first), *((kind, first) for kind in whole),
        ("revisit", second), *((kind, second) for kind in whole),
        ("revisit", second), *((kind, second) for kind in whole),
        ("response", third), *((kind, third) for kind in whole),
    ]  # fmt: skip
    with Archive.open(part, create=False) as opened:
        snapshot = opened.get(2).snapshot
        assert snapshot
        assert snapshot.record
        answer = opened.warc.read(snapshot.record)
        assert (answer.url, answer.payload) == (second, BODY)
        assert answer.refers_to
        assert answer.refers_to.file == "subset-0001.warc.gz"


def test_a_subset_with_revisits_and_withdrawals_verifies(folder: Path, tmp_path: Path) -> None:
    part = subset(folder, tmp_path / "part", 2)
    assert [found for found in findings(part) if found.severity == "error"] == []
    assert [found.message for found in findings(part)] == ["1 of 4 records have no row"]
    again = subset(part, tmp_path / "again", 2)
    assert [found for found in findings(again) if found.severity == "error"] == []
    with closing(sqlite3.connect(part / "archive.db")) as database:
        assert database.execute("select article_id, how, snapshot_id from withdrawal").fetchall() == [
            (2, "http 410", 4)
        ]
        assert database.execute("select status from snapshot where id = 4").fetchone() == (410,)
        assert database.execute("select withdrawn_how from article").fetchall() == [("http 410",)]


def test_no_record_is_copied_twice_whatever_comes_first(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.export.formats.sqlite._BATCH", 1)
    part = subset(folder, tmp_path / "part", 2, 1)
    assert sum(kind == "response" for kind, _ in kinds(part)) == 2
    with Archive.open(part, create=False, upgrade=False) as opened:
        assert list(verify(opened)) == []


def test_a_revisit_whose_original_is_lost_is_left_out_and_told_of(folder: Path, tmp_path: Path) -> None:
    (path,) = (folder / "warc").iterdir()
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        place = next((records.get_record_offset() for record in islice(records, 1, 2)), 0)
    data = bytearray(path.read_bytes())
    data[place + 300] ^= 1
    path.write_bytes(bytes(data))
    told: list[str] = []
    with Archive.open(folder) as archive:
        export(FORMATS["sqlite"], archive.find(Query()), tmp_path / "part", Options(archive=archive, tell=told.append))
    assert told == ["3 WARC records are missing or damaged and were left out; see `warraq verify`"]
    assert [found for found in findings(tmp_path / "part") if found.severity == "error"] == []
