"""A read that lasts, because whoever takes its rows is slow, holds neither the WAL nor a writer."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.demo import DemoNewspaper
from storage.archive import Archive
from storage.search.query import parse
from tests.support.kept_archive import ARTICLES, run_process
from tests.support.sound import assert_sound, rows

ROOT = Path(__file__).parents[1]
READS: dict[str, Callable[[Archive], Iterator[object]]] = {
    "find": lambda archive: archive.find(parse("")),
    "ids": lambda archive: archive.ids(parse("")),
    "read": lambda archive: archive.read(range(1, 70)),
    "search": lambda archive: archive.search(parse("الوزارة")),
}


def write_and_checkpoint(folder: Path) -> bool:
    """Whether everything in the WAL can be moved to the database and the WAL begun again."""
    with closing(sqlite3.connect(folder / "archive.db", isolation_level=None, timeout=1)) as writer:
        writer.execute("update source set name_en = name_en || '.'")
        busy, _, _ = writer.execute("pragma wal_checkpoint(truncate)").fetchone()
    return not busy and (folder / "archive.db-wal").stat().st_size == 0


@pytest.mark.fault("F24")
@pytest.mark.parametrize("read", READS)
def test_a_read_whose_taker_is_slow_does_not_hold_the_wal(read: str, kept_archive: Path) -> None:
    with Archive.open(kept_archive) as archive:
        found = READS[read](archive)
        next(found)
        assert write_and_checkpoint(kept_archive)
        assert len(list(found)) > 5


def test_an_open_transaction_would_be_noticed(kept_archive: Path) -> None:
    with Archive.open(kept_archive) as archive, archive.reading() as connection:
        connection.exec_driver_sql("select count(*) from article").all()
        assert not write_and_checkpoint(kept_archive)


@pytest.mark.fault("F24")
@pytest.mark.slow
@pytest.mark.parametrize("form", ["jsonl", "csv", "warc"])
def test_an_export_into_a_pipe_that_nobody_empties_does_not_hold_the_wal(form: str, kept_archive: Path) -> None:
    Archive.open(kept_archive).close()  # with today's schema
    command = [sys.executable, "-m", "warraq", "--archive", str(kept_archive), "export", "-f", form]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as export:
        assert export.stdout is not None
        begun = export.stdout.read(1)
        time.sleep(2)  # the pipe is full
        assert export.poll() is None
        for _ in range(5):
            assert write_and_checkpoint(kept_archive)
        out = begun + export.stdout.read()
    assert export.returncode == 0
    assert len(out) > 65536
    if form == "jsonl":
        assert len(out.splitlines()) == ARTICLES


@pytest.mark.fault("F23")
@pytest.mark.slow
def test_a_crawl_outlasts_another_programs_lock_of_twelve_seconds(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    program = [sys.executable, str(ROOT / "tests" / "support" / "crawl_demo.py"), str(archive)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    with DemoNewspaper(slow=False) as newspaper:
        crawl = subprocess.Popen(
            [*program, newspaper.base_url], env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        assert crawl.stdout is not None
        crawl.stdout.readline()
        with closing(sqlite3.connect(archive / "archive.db", isolation_level=None, timeout=20)) as foreign:
            foreign.execute("begin immediate")
            time.sleep(12)
            assert crawl.poll() is None
            foreign.execute("commit")
        _, err = crawl.communicate(timeout=90)
        assert crawl.returncode == 0, err
        assert_sound(archive)
        found = {url.removeprefix(newspaper.base_url) for (url,) in rows(archive, "select url from article")}
        assert len(found) == len(newspaper.truth)
    assert run_process("--archive", archive, "verify").code == 0


@pytest.mark.fault("F23")
@pytest.mark.slow
def test_a_stopped_program_that_holds_the_lock_costs_waiting_and_no_page(kept_archive: Path, tmp_path: Path) -> None:
    holding = (
        "import sqlite3, sys, time\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('begin immediate')\n"
        "print('held', flush=True); time.sleep(1); c.execute('commit')\n"
    )
    Archive.open(kept_archive).close()
    (tmp_path / "urls.txt").write_text("https://rassad.example/1\n", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(kept_archive / "archive.db")], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.send_signal(signal.SIGSTOP)
        command = [sys.executable, "-m", "warraq", "--archive", str(kept_archive), "import", str(tmp_path / "urls.txt")]
        with subprocess.Popen([*command, "--format", "urls"], stderr=subprocess.PIPE) as writer:
            time.sleep(20)
            assert writer.poll() is None
            holder.send_signal(signal.SIGCONT)
            _, err = writer.communicate(timeout=60)
    assert writer.returncode == 0, err
    assert b"another program has locked the archive" in err
    assert rows(kept_archive, "select count(*) from url where url = 'https://rassad.example/1'") == [(1,)]
