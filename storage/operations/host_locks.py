"""Host locks: which of several workers may contact a host that no job locks: feed services, CDNs, "www.".

Advisory locks of one PostgreSQL connection: a killed process holds nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, text

from storage.archive import Archive
from storage.database.advisory_locks import AdvisoryLock
from storage.database.engine import translated


class HostLocks:
    """The hosts that only this process may contact. Thread-safe."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = Lock()

    def take(self, host: str) -> bool:
        """Lock a host; False: another process holds it. Raises StorageError."""
        return self._call("pg_try_advisory_lock", host)

    def give(self, host: str) -> None:
        """Release a host. Raises StorageError."""
        self._call("pg_advisory_unlock", host)

    def _call(self, function: str, host: str) -> bool:
        # Two hosts with one hash share a lock: harmless.
        asked = text(f"select {function}({AdvisoryLock.HOST.value}, hashtext(:host))")
        with translated("hold a host"), self._lock:
            return bool(self._connection.scalar(asked, {"host": host}))


@contextmanager
def host_locks(archive: Archive) -> Iterator[HostLocks]:
    """Host locks of an archive on PostgreSQL; all are released at the end."""
    with archive.reading() as connection:
        yield HostLocks(connection.execution_options(isolation_level="AUTOCOMMIT"))
        with translated("release hosts"):
            connection.execute(text("select pg_advisory_unlock_all()"))
