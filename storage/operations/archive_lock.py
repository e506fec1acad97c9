"""Archive locks: one `warraq watch` per archive and no crawl at the same time; one `warraq reextract`, independent of
crawls.

The operating system (SQLite: flock on a file in the archive's folder) or the database server (PostgreSQL: an advisory
lock of one connection) holds the lock, so it ends with its process, however that ends. Reading is never locked.
"""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from storage.archive import Archive
from storage.database.advisory_locks import AdvisoryLock
from storage.database.engine import translated, utc_now
from storage.errors import StorageError

#: File in the archive's folder: one line per process that took the lock. The file stays; the flock on it is the lock.
FILE = "crawling.lock"
REREADING_FILE = "reextracting.lock"


class ArchiveInUseError(StorageError):
    """Another program has this archive locked. `holder`: its name, process and start time; "" = not known."""

    def __init__(self, archive: str, holder: str, *, does: str = "fetches for it") -> None:
        super().__init__(
            f"{holder or 'another program'} runs on this archive ({archive}) and {does}; "
            "stop it, or use another archive"
        )
        self.holder = holder


@contextmanager
def crawling(archive: Archive, program: str, *, alone: bool) -> Iterator[None]:
    """Lock the archive for crawling.

    Args:
        program: shown to other programs: "warraq watch".
        alone: exclude all other crawls; else only exclude those that ask for `alone`.

    Raises:
        ArchiveInUseError: another program holds the lock. There is no waiting.
    """
    lock = _Lock(file=FILE, number=AdvisoryLock.CRAWLING, does="fetches for it")
    with _lock_held(archive, lock, program, alone=alone):
        yield


@contextmanager
def rereading(archive: Archive, program: str) -> Iterator[None]:
    """Lock the archive for re-extraction: two passes at once would do everything twice.

    Raises:
        ArchiveInUseError: another pass runs. There is no waiting.
    """
    lock = _Lock(file=REREADING_FILE, number=AdvisoryLock.REREADING, does="re-extracts its pages")
    with _lock_held(archive, lock, program, alone=True):
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lock:
    """The lock, and what its holder does, in words."""

    file: str
    number: AdvisoryLock
    does: str


@contextmanager
def _lock_held(archive: Archive, lock: _Lock, program: str, *, alone: bool) -> Iterator[None]:
    if archive.folder is not None:
        with _file_lock(archive.folder / lock.file, lock, program, alone=alone):
            yield
    else:
        with archive.reading() as connection, _server_lock(connection, lock, program, alone=alone):
            yield


@contextmanager
def _file_lock(path: Path, lock: _Lock, program: str, *, alone: bool) -> Iterator[None]:
    try:
        # Closed in every child process, so that a worker that outlives this process briefly does not hold the lock.
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(f"cannot lock the archive: {path}: {error.strerror}; check the permissions there") from error
    try:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveInUseError(str(path.parent), _holder(path), does=lock.does) from None
        except OSError as error:
            raise StorageError(f"cannot lock {path}: {error.strerror}; put the archive on a local disk") from error
        if alone:
            os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\t{_minute(utc_now())}\t{program}\t{socket.gethostname()}\n".encode())
        yield
    finally:
        os.close(file)


def _holder(path: Path) -> str:
    """Return who holds the lock: the latest line of a live process; lines of dead ones are skipped."""
    with suppress(OSError):
        for line in reversed(path.read_text("utf-8", "replace").splitlines()):
            pid, since, program, machine = [*line.split("\t"), "", "", ""][:4]
            if machine != socket.gethostname():
                return f"{program} on {machine} (pid {pid}, since {since})"
            if pid.isdecimal() and _lives(int(pid)):
                return f"{program} (pid {pid}, since {since})"
    return ""


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


@contextmanager
def _server_lock(connection: Connection, lock: _Lock, program: str, *, alone: bool) -> Iterator[None]:
    said = f"{program} (pid {os.getpid()} on {socket.gethostname()}"[:62]
    take, give = ("", "") if alone else ("_shared", "_shared")
    # The lock belongs to the session: no transaction stays open while we run.
    idle = connection.execution_options(isolation_level="AUTOCOMMIT")
    with translated("lock the archive"):
        idle.execute(text("select set_config('application_name', :said, false)"), {"said": said})
        taken = idle.scalar(text(f"select pg_try_advisory_lock{take}({lock.number.value})"))
        if not taken:
            raise ArchiveInUseError("its database", _server_holder(idle, lock), does=lock.does)
    try:
        yield
    finally:
        with suppress(Exception):  # the server may be gone, and the lock with it
            idle.execute(text(f"select pg_advisory_unlock{give}({lock.number.value})"))
            idle.execute(text("select set_config('application_name', '', false)"))


def _server_holder(connection: Connection, lock: _Lock) -> str:
    row = connection.execute(
        text(
            "select a.application_name as said, a.backend_start as since from pg_locks l join pg_stat_activity a"
            " on a.pid = l.pid where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = :number"
            " and l.database = (select oid from pg_database where datname = current_database())"
            " order by a.backend_start desc limit 1"
        ),
        {"number": lock.number.value},
    ).first()
    return f"{row.said}, since {_minute(row.since)})" if row else ""


def _minute(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M UTC")
