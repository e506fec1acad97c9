"""Write a file or folder atomically: under a temporary name, synced, then renamed."""

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
    part = final.with_name(f".{final.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with _translated(path), part.open("xb") as out:
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
    part = final.with_name(f".{final.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with _translated(path):
            part.mkdir()
            yield part
            if os.name != "nt":
                os.sync()  # sync all files at once: one by one, a million small files would take hours
            if final.is_dir():
                final.rmdir()
            part.replace(final)
            _sync_folder(final.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error


def _sync_folder(folder: Path) -> None:
    """Make the rename durable; not possible, and not needed, on Windows."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
