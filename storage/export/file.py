"""Write a file or folder atomically: under a temporary name, synced, then renamed."""

import fcntl
import glob
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from storage.errors import StorageError


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open `path` for writing; it is replaced only if the block succeeds.

    A pipe or device (`/dev/stdout`) is written to directly.

    Raises:
        StorageError: the file cannot be written; nothing of it is left.
    """
    final = path.resolve()
    if final.exists() and not final.is_file():
        with _translated(path), final.open("wb") as out:
            yield out
        return
    with _translated(path):
        _remove_abandoned(final)
    part = _part_of(final)
    try:
        with _translated(path), part.open("xb") as out:
            _lock(out.fileno())
            yield out
            out.flush()
            os.fsync(out.fileno())
        with _translated(path):
            part.replace(final)
            _sync_folder(final.parent)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Create a folder under a temporary name; it becomes `path` only if the block succeeds.

    Raises:
        StorageError: the target exists already (an empty folder is replaced), or it cannot be written; nothing
            of it is left.
    """
    final = path.resolve()
    if final.exists() and not (final.is_dir() and not any(final.iterdir())):
        raise StorageError(f"{path} exists already; choose a new or an empty folder")
    with _translated(path):
        _remove_abandoned(final)
    part = _part_of(final)
    try:
        with _translated(path), _locked_folder(part):
            yield part
            os.sync()  # sync all files at once: one by one, a million small files would take hours
            if final.is_dir():
                final.rmdir()
            part.replace(final)
            _sync_folder(final.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _part_of(final: Path) -> Path:
    """Return a new temporary name next to a file or folder."""
    return final.with_name(f".{final.name[:100]}.{secrets.token_hex(4)}.part")


def _remove_abandoned(final: Path) -> None:
    """Remove what killed exports to this place left behind; a running one holds a lock on its part."""
    pattern = f".{glob.escape(final.name[:100])}.{'[0-9a-f]' * 8}.part"
    for part in final.parent.glob(pattern):
        try:
            handle = os.open(part, os.O_RDONLY)
        except OSError:
            continue  # removed meanwhile, or another user's
        try:
            if not _lock(handle):
                continue
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            else:
                part.unlink(missing_ok=True)
        finally:
            os.close(handle)


@contextmanager
def _locked_folder(part: Path) -> Iterator[None]:
    """Create a folder, and hold a lock on it while inside."""
    part.mkdir()
    handle = os.open(part, os.O_RDONLY)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    """Lock an open file or folder; False: another process holds it. A file system without locks counts as locked."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error


def _sync_folder(folder: Path) -> None:
    """Make the rename durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
