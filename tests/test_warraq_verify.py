"""warraq verify: what it prints, where, and with which exit code."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from test_storage_verify import damage, fill, flip, sql, warc

from storage.archive import Archive
from tests.support.desk import Ended, Run
from warraq.cli.commands import verify
from warraq.cli.main import run


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "archive"
    with Archive.open(folder) as opened:
        fill(opened)
    return folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound, tmp_path / "archive")


@pytest.fixture
def verified(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `warraq verify` on the archive, with these options."""

    def call(*arguments: str) -> Ended:
        code = run(["verify", "--archive", str(folder), *arguments])
        out, err = capsys.readouterr()
        return Ended(code, out, err)

    return call


def test_a_sound_archive_says_what_was_looked_at(verified: Run) -> None:
    ended = verified()
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == ("checked 3 articles, 4 versions, 7 addresses, 6 snapshots, 1 WARC file\n0 errors, 0 notes\n")


def test_damage_is_a_row_of_the_table_and_the_exit_code(folder: Path, verified: Run) -> None:
    damage(folder, flip(2, 200))
    ended = verified()
    assert ended.code == 1
    (row,) = [line for line in ended.out.splitlines() if line.startswith("error")]
    assert "record" in row
    assert "snapshot 2" in row
    assert "not one whole gzip member" in row
    assert "1 error, 0 notes" in ended.out.splitlines()[-1]


def test_quick_does_not_read_records_and_says_so(folder: Path, verified: Run) -> None:
    damage(folder, flip(2, 200))
    ended = verified("--quick")
    assert ended.code == 0
    assert "WARC records not read (--quick)" in ended.out


def test_json_is_one_finding_a_line_and_a_summary(folder: Path, verified: Run) -> None:
    damage(folder, sql("update article set title = 'آخر' where id = 2"))
    (folder / "warc" / "notes.txt").write_text("mine", encoding="utf-8")
    ended = verified("--json")
    first, second, last = map(json.loads, ended.out.splitlines())
    assert ended.code == 1
    assert first == {
        "check": "article",
        "severity": "error",
        "where": "article 2",
        "message": "title: differs from version 1, which it shows",
        "cure": "restore a backup of archive.db, or fetch the page again",
    }
    assert (second["check"], second["severity"], second["where"]) == ("file", "note", "warc/notes.txt")
    summary = last["summary"]
    assert (summary["errors"], summary["notes"], summary["quick"]) == (1, 1, False)
    assert summary["checked"]["snapshot"] == 6


def test_notes_are_told_and_are_no_failure(folder: Path, verified: Run) -> None:
    warc(folder).rename(f"{warc(folder)}.open")
    ended = verified()
    assert ended.code == 0
    assert ended.out.startswith("severity")
    assert "left open by a crash" in ended.out
    assert ended.out.endswith("0 errors, 1 note\n")


def test_a_table_has_an_end_and_says_how_many_more_there_are(
    folder: Path, verified: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_SHOWN", 2)
    damage(folder, sql("update snapshot set status = 500"))
    ended = verified()
    assert sum(line.startswith("error") for line in ended.out.splitlines()) == 2
    assert "... and 4 more; --json lists them all" in ended.out
    assert ended.out.endswith("6 errors, 0 notes\n")


def test_an_older_archive_is_judged_not_upgraded(folder: Path, verified: Run) -> None:
    damage(folder, sql("update alembic_version set version_num = '0001'"))
    ended = verified()
    assert ended.code == 1
    assert "the archive has schema 0001" in ended.out
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        assert connection.execute("select version_num from alembic_version").fetchone() == ("0001",)


def test_where_there_is_no_archive_none_is_made(tmp_path: Path, verified: Run) -> None:
    ended = verified("--archive", str(tmp_path / "nowhere"))
    assert (ended.code, ended.out) == (5, "")
    assert "no archive in" in ended.err
    assert not (tmp_path / "nowhere").exists()


def test_what_a_page_smuggled_into_an_address_does_not_reach_the_terminal(folder: Path, verified: Run) -> None:
    damage(folder, sql("update url set url = 'https://x/' || char(27) || '[2J', article_id = null where id = 1"))
    assert "\x1b" not in verified().out
