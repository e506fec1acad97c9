"""Holds: which of several workers may ask a host just now, for hosts that no job locks: feed services, CDNs, "www.".

Advisory locks of one PostgreSQL connection: whoever is killed holds nothing any more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, text

from storage.archive import Archive
from storage.database.engine import translated

#: First half of the number of each lock; the second is the host's hash. Two hosts of one hash share a hold: harmless.
_NUMBER = 7306360


class HostLocks:
    """The hosts that this process may ask and no other. For any thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = Lock()

    def take(self, host: str) -> bool:
        """Hold a host; False: another process does. Raises StorageError."""
        return self._call("pg_try_advisory_lock", host)

    def give(self, host: str) -> None:
        """Let go of a host. Raises StorageError."""
        self._call("pg_advisory_unlock", host)

    def _call(self, function: str, host: str) -> bool:
        asked = text(f"select {function}({_NUMBER}, hashtext(:host))")
        with translated("hold a host"), self._lock:
            return bool(self._connection.scalar(asked, {"host": host}))


@contextmanager
def host_locks(archive: Archive) -> Iterator[HostLocks]:
    """Holds on an archive on PostgreSQL; all are given back at the end."""
    with archive.reading() as connection:
        yield HostLocks(connection.execution_options(isolation_level="AUTOCOMMIT"))
        with translated("let go of hosts"):
            connection.execute(text("select pg_advisory_unlock_all()"))
