"""Verification of exchanges: revisits are resolved, and records without rows are verified too."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import put_source
from test_storage_verify import article, findings, key, warc

from storage.archive import Archive
from storage.model.article import Article, NotArticle
from storage.model.visit import Snapshot, Visit
from storage.verify import VerifyFinding
from storage.warc import Exchange
from storage.warc.head import fields_of
from storage.warc.members import Member, members

WHEN = datetime(2026, 1, 1, 8, tzinfo=UTC)
BODY = "<p>أعلنت وزارة النقل اليوم افتتاح خط جديد للقطار</p>".encode() * 20


def fetch(archive: Archive, number: int, *, at: datetime, status: int = 200, body: bytes = BODY) -> Snapshot:
    url = f"https://{key(number)}"
    written = archive.warc.write_exchange(
        Exchange(
            url=url,
            fetched_at=at,
            status=status,
            reason="OK",
            headers=(("Content-Type", "text/html"),),
            body=body,
            request_headers=(("User-Agent", "Warraq"), ("Host", "rassad.example")),
            about=(("fetchTimeMs", "12"), ("via", "https://rassad.example/feed")),
        )
    )
    assert written
    return Snapshot(
        url=url, fetched_at=at, status=status, payload_sha256=written.payload_sha256, record=written.location
    )


def keep(archive: Archive, number: int, snapshot: Snapshot, outcome: Article | NotArticle) -> None:
    archive.store(
        Visit(url=f"https://{key(number)}", key=key(number), source="rassad", snapshot=snapshot, outcome=outcome)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Snapshot 1: a response. 2: another address with the same payload. 3: the first again, 304."""
    with Archive.open(tmp_path / "archive") as archive:
        put_source(archive)
        keep(archive, 1, fetch(archive, 1, at=WHEN), article(1, "متن"))
        keep(
            archive, 2, fetch(archive, 2, at=WHEN + timedelta(hours=1)), NotArticle(url="https://x/", reason="section")
        )
        third = fetch(archive, 1, at=WHEN + timedelta(hours=2), status=304, body=b"")
        keep(archive, 1, third, article(1, "متن"))
    return tmp_path / "archive"


def records(folder: Path) -> Iterator[tuple[str, Member]]:
    with warc(folder).open("rb") as file:
        for member in members(file):
            yield fields_of(member.head).get("warc-type", "?"), member


def rewrite(folder: Path, member: Member, new: bytes) -> None:
    """Put other bytes in the place of a member, which must be as long where rows are to find the rest."""
    data = warc(folder).read_bytes()
    warc(folder).write_bytes(data[: member.offset] + new + data[member.offset + member.length :])


def sql(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        connection.execute(statement)
        connection.commit()


def errors(folder: Path) -> list[VerifyFinding]:
    return [one for one in findings(folder) if one.severity == "error"]


def test_an_archive_with_revisits_is_sound_and_only_answers_are_counted(folder: Path) -> None:
    assert [kind for kind, _ in records(folder)] == [
        "warcinfo", "response", "request", "metadata", "revisit", "request", "metadata", "revisit", "request", "metadata",  # noqa: E501  a table row
    ]  # fmt: skip
    assert findings(folder) == []
    assert findings(folder, quick=True) == []


@pytest.mark.parametrize("kind", ["warcinfo", "request", "metadata"])
@pytest.mark.parametrize("at", [0, 20, -6], ids=["magic", "middle", "checksum"])
def test_a_damaged_record_that_no_row_names_is_named(folder: Path, kind: str, at: int) -> None:
    member = next(member for found, member in records(folder) if found == kind)
    data = bytearray(warc(folder).read_bytes()[member.offset : member.offset + member.length])
    data[at] ^= 0x10
    rewrite(folder, member, bytes(data))
    (found,) = errors(folder)
    assert (found.check, found.where) == ("file", f"warc/{warc(folder).name}")
    assert f"at byte {member.offset} is damaged" in found.message
    if at == -6:
        assert f"the {kind} record" in found.message, "what can still be read says which it was"


def test_a_field_of_a_metadata_record_changed_and_packed_anew_is_found(folder: Path) -> None:
    member = next(member for found, member in records(folder) if found == "metadata")
    rewrite(folder, member, gzip.compress(member.head.replace(b"fetchTimeMs: 12", b"fetchTimeMs: 13")))
    told = [found for found in errors(folder) if found.check == "file"]
    assert [found.message for found in told] == [
        f"the metadata record of https://{key(1)} at byte {member.offset} has changed since it was written: "
        "its digest or length differs"
    ]


def test_a_missing_original_is_an_error_that_names_both(folder: Path) -> None:
    kinds = dict(reversed(list(records(folder))))
    data = bytearray(warc(folder).read_bytes())
    data[kinds["response"].offset + 300] ^= 1
    warc(folder).write_bytes(bytes(data))
    found = {one.where: one.message for one in errors(folder)}
    assert found.keys() == {"snapshot 1", "snapshot 2", "snapshot 3"}
    name = warc(folder).name
    for where in ("snapshot 2", "snapshot 3"):
        assert f"refers to {name} at byte {kinds['response'].offset}: damaged WARC record" in found[where]


def test_an_original_in_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive") as archive:
        put_source(archive)
        keep(archive, 1, fetch(archive, 1, at=WHEN), article(1, "متن"))
        first = next(iter(archive.warc.files())).name.removesuffix(".open")
        archive.warc._rotate_bytes = 1
        keep(archive, 2, fetch(archive, 2, at=WHEN), NotArticle(url="https://x/", reason="section"))
    (tmp_path / "archive" / "warc" / first).unlink()
    found = {one.where: one.message for one in errors(tmp_path / "archive")}
    assert found.keys() == {f"warc/{first}", "snapshot 2"}
    assert f"refers to {first} at byte" in found["snapshot 2"]
    assert "cannot read" in found["snapshot 2"]


def test_a_revisit_of_another_digest_than_its_row_says_is_found(folder: Path) -> None:
    sql(folder, f"update snapshot set payload_sha256 = '{'0' * 64}' where id = 3")
    (found,) = errors(folder)
    assert (found.where, "does not have the SHA-256" in found.message) == ("snapshot 3", True)


def test_a_revisit_that_is_said_to_be_of_another_status_or_address_is_found(folder: Path) -> None:
    sql(folder, "update snapshot set status = 200 where id = 3")
    sql(folder, "update snapshot set url = 'https://other.example/' where id = 2")
    assert {(found.where, found.message.partition(" at byte")[0].split()[0]) for found in errors(folder)} == {
        ("snapshot 2", "record"),
        ("snapshot 3", "record"),
    }
