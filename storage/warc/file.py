"""A WARC file being written: its name, its lock, its end."""

import fcntl
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from storage.warc.record import WarcError

#: Size above which a file is closed and the next one begun.
ROTATE_BYTES = 1_000_000_000


def file_name(now: datetime) -> str:
    """Return a unique name: UTC date and time, process id, and random digits."""
    return f"warraq-{now:%Y%m%d%H%M%S}-{os.getpid()}-{secrets.token_hex(6)}.warc.gz"


def _for_owner(path: str, flags: int) -> int:
    """Open a new file that only its owner can read, because an archive may be confidential."""
    return os.open(path, flags, 0o600)


class WarcFile:
    """NAME.open, locked by us; NAME once it is closed. Not thread-safe: its store holds a lock."""

    def __init__(self, folder: Path, name: str, *, day: date) -> None:
        self.name, self.day = name, day
        self._path = folder / f"{name}.open"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Unbuffered: what could not be written must not be written later, when the file is closed.
            # Path.open takes no opener.
            self._file = open(self._path, "xb", buffering=0, opener=_for_owner)  # noqa: SIM115
        except OSError as error:
            raise WarcError(f"cannot write below {folder}: {error.strerror}") from error
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self.size = 0
        #: All whole records are on the disk.
        self.synced = True

    def append(self, members: Sequence[bytes]) -> int:
        """Write gzip members one behind the other; `sync` puts them on the disk. Gives the offset of the first.

        Raises:
            WarcError: they could not be written completely. The file is truncated after its last whole record and
              closed; if that fails too, `mend` does it.
        """
        start = self.size
        left = memoryview(b"".join(members))
        self.size += len(left)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            self.size = start
            raise self._given_up(error) from error
        self.synced = False
        return start

    def sync(self) -> None:
        """Sync appended records to disk. Raises WarcError as `append` does."""
        if self.synced:
            return
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._given_up(error) from error
        self.synced = True

    def finish(self) -> None:
        """Sync, close and rename the file. Raises WarcError, also if the file was removed in the meantime."""
        self.sync()
        try:
            self._path.rename(self._path.with_suffix(""))
        except OSError as error:
            raise WarcError(
                f"cannot close {self._path}: {error.strerror}; was it moved? "
                "Its pages are lost if it is gone: see `warraq verify`"
            ) from error
        finally:
            self.abandon()

    def _given_up(self, error: OSError) -> WarcError:
        """Save the records before the one that failed, and close the file under its name: truncating needs no room."""
        with suppress(OSError):
            self._file.truncate(self.size)
            os.fsync(self._file.fileno())
            self.synced = True
            if self.size:
                self._path.rename(self._path.with_suffix(""))
            else:
                self._path.unlink()
        self.abandon()
        return WarcError(f"cannot write {self._path.with_suffix('')}: {error.strerror}; free disk space and run again")

    def abandon(self) -> None:
        """Close the file handle without renaming the file."""
        with suppress(OSError):
            self._file.close()
