"""Lock: one `warraq watch` an archive, and no crawl beside it.

Held by the operating system (SQLite: flock on a file in the archive's folder) or by the database server (PostgreSQL:
an advisory lock of one connection), so that it ends with whoever held it, however that one ended: a lock without a
living holder cannot be. Reading is never locked.
"""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from storage.archive import Archive
from storage.database import translated, utc_now
from storage.errors import StorageError

#: File in the archive's folder: a line for each who took the lock. It stays; what holds is the flock on it.
FILE = "crawling.lock"
#: Number of the advisory lock of a PostgreSQL database.
_NUMBER = 7306358


class ArchiveInUseError(StorageError):
    """Another program crawls into this archive. `holder`: which, with its process and since when; "" = not known."""

    def __init__(self, archive: str, holder: str) -> None:
        super().__init__(
            f"{holder or 'another crawl'} runs on this archive ({archive}) and fetches for it; stop it, or use another archive"
        )
        self.holder = holder


@contextmanager
def crawling(archive: Archive, program: str, *, alone: bool) -> Iterator[None]:
    """Hold the archive for crawling.

    Args:
        program: what others are told of us: "warraq watch".
        alone: nobody else may crawl; else only nobody who must be alone.

    Raises:
        ArchiveInUseError: that cannot be now. It is not waited for.
    """
    if archive.folder is not None:
        with _file_lock(archive.folder / FILE, program, alone=alone):
            yield
    else:
        with archive.reading() as connection, _server_lock(connection, program, alone=alone):
            yield


@contextmanager
def _file_lock(path: Path, program: str, *, alone: bool) -> Iterator[None]:
    try:
        # Closed in every program that we start: a worker that outlives us for a moment holds nothing.
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageError(f"cannot lock the archive: {path}: {error.strerror}; see who may write there") from error
    try:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveInUseError(str(path.parent), _holder(path)) from None
        except OSError as error:
            raise StorageError(f"cannot lock {path}: {error.strerror}; put the archive on a local disk") from error
        if alone:
            os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\t{_minute(utc_now())}\t{program}\t{socket.gethostname()}\n".encode())
        yield
    finally:
        os.close(file)


def _holder(path: Path) -> str:
    """Who holds the lock: the latest of those that still live; what a dead one left is passed over."""
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
def _server_lock(connection: Connection, program: str, *, alone: bool) -> Iterator[None]:
    said = f"{program} (pid {os.getpid()} on {socket.gethostname()}"[:62]
    take, give = ("", "") if alone else ("_shared", "_shared")
    # The lock is the session's: no transaction is held open as long as we run.
    idle = connection.execution_options(isolation_level="AUTOCOMMIT")
    with translated("lock the archive"):
        idle.execute(text("select set_config('application_name', :said, false)"), {"said": said})
        taken = idle.scalar(text(f"select pg_try_advisory_lock{take}({_NUMBER})"))
        if not taken:
            raise ArchiveInUseError("its database", _server_holder(idle))
    try:
        yield
    finally:
        with suppress(Exception):  # the server may be gone, and then the lock is
            idle.execute(text(f"select pg_advisory_unlock{give}({_NUMBER})"))
            idle.execute(text("select set_config('application_name', '', false)"))


def _server_holder(connection: Connection) -> str:
    row: Any = connection.execute(
        text(
            "select a.application_name as said, a.backend_start as since from pg_locks l join pg_stat_activity a"
            " on a.pid = l.pid where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = :number"
            " and l.database = (select oid from pg_database where datname = current_database())"
            " order by a.backend_start desc limit 1"
        ),
        {"number": _NUMBER},
    ).first()
    return f"{row.said}, since {_minute(row.since)})" if row else ""


def _minute(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M UTC")
