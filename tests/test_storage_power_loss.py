"""What is left of the database after power loss, of a copy made while it is written, and of eight writers at once."""

import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from conftest import put_source

from storage.archive import Archive
from storage.model.address import Discovered

ROOT = Path(__file__).parents[1]
WRITER = """
import sys
from storage.archive import Archive
from storage.model.address import Discovered
name, number = sys.argv[2], int(sys.argv[3])
with Archive.open(sys.argv[1]) as archive:
    print("open", flush=True)
    sys.stdin.readline()
    for n in range(number):
        url = f"https://rassad.example/{name}/{n}"
        archive.frontier.add([Discovered(url=url, key=url, source="rassad", how="feed")])
"""


def integrity(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        found = [row[0] for row in connection.execute("pragma integrity_check")]
        return found + [str(row) for row in connection.execute("pragma foreign_key_check")]


def numbers(database: Path) -> list[int]:
    with closing(sqlite3.connect(database)) as connection:
        return [number for (number,) in connection.execute("select id from url order by id")]


def add(archive: Archive, number: int) -> None:
    url = f"https://rassad.example/{number}"
    archive.frontier.add([Discovered(url=url, key=url, source="rassad", how="feed")])


@pytest.mark.fault("F18")
@pytest.mark.parametrize("damage", ["cut", "scrambled"])
def test_after_power_loss_the_first_commits_are_there_and_no_half_one(tmp_path: Path, damage: str) -> None:
    folder, dice, kept = tmp_path / "archive", random.Random(7), set()
    with Archive.open(folder) as archive:
        put_source(archive)
        for number in range(60):
            add(archive, number)
        wal = (folder / "archive.db-wal").read_bytes()
        assert len(wal) > 200_000
        for trial in range(30):
            spoiled = tmp_path / f"{damage}{trial}"
            spoiled.mkdir()
            shutil.copy(folder / "archive.db", spoiled)
            cut = dice.randrange(len(wal) // 2, len(wal))
            tail = b"" if damage == "cut" else dice.randbytes(len(wal) - cut)
            (spoiled / "archive.db-wal").write_bytes(wal[:cut] + tail)
            assert integrity(spoiled / "archive.db") == ["ok"]
            found = numbers(spoiled / "archive.db")
            assert found == list(range(1, len(found) + 1)), "a prefix of what was committed"
            kept.add(len(found))
            with Archive.open(spoiled) as opened:
                add(opened, 1_000)
    assert len(kept) > 5
    assert max(kept) <= 60


@pytest.mark.fault("F27")
def test_copies_made_while_it_is_written_are_whole(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with Archive.open(folder) as archive:
        put_source(archive)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), "busy", "300"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True,
    )  # fmt: skip
    assert writer.stdout is not None
    assert writer.stdin is not None
    writer.stdout.readline()
    writer.stdin.write("go\n")
    writer.stdin.flush()
    sizes = []
    for number in range(12):
        before, copy = len(numbers(folder / "archive.db")), tmp_path / f"copy{number}.db"
        with closing(sqlite3.connect(folder / "archive.db")) as source:
            if number % 2:
                source.execute("vacuum into ?", (str(copy),))
            else:
                with closing(sqlite3.connect(copy)) as target:
                    source.backup(target)
        assert integrity(copy) == ["ok"]
        found = numbers(copy)
        assert len(found) >= before, "all that was committed before it began"
        sizes.append(len(found))
    writer.communicate()
    assert writer.returncode == 0
    assert sizes == sorted(sizes)


@pytest.mark.fault("F22")
@pytest.mark.slow
def test_eight_writers_lose_no_row_and_meet_no_lock_that_ends_them(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with Archive.open(folder) as archive:
        put_source(archive)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), f"w{number}", "150"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True,
        )
        for number in range(8)
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()
    ended = [writer.communicate("go\n", timeout=180) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 8, ended
    assert len(numbers(folder / "archive.db")) == 8 * 150
    assert integrity(folder / "archive.db") == ["ok"]
