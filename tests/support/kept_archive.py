"""An archive written by an earlier version of the program, kept as test data: later versions must read it."""

import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

#: `warraq demo`, then `warraq demo --keep --edition 2`, by the last version whose schema was 0003.
KEPT = Path(__file__).parents[1] / "data" / "archive-schema-0003.tar.xz"
#: What that version said is in it.
ARTICLES = 71


@dataclass(frozen=True, slots=True)
class Finished:
    """Result of one command in a process of its own."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kept archive, unpacked once a session. Do not write to it: copy it."""
    folder = tmp_path_factory.mktemp("kept") / "archive"
    with tarfile.open(KEPT, "r:xz") as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.fixture
def kept_archive(unpacked: Path, tmp_path: Path) -> Path:
    """A copy of the kept archive."""
    return shutil.copytree(unpacked, tmp_path / "kept")


def plain_environment() -> dict[str, str]:
    """The environment without the developer's own settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("WARRAQ_")}


def run_process(*arguments: object, stdin: bytes = b"", timeout: float = 120) -> Finished:
    """Run one command line in a fresh process, without the developer's own settings."""
    command = [sys.executable, "-m", "warraq", *map(str, arguments)]
    ended = subprocess.run(command, input=stdin, capture_output=True, timeout=timeout, env=plain_environment())
    return Finished(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def run_until_it_speaks(*arguments: object, timeout: float = 120) -> Finished:
    """Start a command that runs until it is stopped; end it by SIGTERM once it has written its first line."""
    command = [sys.executable, "-u", "-m", "warraq", *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=plain_environment()
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.terminate()
        rest, _ = process.communicate(timeout=timeout)
    return Finished(process.returncode, (first + rest).decode(), "")
