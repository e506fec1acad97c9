"""Series of SIGKILLs at random instants of a command, each as a program of its own. `--kills N` sets how many."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.database.migrate import HEAD
from storage.search.query import Query
from storage.verify import verify
from tests.support.kept_archive import ARTICLES, run_process
from tests.support.sound import assert_sound, rows

pytestmark = pytest.mark.slow


def killed(dice: random.Random, longest: float, *arguments: object) -> bool:
    """Run a command and kill it within so many seconds; whether it was still running."""
    process = subprocess.Popen(
        [sys.executable, "-m", "warraq", *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(dice.uniform(0.2 * longest, longest))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def assert_verified(archive: object, **environment: str) -> None:
    ended = run_process("--archive", archive, "verify", **environment)
    assert ended.code == 0, ended.out


def seconds_of(*arguments: object) -> float:
    """How long the command takes here and now."""
    began = time.monotonic()
    ended = run_process(*arguments)
    assert ended.code == 0, ended.err
    return time.monotonic() - began


def test_killed_imports_lose_no_article_and_store_none_twice(tmp_path: Path, kills: int) -> None:
    file, archive = tmp_path / "articles.jsonl", tmp_path / "archive"
    lines = (
        f'{{"url": "https://rassad.example/{n}", "title": "خبر {n}", "text": "نص الخبر {n}."}}\n' for n in range(400)
    )
    file.write_text("".join(lines), encoding="utf-8")
    longest, dice = seconds_of("--archive", tmp_path / "first", "import", file), random.Random(1)
    for _ in range(kills):
        killed(dice, longest, "--archive", archive, "import", file)
        assert_sound(archive)
    assert run_process("--archive", archive, "import", file).code == 0
    assert rows(archive, "select count(*), count(distinct url) from article") == [(400, 400)]
    assert_verified(archive)


@pytest.mark.fault("F35")
def test_killed_exports_leave_the_old_file_or_the_whole_new_one(kept_archive: Path, tmp_path: Path, kills: int) -> None:
    out, dice = tmp_path / "out" / "all.jsonl", random.Random(2)
    out.parent.mkdir()
    command = ("--archive", kept_archive, "export", "-o", out, "--force")
    longest = seconds_of(*command)
    whole = out.read_bytes()
    for _ in range(kills):
        killed(dice, longest, *command)
        assert out.read_bytes() == whole
    seconds_of(*command)
    assert [path.name for path in out.parent.iterdir()] == ["all.jsonl"]
    assert_verified(kept_archive)


def test_killed_reextractions_leave_every_article(kept_archive: Path, tmp_path: Path, kills: int) -> None:
    spare, dice = shutil.copytree(kept_archive, tmp_path / "spare"), random.Random(3)
    longest = seconds_of("--archive", spare, "reextract")
    for _ in range(kills):
        killed(dice, longest, "--archive", kept_archive, "reextract")
        assert_sound(kept_archive)
        assert rows(kept_archive, "select count(*) from article") == [(ARTICLES,)]
    seconds_of("--archive", kept_archive, "reextract")
    assert_verified(kept_archive)


@pytest.mark.fault("F16")
def test_killed_migrations_are_whole_or_have_not_begun(unpacked: Path, tmp_path: Path, kills: int) -> None:
    dice = random.Random(4)
    longest = seconds_of("--archive", shutil.copytree(unpacked, tmp_path / "first"), "stats")
    for number in range(kills):
        archive = shutil.copytree(unpacked, tmp_path / str(number))
        killed(dice, longest, "--archive", archive, "stats")
        assert_sound(archive)
        assert rows(archive, "select version_num from alembic_version") in ([("0003",)], [(HEAD,)])
        with Archive.open(archive) as opened:
            assert opened.count(Query()) == ARTICLES
            assert [finding for finding in verify(opened, quick=True) if finding.severity == "error"] == []
        shutil.rmtree(archive)
