"""What the program says, and with which exit code, where the machine around it fails."""

import hashlib
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.forked import run_forked
from warraq.cli.main import COMMANDS

#: Commands that open the archive, as shortly as they can be asked to.
OPENING = {
    "stats": [],
    "search": ["خبر"],
    "show": ["1"],
    "story": ["1"],
    "changes": [],
    "feed": [],
    "alert": ["list"],
    "export": ["-f", "jsonl"],
    "health": [],
    "verify": [],
    "reextract": ["--dry-run"],
    "requeue": [],
    "read": ["--port", "0"],
    "mcp": [],
    "crawl": ["hespress"],
    "watch": ["hespress", "--for", "1s"],
    "capture": ["--pending"],
    "import": ["{tmp}/urls.txt", "--format", "urls"],
}
#: Commands that open no archive's database, or another one than --archive names.
OTHERS = {
    "demo",
    "clean",
    "extract",
    "gather",
    "sources",
    "worker",
    "workers",
    "config",
    "doctor",
    "help",
    "manual",
    "completion",
}


def test_every_command_that_opens_an_archive_is_listed() -> None:
    assert set(OPENING) | OTHERS == set(COMMANDS)


def test_a_refused_address_needs_no_archive(tmp_path: Path) -> None:
    ended = run_forked("--archive", tmp_path / "none", "capture", "khabar")
    assert (ended.code, ended.err) == (
        1,
        "khabar: refused, an address is needed, written whole, such as https://www.example.ma/news/1\n",
    )
    assert not (tmp_path / "none").exists()


@pytest.mark.fault("A50")
@pytest.mark.parametrize("name", OPENING)
def test_a_foreign_sqlite_file_is_refused_and_not_changed(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "foreign"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "archive.db")) as connection:
        connection.execute("create table invoices (id integer primary key)")
    before = hashlib.sha256((folder / "archive.db").read_bytes()).hexdigest()
    (tmp_path / "urls.txt").write_text("https://rassad.example/1\n", encoding="utf-8")
    words = [word.replace("{tmp}", str(tmp_path)) for word in OPENING[name]]
    ended = run_forked("--archive", folder, name, *words)
    assert (ended.code, ended.out) == (5, ""), ended.err
    assert "is not a Warraq archive" in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert hashlib.sha256((folder / "archive.db").read_bytes()).hexdigest() == before
    assert sorted(path.name for path in folder.iterdir()) == ["archive.db"]


@pytest.mark.fault("F08")
@pytest.mark.parametrize(
    "line",
    [
        "export -f csv",
        *(
            pytest.param(line, marks=pytest.mark.slow)
            for line in ("stats", "search خبر --limit 1000", "changes", "sources list", "verify")
        ),
    ],
)
def test_a_closed_pipe_is_no_failure(line: str, unpacked: Path) -> None:
    command = f"{sys.executable} -m warraq --archive '{unpacked}' {line} | true; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, timeout=120, check=True)
    assert (ended.stdout, ended.stderr) == (b"0\n", b"")


@pytest.mark.parametrize("emptied", ["missing", "of no bytes", "without tables"])
@pytest.mark.parametrize("name", ["crawl", "stats", "capture"])
def test_warc_files_without_their_database_are_not_taken_for_a_new_archive(
    name: str, emptied: str, kept_archive: Path
) -> None:
    database = kept_archive / "archive.db"
    database.unlink()
    if emptied != "missing":
        with closing(sqlite3.connect(database)) as connection:
            if emptied == "without tables":
                connection.execute("create table a (id integer)")
                connection.execute("drop table a")
    ended = run_forked("--archive", kept_archive, name, *OPENING[name])
    assert ended.code == 5, ended.err
    if not (name == "stats" and emptied == "missing"):
        assert "warraq --archive" in ended.err
        assert "import" in ended.err


@pytest.mark.fault("F25")
@pytest.mark.slow
def test_the_database_is_rebuilt_from_the_warc_files(kept_archive: Path, unpacked: Path) -> None:
    (kept_archive / "archive.db").unlink()
    files = sorted((kept_archive / "warc").iterdir())
    ended = run_forked("--archive", kept_archive, "import", *files, timeout=300)
    assert ended.code in (0, 1), ended.err
    with closing(sqlite3.connect(kept_archive / "archive.db")) as connection:
        rebuilt = {url for (url,) in connection.execute("select url from article")}
    with closing(sqlite3.connect(unpacked / "archive.db")) as connection:
        before = {url for (url,) in connection.execute("select url from article")}
    assert len(before - rebuilt) <= len(before) // 20, before - rebuilt
    assert run_forked("--archive", kept_archive, "verify").code == 0


@pytest.mark.fault("F08")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "line",
    [
        "export -f jsonl",
        *(pytest.param(line, marks=pytest.mark.slow) for line in ("stats", "search خبر --json", "sources list")),
    ],
)
def test_output_on_a_full_device_is_an_error_with_its_cure(line: str, unpacked: Path) -> None:
    command = f"{sys.executable} -m warraq --archive '{unpacked}' {line} > /dev/full"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, timeout=120)
    assert ended.returncode == 5
    assert ended.stderr == b"warraq: no room on the disk: make room and run again, nothing is lost\n"


@pytest.mark.parametrize("line", ["stats", pytest.param("export -f jsonl", marks=pytest.mark.slow)])
def test_closed_output_is_an_error_with_its_cure(line: str, unpacked: Path) -> None:
    command = f"{sys.executable} -m warraq --archive '{unpacked}' {line} >&-"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, timeout=120)
    assert ended.returncode == 5
    assert ended.stderr == b"warraq: standard output is closed: give it a place to go\n"


@pytest.mark.fault("F08")
def test_every_standard_stream_closed_harms_no_archive(kept_archive: Path) -> None:
    command = f"{sys.executable} -m warraq --archive '{kept_archive}' stats <&- >&- 2>&-"
    assert subprocess.run(["bash", "-c", command], timeout=120).returncode == 5
    assert run_forked("--archive", kept_archive, "verify").code == 0


def test_a_warc_folder_that_is_no_folder_is_one_line(kept_archive: Path, tmp_path: Path) -> None:
    shutil.rmtree(kept_archive / "warc")
    (kept_archive / "warc").write_text("", encoding="utf-8")
    (tmp_path / "page.html").write_text("<p>نص", encoding="utf-8")
    url = "https://rassad.example/1"
    ended = run_forked("--archive", kept_archive, "capture", "--html", tmp_path / "page.html", "--url", url)
    assert ended.code == 5
    assert len(ended.err.strip().splitlines()) == 1
    assert "a bug in warraq" not in ended.err
