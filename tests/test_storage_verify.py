"""Verifying: a sound archive gives nothing, and every kind of damage is named with its place."""

import gzip
import hashlib
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import put_source
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.extraction.fingerprint import signature
from storage.archive import Archive
from storage.export.formats import FORMATS, Options, export
from storage.model.address import Discovered
from storage.model.article import Article, NotArticle
from storage.model.visit import Failure, Snapshot, Visit
from storage.search.query import Query
from storage.verify import CHECKS, VerifyFinding, verify
from storage.verify.base import Inspection
from storage.warc import WarcStore

WHEN = datetime(2026, 1, 1, 8, tzinfo=UTC)
WORDS = "أعلنت وزارة النقل اليوم افتتاح خط جديد للقطار يربط العاصمة بالمدن الساحلية بعد ثلاث سنوات من الأشغال"
Damage = Callable[[Path, sqlite3.Connection], object]


def key(number: int) -> str:
    return f"rassad.example/{number}"


def page(archive: Archive, number: int, body: bytes) -> Snapshot:
    """What a fetch leaves: a record in the WARC, and the snapshot that names it."""
    url = f"https://{key(number)}"
    written = archive.warc.write_response(
        url=url,
        status=200,
        reason="OK",
        headers=[("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
        body=gzip.compress(body, mtime=0),
        fetched_at=WHEN,
    )
    return Snapshot(
        url=url, fetched_at=WHEN, status=200, payload_sha256=written.payload_sha256, record=written.location
    )


def visit(archive: Archive, number: int, outcome: Article | NotArticle | Failure) -> None:
    body = outcome.text if isinstance(outcome, Article) else str(outcome)
    tells = signature(outcome.text) if isinstance(outcome, Article) else None
    url = f"https://{key(number)}"
    snapshot = page(archive, number, body.encode() * 20)
    archive.store(Visit(url=url, key=key(number), source="rassad", snapshot=snapshot, outcome=outcome, signature=tells))


def article(number: int, words: str) -> Article:
    return Article(
        url=f"https://{key(number)}",
        source="rassad",
        title=f"خبر رقم {number}",
        text=words,
        language="ar",
        kind="news",
        fetched_at=WHEN,
    )


def fill(archive: Archive) -> None:
    """Three articles (two near-duplicates, one with two versions), and URLs not_article, gone, pending and leased."""
    put_source(archive)
    visit(archive, 1, article(1, WORDS))
    visit(archive, 2, article(2, WORDS))
    visit(archive, 3, article(3, "فاز المنتخب الوطني في مباراة الأمس"))
    visit(archive, 3, article(3, "خسر المنتخب الوطني في مباراة أول أمس بعد ركلات الترجيح"))
    visit(archive, 4, NotArticle(url=f"https://{key(4)}", reason="section"))
    visit(archive, 5, Failure(reason="http 404", gone=True))
    links = [Discovered(url=f"https://{key(n)}", key=key(n), source="rassad", how="feed") for n in (6, 7)]
    archive.frontier.add(links)
    archive.frontier.claim(source="rassad", owner="a", limit=1)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound archive that nobody has open, and nobody may harm."""
    folder = tmp_path_factory.mktemp("sound") / "archive"
    with Archive.open(folder) as opened:
        fill(opened)
    return folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A copy of it, to be harmed."""
    return shutil.copytree(sound, tmp_path / "archive")


def findings(folder: Path, *, quick: bool = False) -> list[VerifyFinding]:
    with Archive.open(folder, create=False, upgrade=False) as opened:
        return list(verify(opened, quick=quick))


def damage(folder: Path, harm: Damage) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        harm(folder, connection)
        connection.commit()


def warc(folder: Path) -> Path:
    (path,) = folder.glob("warc/*.warc.gz")
    return path


def sql(*statements: str) -> Damage:
    def harm(_: Path, connection: sqlite3.Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    return harm


def flip(snapshot: int, at: int) -> Damage:
    """Flip one bit of a record, so many bytes from its start (from its end, if negative)."""

    def harm(folder: Path, connection: sqlite3.Connection) -> None:
        place = "select warc_offset, warc_length from snapshot where id = ?"
        offset, length = connection.execute(place, [snapshot]).fetchone()
        data = bytearray(warc(folder).read_bytes())
        data[offset + (at if at >= 0 else length + at)] ^= 1
        warc(folder).write_bytes(bytes(data))

    return harm


def truncate(folder: Path, connection: sqlite3.Connection) -> None:
    (offset,) = connection.execute("select warc_offset from snapshot where id = 6").fetchone()
    data = warc(folder).read_bytes()
    warc(folder).write_bytes(data[: offset + 10])


def forge(folder: Path, connection: sqlite3.Connection) -> None:
    """Put another record, whole and readable, in the place of one: only its recomputed digest betrays it."""
    store = WarcStore(folder / "forged")
    about = {"status": 200, "reason": "OK", "headers": [], "fetched_at": WHEN}
    written = store.write_response(url=f"https://{key(1)}", body="لم يقل هذا أحد".encode(), **about)  # type: ignore[arg-type]
    store.close()
    (made,) = (folder / "forged").iterdir()
    made.rename(folder / "warc" / "forged.warc.gz")
    place = "update snapshot set warc_file = 'forged.warc.gz', warc_offset = ?, warc_length = ? where id = 1"
    connection.execute(place, [written.location.offset, written.location.length])


def lie_within(folder: Path, connection: sqlite3.Connection) -> None:
    """Change a payload inside its record and compress it again: gzip is valid, the WARC digest is not."""
    offset, length = connection.execute("select warc_offset, warc_length from snapshot where id = 6").fetchone()
    data = warc(folder).read_bytes()
    plain = bytearray(gzip.decompress(data[offset : offset + length]))
    plain[-10] ^= 1
    packed = gzip.compress(bytes(plain))
    warc(folder).write_bytes(data[:offset] + packed)
    connection.execute("update snapshot set warc_length = ? where id = 6", [len(packed)])


HASH = hashlib.sha256(b"another").hexdigest()

WITHDRAWAL = (
    "insert into withdrawal (article_id, how, noticed_at, last_seen_at, snapshot_id)"
    " values (1, 'http 404', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', 1)"
)

#: What was done to the archive -> check, place and words of what must be found.
ERRORS: dict[str, tuple[Damage, str, str, str]] = {
    "a bit of a record": (flip(2, 200), "record", "snapshot 2", "not one whole gzip member"),
    "a bit of a checksum": (flip(2, -6), "record", "snapshot 2", "not one whole gzip member"),
    "a bit of a record's magic": (flip(3, 0), "record", "snapshot 3", "not one whole gzip member"),
    "a payload changed and compressed again": (lie_within, "record", "snapshot 6", "digest"),
    "a whole record put in the place of another": (forge, "record", "snapshot 1", "does not have the SHA-256"),
    "the end of a file": (truncate, "record", "snapshot 6", "lies outside"),
    "a digest": (
        sql(f"update snapshot set payload_sha256 = '{HASH}' where id = 4"),
        "record",
        "snapshot 4",
        "does not have the SHA-256",
    ),
    "an offset": (sql("update snapshot set warc_offset = 7 where id = 4"), "record", "snapshot 4", "gzip member"),
    "an offset before the file": (
        sql("update snapshot set warc_offset = -1 where id = 4"),
        "record",
        "snapshot 4",
        "lies outside",
    ),
    "an offset that is another record's": (
        sql(
            "update snapshot set (warc_offset, warc_length) = (select warc_offset, warc_length from snapshot where id = 1) where id = 3"  # noqa: E501  a table row
        ),
        "record",
        "snapshot 3",
        "does not have the SHA-256",
    ),
    "a length": (
        sql("update snapshot set warc_length = warc_length - 1 where id = 4"),
        "record",
        "snapshot 4",
        "not one whole gzip member",
    ),
    "half a location": (
        sql("update snapshot set warc_length = null where id = 4"),
        "record",
        "snapshot 4",
        "incomplete location",
    ),
    "an address of a fetch": (
        sql("update snapshot set url = 'https://other.example/' where id = 1"),
        "record",
        "snapshot 1",
        "another URL: https://rassad.example/1",
    ),
    "a status": (
        sql("update snapshot set status = 404 where id = 1"),
        "record",
        "snapshot 1",
        "status 200, the row 404",
    ),
    "a name that leads out of the folder": (
        sql("update snapshot set warc_file = '../archive.db' where id = 1"),
        "record",
        "warc/../archive.db",
        "1 snapshots",
    ),
    "the shown version": (
        sql("delete from version where article_id = 1"),
        "article",
        "article 1",
        "shows version 1, which is missing",
    ),
    "an earlier version": (
        sql("delete from version where article_id = 3 and number = 1"),
        "version",
        "article 3",
        "1 versions exist, numbered 2 to 2",
    ),
    "the text of an article": (
        sql("update article set text = text || '!' where id = 2"),
        "article",
        "article 2",
        "text: differs from version 1",
    ),
    "the title of an article": (sql("update article set title = 'آخر' where id = 2"), "article", "article 2", "title:"),
    "the hash of an article": (
        sql(f"update article set text_hash = '{HASH}' where id = 2"),
        "article",
        "article 2",
        "text_hash:",
    ),
    "the words of article and version alike": (
        sql("update article set text = 'زور' where id = 2", "update version set text = 'زور' where article_id = 2"),
        "version",
        "version 2",
        "version 1 of article 2",
    ),
    "the snapshot of a version": (
        sql("update version set snapshot_id = 99 where id = 3"),
        "reference",
        "version 3",
        "snapshot_id refers to snapshot 99",
    ),
    "a state": (sql("update url set state = 'fetched' where id = 7"), "address", "url 7", "'fetched' is not a state"),
    "the article of an address that is done": (
        sql("update url set article_id = null where id = 1"),
        "address",
        "url 1",
        "'done' without an article: https://rassad.example/1",
    ),
    "an address that leads to no article": (
        sql("update url set article_id = 77 where id = 1"),
        "reference",
        "url 1",
        "article_id refers to article 77",
    ),
    "a lease on an address that is done": (
        sql("update url set lease_owner = 'a', lease_until = '2026-01-01 00:00:00.000000' where id = 2"),
        "address",
        "url 2",
        "'done' with a lease",
    ),
    "a look at what was never an article": (
        sql("update url set revisit_at = '2026-01-01 00:00:00.000000' where id = 4"),
        "address",
        "url 4",
        "'not_article' has a scheduled revisit",
    ),
    "a look at what was never there": (
        sql("update url set revisit_at = '2026-01-01 00:00:00.000000' where id = 5"),
        "address",
        "url 5",
        "'gone' has a scheduled revisit",
    ),
    "a look at what was not fetched": (
        sql("update url set revisit_at = '2026-01-01 00:00:00.000000' where id = 7"),
        "address",
        "url 7",
        "'pending' has a scheduled revisit",
    ),
    "a withdrawal out of nothing": (
        sql("update article set withdrawn_at = '2026-01-01 00:00:00.000000', withdrawn_how = 'http 404' where id = 1"),
        "withdrawal",
        "article 1",
        "without an open withdrawal",
    ),
    "a withdrawal that the article does not know": (
        sql(WITHDRAWAL),
        "withdrawal",
        "article 1",
        "is marked as online, but withdrawal 1 has not ended",
    ),
    "another day of a withdrawal": (
        sql(WITHDRAWAL, "update article set withdrawn_at = '2026-01-02 00:00:00.000000', withdrawn_how = 'http 404'"),
        "withdrawal",
        "article 1",
        "differ from withdrawal 1",
    ),
    "a second withdrawal": (
        sql(
            WITHDRAWAL,
            WITHDRAWAL,
            "update article set withdrawn_at = '2026-01-01 00:00:00.000000', withdrawn_how = 'http 404' where id = 1",
        ),
        "withdrawal",
        "article 1",
        "2 withdrawals of it are open",
    ),
    "a withdrawal that nothing proves": (
        sql(WITHDRAWAL),
        "withdrawal",
        "withdrawal 1",
        "snapshot 1, came to 'new': not 'withdrawn'",
    ),
    "the end of a lease": (
        sql("update url set lease_until = null where lease_owner = 'a'"),
        "address",
        "url 6",
        "incomplete lease",
    ),
    "the hash of an address": (
        sql(f"update url set key_hash = '{HASH}' where id = 7"),
        "address",
        "url 7",
        "key_hash is not the SHA-256 of its key",
    ),
    "the hash of an article's key": (
        sql(f"update article set key_hash = '{HASH}' where id = 3"),
        "article",
        "article 3",
        "key_hash is not",
    ),
    "a story without its article": (
        sql("insert into story values (88, 1)"),
        "reference",
        "story article_id=88",
        "article_id refers to article 88",
    ),
    "a pair without its article": (
        sql("update copy set other_id = 88"),
        "reference",
        "copy article_id=2 other_id=88",
        "other_id refers to article 88",
    ),
    "a signature without its article": (
        sql("update signature set article_id = 88 where article_id = 3"),
        "reference",
        "signature article_id=88",
        "refers to article 88",
    ),
    "a band without its article": (
        sql("insert into band values (5, 88)"),
        "reference",
        "band hash=5 article_id=88",
        "article_id refers to article 88",
    ),
    "a recent band without its article": (
        sql("insert into recent_band values (6, 88)"),
        "reference",
        "recent_band hash=6 article_id=88",
        "article_id refers to article 88",
    ),
    "an article in the search index": (
        sql("delete from search_doc where article_id = 3"),
        "search",
        "search",
        "article 3 is not in the search index",
    ),
    "an article left in the search index": (
        sql("insert into search_doc values (1, 88, 1, '', '')"),
        "reference",
        "search_doc 1",
        "refers to a missing row of article",
    ),
    "the search index itself": (
        sql("delete from search_data where id > 10"),
        "search",
        "search",
        "the search index is damaged",
    ),
    "the tables of the search index": (sql("drop table search_doc"), "search", "the archive", "could not be checked"),
    "a table": (sql("drop table band"), "reference", "the archive", "could not be checked"),
}


def test_a_sound_archive_gives_nothing(archive: Archive) -> None:
    fill(archive)
    assert list(verify(archive)) == []
    assert list(verify(archive, quick=True)) == []


@pytest.mark.parametrize("what", ERRORS)
def test_damage_is_named_with_its_place(folder: Path, what: str) -> None:
    harm, check, where, words = ERRORS[what]
    damage(folder, harm)
    errors = [finding for finding in findings(folder) if finding.severity == "error"]
    (found,) = [finding for finding in errors if (finding.check, finding.where) == (check, where)]
    assert words in found.message
    assert found.cure
    assert "\n" not in found.message


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_no_flipped_bit_of_a_record_stays_unseen(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bytes 3 to 9 of a gzip member (flags, time, system) say nothing of its content, and no checksum covers them."""
    kept = warc(sound).read_bytes()
    with closing(sqlite3.connect(sound / "archive.db")) as connection:
        places = connection.execute("select id, warc_offset, warc_length from snapshot").fetchall()
    number, offset, length = data.draw(st.sampled_from(places))
    at = data.draw(st.sampled_from([*range(3), *range(10, length)]))
    harmed = bytearray(kept)
    harmed[offset + at] ^= 1 << data.draw(st.integers(0, 7))
    folder = tmp_path_factory.mktemp("warc")
    (folder / warc(sound).name).write_bytes(harmed)
    with Archive.open(sound, warc=folder, create=False, upgrade=False) as opened:
        inspection = Inspection(archive=opened, quick=False, progress=lambda name, seen: None)
        assert [found.where for found in CHECKS["record"](inspection)] == [f"snapshot {number}"]


def test_every_check_has_its_damage() -> None:
    """`database` and `schema` have tests of their own below, and so has `file`, which gives notes alone."""
    assert {check for _, check, _, _ in ERRORS.values()} == CHECKS.keys() - {"database", "schema", "file"}


def test_one_damage_is_one_finding_where_it_is_one(folder: Path) -> None:
    damage(folder, sql("update article set title = 'آخر' where id = 2"))
    assert [(found.check, found.where) for found in findings(folder)] == [("article", "article 2")]


@pytest.mark.parametrize(
    "what", ["an article in the search index", "an article left in the search index", "the search index itself"]
)
def test_the_cure_of_a_search_index_cures_it(folder: Path, what: str) -> None:
    damage(folder, ERRORS[what][0])
    assert {found.cure for found in findings(folder)} == {
        "run `delete from search_meta` in the database; the next command rebuilds the index, no article is lost"
    }
    damage(folder, sql("delete from search_meta"))
    Archive.open(folder).close()
    assert findings(folder) == []


def test_a_missing_file_is_named_once_with_the_number_of_its_records(folder: Path) -> None:
    name = warc(folder).name
    warc(folder).unlink()
    (found,) = findings(folder)
    assert (found.check, found.severity, found.where) == ("record", "error", f"warc/{name}")
    assert "6 snapshots" in found.message


def test_a_damaged_page_of_the_database_is_found_and_the_checks_go_on(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        (root,) = connection.execute("select rootpage from sqlite_master where name = 'ix_url_due'").fetchone()
        (size,) = connection.execute("pragma page_size").fetchone()
    with (folder / "archive.db").open("rb+") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 100)
    damage(folder, sql("update snapshot set status = 404 where id = 1"))
    found = {(one.check, one.where) for one in findings(folder)}
    assert ("database", "archive.db") in found
    assert ("record", "snapshot 1") in found


@pytest.mark.parametrize("version", ["0001", "9999"])
def test_another_schema_is_named_and_neither_changed_nor_looked_into(folder: Path, version: str) -> None:
    damage(folder, sql(f"update alembic_version set version_num = '{version}'", "drop table band"))
    (found,) = findings(folder)
    assert (found.check, found.severity) == ("schema", "error")
    assert f"schema {version}" in found.message
    assert not list(folder.glob("*backup*"))


def test_what_lies_about_in_the_folder_is_a_note(folder: Path) -> None:
    path = warc(folder)
    (path.parent / "old.warc.gz.torn").write_bytes(b"torn")
    (path.parent / "notes.txt").write_text("mine", encoding="utf-8")
    path.rename(f"{path}.open")
    found = findings(folder)
    assert {(one.severity, one.check) for one in found} == {("note", "file")}
    told = {one.where: one.message for one in found}
    assert told.keys() == {"warc/old.warc.gz.torn", "warc/notes.txt", f"warc/{path.name}.open"}
    assert "4 bytes" in told["warc/old.warc.gz.torn"]
    assert "left open by a crash" in told[f"warc/{path.name}.open"]


def test_a_torn_end_is_a_note_and_its_bytes_are_counted(folder: Path) -> None:
    with warc(folder).open("ab") as file:
        file.write(gzip.compress(b"WARC/1.1")[:12])
    (found,) = findings(folder)
    assert (found.severity, found.check) == ("note", "file")
    assert "the 12 bytes from byte" in found.message


def test_records_without_a_row_are_counted_and_harmless(folder: Path) -> None:
    with Archive.open(folder) as opened:
        page(opened, 8, b"a")
        page(opened, 9, b"b")
        assert findings(folder) == [], "its writer lives: rows follow"
    (found,) = findings(folder)
    assert (found.severity, found.where, found.message) == ("note", "warc/", "2 of 8 records have no row")
    assert findings(folder, quick=True) == [], "it opens no file"


def test_quick_reads_no_record_but_knows_where_one_must_end(folder: Path) -> None:
    damage(folder, flip(2, 200))
    assert findings(folder, quick=True) == []
    damage(folder, truncate)
    (found,) = (one for one in findings(folder, quick=True) if one.severity == "error")
    assert (found.check, found.where) == ("record", "snapshot 6")


def test_verifying_changes_nothing(folder: Path) -> None:
    damage(folder, sql("update url set state = 'fetched' where id = 7", "delete from search_doc where article_id = 3"))
    (folder / "warc" / "left.warc.gz.open").write_bytes(b"torn")
    before = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert findings(folder)
    assert {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_progress_counts_every_row_and_file(folder: Path) -> None:
    seen: Counter[str] = Counter()
    with Archive.open(folder, create=False, upgrade=False) as opened:
        assert list(verify(opened, progress=lambda name, number: seen.update({name: number}))) == []
    assert {name: seen[name] for name in ("article", "version", "url", "snapshot", "warc")} == {
        "article": 3,
        "version": 4,
        "url": 7,
        "snapshot": 6,
        "warc": 1,
    }


def test_more_rows_than_a_batch_are_all_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.verify.base._BATCH", 2)
    assert findings(folder) == []
    damage(folder, sql("update version set text = 'زور'", "update snapshot set status = 500"))
    places = [found.where for found in findings(folder)]
    assert [place for place in places if place.startswith("version")] == [f"version {n}" for n in (1, 2, 3, 4)]
    assert [place for place in places if place.startswith("snapshot")] == [f"snapshot {n}" for n in range(1, 7)]


def test_an_address_may_hold_what_a_header_cannot(folder: Path) -> None:
    """The WARC has a line break in an address as a blank; that is no other address."""
    damage(folder, sql("update snapshot set url = ' ' || url || char(10) where id = 1"))
    assert findings(folder) == []


def test_a_part_of_an_archive_is_sound_too(folder: Path, tmp_path: Path) -> None:
    with Archive.open(folder) as opened:
        articles = opened.find(Query(offset=1))
        export(FORMATS["sqlite"], articles, tmp_path / "part", Options(archive=opened))
    assert [found for found in findings(tmp_path / "part") if found.severity == "error"] == []
