"""What a full disk, a kill or damage leaves behind: no file open, no part that stays, no export of nothing."""

import fcntl
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.export.file import whole_file, whole_folder
from storage.warc import WarcError, WarcStore
from tests.support.kept_archive import run_process

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """The system refuses to let any file grow beyond this: as a disk that becomes full amid a write does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def put(store: WarcStore, body: bytes) -> None:
    store.write_resource(url="https://rassad.example/1", body=body, media_type="text/html", fetched_at=WHEN)


@pytest.mark.fault("F19")
def test_a_disk_that_becomes_full_amid_a_record_leaves_a_closed_file_of_whole_ones(tmp_path: Path) -> None:
    store = WarcStore(tmp_path)
    noise = bytes(range(256)) * 40  # compresses badly enough to pass the limit
    put(store, b"first")
    (file,) = store.files()
    with file_size_limit(file.stat().st_size + 100), pytest.raises(WarcError, match="free disk space"):
        put(store, noise)
    (left,) = tmp_path.iterdir()
    assert left.name == file.name.removesuffix(".open")
    assert WarcStore(tmp_path).mend() == []
    put(store, b"second")  # there is room again
    store.close()
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".gz", ".gz"]
    content = subprocess.run([sys.executable, "-m", "warcio.cli", "check", *tmp_path.iterdir()], capture_output=True)
    assert content.returncode == 0, content.stdout


def test_a_disk_without_room_for_the_first_record_leaves_no_file(tmp_path: Path) -> None:
    store = WarcStore(tmp_path)
    with file_size_limit(10), pytest.raises(WarcError):
        put(store, b"first")
    assert list(tmp_path.iterdir()) == []


KILLED = """
import sys, time
from pathlib import Path
from storage.export.file import whole_file, whole_folder
how = {"file": whole_file, "folder": whole_folder}[sys.argv[1]]
with how(Path(sys.argv[2])) as out:
    (out / "a").write_text("x") if sys.argv[1] == "folder" else out.write(b"x")
    print("begun", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_the_next_export_removes_what_a_killed_one_left_and_nothing_of_a_running_one(kind: str, tmp_path: Path) -> None:
    target = tmp_path / "out[1]"
    command = [sys.executable, "-c", KILLED, kind, str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as exporting:
        assert exporting.stdout is not None
        assert exporting.stdout.readline() == b"begun\n"
        with whole_file(tmp_path / "other") as out:
            out.write(b"y")
        if kind == "file":
            with whole_file(target) as out:
                out.write(b"z")
        else:
            with whole_folder(target) as folder:
                (folder / "a").write_text("z")
        assert len(list(tmp_path.glob(".out*.part"))) == 1  # of the one that runs
        exporting.send_signal(signal.SIGKILL)
        exporting.wait()
    if kind == "file":
        with whole_file(target):
            assert len(list(tmp_path.glob(".out*.part"))) == 1  # our own
    else:
        (target / "a").unlink()
        with whole_folder(target):
            assert len(list(tmp_path.glob(".out*.part"))) == 1
    assert list(tmp_path.glob(".*")) == []


def test_a_part_is_locked_while_it_is_written(tmp_path: Path) -> None:
    with whole_file(tmp_path / "out"):
        (part,) = tmp_path.iterdir()
        with part.open("rb") as again, pytest.raises(BlockingIOError):
            fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize("form", ["warc", "wacz"])
def test_an_export_of_which_no_record_can_be_read_is_an_error_and_no_file(
    form: str, kept_archive: Path, tmp_path: Path
) -> None:
    for path in (kept_archive / "warc").iterdir():
        path.unlink()
    target = tmp_path / f"all.{'warc.gz' if form == 'warc' else 'wacz'}"
    ended = run_process("--archive", kept_archive, "export", "-f", form, "-o", target)
    assert ended.code == 5
    assert len(ended.err.strip().splitlines()) == 1, ended.err
    assert "WARC records can be read, so nothing was exported; see `warraq verify`" in ended.err
    assert [path for path in tmp_path.iterdir() if path != kept_archive] == []
