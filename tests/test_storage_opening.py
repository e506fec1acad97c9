"""Opening an archive whose file is foreign, lost, damaged, locked or cannot be written.

And losing it while it is open.
"""

import contextlib
import logging
import os
import random
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Clock, put_source

from storage.archive import Archive
from storage.database import engine
from storage.errors import StorageError
from storage.model.address import Discovered
from storage.model.visit import Failure, Visit
from storage.operations.archive_lock import crawling
from storage.search.query import parse
from storage.verify import verify
from warraq.cli.commands.demo import _write_source


def flip(database: Path, *, number: int, seed: int = 7) -> None:
    """Damage a closed database: change so many bytes anywhere behind its first page."""
    chance = random.Random(seed)
    data = bytearray(database.read_bytes())
    for _ in range(number):
        data[chance.randrange(4096, len(data))] ^= 0xFF
    database.write_bytes(data)


@pytest.mark.fault("F26")
def test_a_database_removed_while_it_is_open_is_noticed_at_the_next_commit(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive") as archive:
        put_source(archive)
        (tmp_path / "archive" / "archive.db").unlink()
        with pytest.raises(StorageError, match="removed or replaced") as caught:
            put_source(archive, "second")
    assert caught.value.exit_code == 5
    assert not (tmp_path / "archive" / "archive.db").exists(), "no new, empty one"


def test_a_database_replaced_while_it_is_open_is_noticed(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive") as archive:
        put_source(archive)
        other = tmp_path / "other.db"
        other.write_bytes(b"")
        other.replace(tmp_path / "archive" / "archive.db")
        with pytest.raises(StorageError, match="removed or replaced"):
            put_source(archive, "second")
    assert (tmp_path / "archive" / "archive.db").stat().st_size == 0


@pytest.mark.fault("F25")
@pytest.mark.parametrize("number", [300, 3000])
@pytest.mark.parametrize("seed", range(3))
def test_damage_is_told_as_damage_and_never_as_a_fault_of_ours(kept_archive: Path, number: int, seed: int) -> None:
    flip(kept_archive / "archive.db", number=number, seed=seed)
    with pytest.raises(StorageError) as caught:
        Archive.open(kept_archive, check=True).close()
    assert caught.value.exit_code == 5
    try:
        archive = Archive.open(kept_archive)
    except StorageError:
        return
    with archive:
        for read in (
            lambda: list(archive.search(parse("الوزارة"))),
            lambda: list(archive.find(parse(""))),
            archive.stats,
        ):
            with contextlib.suppress(StorageError):  # whatever else it raises is a fault of ours
                read()
    with Archive.open(kept_archive, upgrade=False) as archive:
        assert any(finding.severity == "error" for finding in verify(archive))


def test_a_sound_archive_passes_the_check(kept_archive: Path) -> None:
    with Archive.open(kept_archive, check=True) as archive:
        assert archive.count(parse("الوزارة")) == 12


def test_a_writer_waits_for_another_programs_lock_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_S", 0.1)
    with Archive.open(tmp_path / "archive") as archive:
        foreign = sqlite3.connect(tmp_path / "archive" / "archive.db", isolation_level=None, check_same_thread=False)
        foreign.execute("begin immediate")

        def release() -> None:
            time.sleep(1)
            foreign.execute("commit")

        thread = threading.Thread(target=release)
        thread.start()
        with caplog.at_level(logging.WARNING):
            put_source(archive)
        thread.join()
        foreign.close()
    assert "another program has locked the archive" in caplog.text


def test_a_lock_that_never_ends_is_an_error_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_S", 0.1)
    monkeypatch.setattr(engine, "PATIENCE_S", 0.5)
    with (
        Archive.open(tmp_path / "archive") as archive,
        closing(sqlite3.connect(tmp_path / "archive" / "archive.db", isolation_level=None)) as foreign,
    ):
        foreign.execute("begin immediate")
        with pytest.raises(StorageError, match="another program holds the archive"):
            put_source(archive)
        foreign.execute("commit")
        put_source(archive)


class NoRoom(sqlite3.Connection):
    """A connection as a full or read-only disk leaves it."""

    def execute(self, *_: object, **__: object) -> sqlite3.Cursor:  # type: ignore[override]
        raise sqlite3.OperationalError("unable to open database file")


@pytest.mark.fault("F21")
def test_a_closed_archive_on_a_disk_that_cannot_be_written_is_read(
    kept_archive: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Archive.open(kept_archive).close()  # with today's schema: an older one cannot be upgraded there
    assert not list(kept_archive.glob("archive.db-*"))
    connect = sqlite3.connect

    def refusing(name: object, **more: object) -> sqlite3.Connection:
        writing = "mode=rw" in str(name)
        return connect(name, factory=NoRoom if writing else sqlite3.Connection, **more)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr("storage.database.opening.sqlite3.connect", refusing)
    with Archive.open(kept_archive, create=False) as archive:
        assert archive.count(parse("الوزارة")) == 12
        with pytest.raises(StorageError, match="can only be read here"):
            put_source(archive)
    assert "cannot be written" in caplog.text
    assert not list(kept_archive.glob("archive.db-*"))


def test_an_archive_that_was_not_closed_needs_a_disk_with_room(
    kept_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(kept_archive) as archive:
        put_source(archive, "late")
        shutil.copytree(kept_archive, tmp_path / "crashed")
    monkeypatch.setattr("storage.database.opening.sqlite3.connect", lambda *_, **__: NoRoom(":memory:"))
    with pytest.raises(StorageError, match="not yet in it"):
        Archive.open(tmp_path / "crashed", create=False)


@pytest.mark.fault("F15")
def test_times_written_by_a_clock_that_ran_ahead_are_bounded_when_a_crawl_begins(
    archive: Archive, clock: Clock
) -> None:
    archive.frontier.add(
        [
            Discovered(url=f"https://rassad.example/{n}", key=f"rassad.example/{n}", source="rassad", how="feed")
            for n in "12"
        ]
    )
    clock.forward(400 * 86_400)
    (claim, *_) = archive.frontier.claim(source="rassad", owner="me", limit=1)
    failed = Visit(claim=claim, url=claim.url, key=claim.key, source="rassad", outcome=Failure(reason="timeout"))
    assert archive.store(failed).result == "retry"
    archive.frontier.claim(source="rassad", owner="other", limit=1)
    clock.forward(-399 * 86_400)
    assert archive.frontier.claim(source="rassad", owner="me", limit=5) == []
    assert archive.frontier.waiting(["rassad"])[0] == 1
    assert archive.bound_future_times() == 2
    clock.forward(1)
    assert len(archive.frontier.claim(source="rassad", owner="me", limit=5)) == 2


def test_a_wait_of_a_day_is_kept(archive: Archive) -> None:
    archive.frontier.add(
        [Discovered(url="https://rassad.example/1", key="rassad.example/1", source="rassad", how="feed")]
    )
    (claim,) = archive.frontier.claim(source="rassad", owner="me", limit=1)
    later = Failure(reason="http 503", retry_after_s=86_400)
    archive.store(Visit(claim=claim, url=claim.url, key=claim.key, source="rassad", outcome=later))
    assert archive.bound_future_times() == 0


@pytest.mark.skipif(os.name == "nt", reason="no such permissions")
def test_a_new_archive_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with Archive.open(folder) as archive:
        put_source(archive)
        archive.warc.write_resource(
            url="https://rassad.example/1",
            body=b"<p>",
            media_type="text/html",
            fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        modes = {path.name.split(".")[0]: path.stat().st_mode & 0o777 for path in folder.rglob("*")}
        assert folder.stat().st_mode & 0o777 == 0o700
    assert modes.pop("warc") == 0o700
    assert set(modes.values()) == {0o600}


@pytest.mark.skipif(os.name == "nt", reason="no such permissions")
def test_what_commands_add_to_an_archive_is_its_owners_alone(kept_archive: Path) -> None:
    (kept_archive / "crawling.lock").unlink()
    with Archive.open(kept_archive) as archive, crawling(archive, "warraq crawl", alone=False):
        pass
    _write_source(kept_archive / "demo", "http://127.0.0.1:1")
    added = [
        kept_archive / "crawling.lock",
        kept_archive / "archive.db.backup-0003",
        kept_archive / "demo",
        kept_archive / "demo" / "sources",
        kept_archive / "demo" / "sources" / "demo.toml",
    ]
    assert {path.name: path.stat().st_mode & 0o077 for path in added} == {path.name: 0 for path in added}
