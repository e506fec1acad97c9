"""Notice that the database's file was removed or replaced while it is open.

SQLite continues to write to a deleted file: a crawl would end with "150 new, done", and everything would be lost.
"""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, event

from storage.errors import StorageError


class ArchiveReplacedError(StorageError):
    """The database's file was removed or replaced while it was open: nothing can be written until the program ends."""


class SameFile:
    """The file that an engine opened first, by device and inode."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first: tuple[int, int] | None = None

    def watch(self, engine: Engine) -> None:
        """Check before each further connection, which would create a new file, and before each commit."""
        event.listen(engine, "do_connect", self._before_connect)
        event.listen(engine, "connect", self._after_connect)
        event.listen(engine, "commit", self._before_commit)

    def _before_connect(self, *_: object) -> None:
        if self._first is not None:
            self._check()

    def _after_connect(self, _connection: sqlite3.Connection, _record: object) -> None:
        if self._first is None:
            self._first = self._identity()

    def _before_commit(self, _connection: Connection) -> None:
        self._check()

    def _check(self) -> None:
        if self._identity() != self._first:
            raise ArchiveReplacedError(
                f"{self._path} was removed or replaced while it was open: nothing more is written. Put the file back, "
                "or rebuild it from the WARC files with `warraq import`; then run again"
            )

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino
