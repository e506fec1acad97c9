"""warraq reextract from the command line: dry runs, exit codes, SIGKILL in the middle, Ctrl-C."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.operations.archive_lock import rereading
from tests.support.desk import Ended
from tests.support.kept_pages import WIDGET, keep
from warraq.cli.main import run

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve articles as yesterday's rules read them, and one whose page is no article."""
    with Archive.open(tmp_path / "archive") as archive:
        put(archive)
        for number in range(12):
            keep(archive, number)
        keep(archive, 12, body=b"<html><body><p>404</p></body></html>")
    return tmp_path / "archive"


def put(archive: Archive) -> None:
    home = "https://rassad.example/"
    archive.put_source(
        key="rassad", name_ar="الرصد", name_en="Rassad", country="MA", timezone="Africa/Casablanca", home=home
    )


def reextract(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> Ended:
    code = run(["reextract", "--archive", str(folder), "--workers", "1", *arguments])
    out, err = capsys.readouterr()
    return Ended(code, out, err)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def one(folder: Path, statement: str) -> object:
    with closing(sqlite3.connect(folder / "archive.db")) as database:
        return database.execute(statement).fetchone()[0]


def test_a_dry_run_shows_ten_differences_and_leaves_every_byte(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digests(folder)
    ended = reextract(folder, capsys, "--dry-run")
    assert digests(folder) == before
    assert ended.code == 0
    assert ended.out.count(f"[-{WIDGET}-]") == 10
    row = next(line for line in ended.out.splitlines() if line.startswith("rassad"))
    assert row.split() == ["rassad", "13", "12", "0", "12", "0", "0", "1", "0", "0", "0", "0"]
    assert ended.out.splitlines()[-1] == "nothing was written; run without --dry-run to apply"


def test_two_at_once_would_do_everything_twice(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Archive.open(folder) as archive, rereading(archive, "warraq reextract"):
        ended = reextract(folder, capsys)
        assert (ended.code, ended.out) == (5, "")
        assert ended.err.count("\n") == 1
        assert f"warraq reextract (pid {os.getpid()}, since" in ended.err
        assert reextract(folder, capsys, "--dry-run").code == 0
    assert one(folder, "select count(*) from run") == 0
    assert reextract(folder, capsys).code == 0


def test_what_was_done_is_told_in_a_table_and_done_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = reextract(folder, capsys)
    assert (first.code, first.err) == (0, "")
    assert "1 no article: " in first.out
    again = reextract(folder, capsys, "--json")
    *told, summary = map(json.loads, again.out.splitlines())
    assert [line["result"] for line in told] == ["not_article"]
    assert summary["summary"]["sources"] == {"rassad": {"not_article": 1, "read": 13, "same": 12}}
    assert one(folder, "select count(*) from version where cause = 'rules'") == 12


def test_json_tells_each_difference_by_its_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = reextract(folder, capsys, "--dry-run", "--json")
    first = json.loads(ended.out.splitlines()[0])
    assert (first["article_id"], first["result"], first["parts"]) == (1, "changed", ["text"])
    assert WIDGET in "".join(span["text"] for span in first["text"] if span["op"] == "delete")
    assert (first["title"], first["fields"]) == (None, {})


def test_a_damaged_record_is_named_and_is_a_failure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (file,) = (folder / "warc").glob("*.warc.gz")
    offset = one(folder, "select warc_offset from snapshot where id = 3")
    with file.open("rb+") as warc:
        warc.seek(int(str(offset)) + 40)
        warc.write(b"\0" * 8)
    ended = reextract(folder, capsys)
    assert ended.code == 1
    assert f"in {file.name} at byte {offset}" in ended.err
    assert "1 damaged: record" in ended.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--source", "nobody"), "the archive has no source 'nobody'; it has rassad"),
        (("--source", "rasad"), "the archive has no source 'rasad'; did you mean rassad?"),
        (("--since", "yesterday"), "'yesterday' is not a date"),
    ],
)
def test_what_cannot_be_understood_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    ended = reextract(folder, capsys, *arguments)
    assert ended.code == 2
    assert words in ended.err


@pytest.fixture
def large(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    with Archive.open(folder) as archive:
        put(archive)
        for number in range(150):
            keep(archive, number)
    return folder


def started(folder: Path) -> "subprocess.Popen[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "warraq", "reextract", "--archive", str(folder), "--workers", "1"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")


def in_the_middle(folder: Path, process: "subprocess.Popen[str]") -> None:
    """Wait until some of its articles are written."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        if one(folder, "select count(*) from version where cause = 'rules'"):
            return
        time.sleep(0.01)
    raise AssertionError(process.communicate())


def is_whole(folder: Path) -> bool:
    """Every article read once, with one version of ours, and nothing that `verify` objects to."""
    counts = json.loads(str(one(folder, "select counts from run order by id desc limit 1")))["counts"]
    assert counts == {"rassad/read": 150, "rassad/changed": 150, "rassad/text": 150}
    assert one(folder, "select count(*) from (select 1 from version group by article_id having count(*) = 2)") == 150
    assert one(folder, "select count(*) from run") == 1
    return run(["verify", "--archive", str(folder)]) == 0


@pytest.mark.slow
def test_a_pass_that_is_killed_goes_on_and_does_every_article_once(
    large: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process = started(large)
    in_the_middle(large, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = int(str(one(large, "select count(*) from version where cause = 'rules'")))
    assert 0 < done < 150

    ended = reextract(large, capsys)

    assert ended.code == 0
    assert f"resuming after article {done}" in ended.err
    assert is_whole(large)


@pytest.mark.slow
def test_ctrl_c_finishes_what_is_in_hand_and_says_how_to_go_on(large: Path, capsys: pytest.CaptureFixture[str]) -> None:
    process = started(large)
    in_the_middle(large, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "everything is saved, and the same command resumes" in err
    assert "Traceback" not in err
    assert reextract(large, capsys).code == 0
    assert is_whole(large)
