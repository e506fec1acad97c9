"""Open the database: SQLite by default, PostgreSQL when given a URL; same behaviour on both."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from storage.database.advisory_locks import AdvisoryLock, lock_until_commit
from storage.database.dialect import insert_into
from storage.database.same_file import SameFile
from storage.database.trouble import explained
from storage.errors import StorageError

#: A writer waits this long for another writer (facts: with no wait 38 % of writes fail, with 5 s none), then says so
#: ...
BUSY_TIMEOUT_S = 10.0
#: ... and continues to wait up to this total: a backup or another program may lock the file for minutes.
PATIENCE_S = 300.0

#: Page cache per connection, at most 16 MB: near-duplicate look-ups read the band table at random (42 places per
#: article), and SQLite's default of 2 MB keeps nothing from one article to the next. More brings little: the rest comes
#: from the system's cache, and 64 MB took .06 ms less an article among 25,000.
_CACHE = "cache_size=-16384"

logger = logging.getLogger(__name__)

_WRITE = "warraq_write"
#: SQLite calls the progress handler after this many instructions, i.e. every few milliseconds.
_INSTRUCTIONS = 100_000


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


#: `json.dumps` with these options would make an encoder for each of the some five values of an article.
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def open_engine(url: str | URL) -> Engine:
    """Create an engine for a SQLAlchemy URL. No connection is opened yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        # The connection that was used last comes first: it has the page cache. In turn, each had one, all of them cold.
        engine = create_engine(
            parsed, json_serializer=_dumps, connect_args={"timeout": BUSY_TIMEOUT_S}, pool_use_lifo=True
        )
        event.listen(engine, "connect", _prepare_immutable if "immutable" in parsed.query else _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        if parsed.database and not parsed.query:
            SameFile(Path(parsed.database)).watch(engine)
        return engine
    return create_engine(parsed, json_serializer=_dumps, pool_pre_ping=True)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is emitted explicitly, below
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "trusted_schema=OFF", _CACHE):
        _patiently(partial(cursor.execute, f"PRAGMA {pragma}"))
    cursor.close()


def _prepare_immutable(connection: sqlite3.Connection, _record: object) -> None:
    """A file that cannot change: no mode to set, no lock to wait for."""
    connection.isolation_level = None
    connection.execute("PRAGMA trusted_schema=OFF")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once under a second writer, regardless of the timeout
    # (measured: 38 to 70 %); an IMMEDIATE one waits for the lock.
    if not connection.get_execution_options().get(_WRITE, False):
        connection.exec_driver_sql("BEGIN")
        return
    driver = sqlite_driver(connection)
    # By the driver itself: a failed statement of SQLAlchemy's would end the transaction that is just beginning.
    _patiently(partial(driver.execute, "BEGIN IMMEDIATE"))


def sqlite_driver(connection: Connection) -> sqlite3.Connection:
    """Return the driver's own connection to a SQLite database."""
    driver: object = connection.connection.dbapi_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError(f"not a connection to SQLite: {driver!r}")
    return driver


def _patiently(statement: Callable[[], object]) -> None:
    """Run a statement that needs a lock; while another program holds it, keep waiting and log that."""
    began = monotonic()
    while True:
        try:
            statement()
            return
        except sqlite3.OperationalError as error:
            waited = monotonic() - began
            if "locked" not in str(error) or waited >= PATIENCE_S:
                raise
            logger.warning("another program has locked the archive for %.0f s; waiting (%s)", waited, error)
            sleep(0.1)  # some locks are refused at once


def for_reading(engine: Engine, *, deadline_s: float | None) -> Engine:
    """Return the same engine with read-only connections that abort a transaction after `deadline_s`.

    Such a connection cannot block a writer: readers work on a snapshot, in SQLite (WAL) and in PostgreSQL.
    `deadline_s`: seconds; None: no deadline, for exports that stream as long as their consumer takes.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _refuse_writes)
        if deadline_s is not None:
            event.listen(engine, "begin", partial(_start_deadline, seconds=deadline_s))
        return engine
    options = {"postgresql_readonly": True}
    if deadline_s is not None:
        event.listen(engine, "connect", partial(_set_timeout, seconds=deadline_s))
    return engine.execution_options(**options)


def _refuse_writes(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _start_deadline(connection: Connection, *, seconds: float) -> None:
    end = monotonic() + seconds
    sqlite_driver(connection).set_progress_handler(lambda: monotonic() > end, _INSTRUCTIONS)


def _set_timeout(connection: DBAPIConnection, _record: object, *, seconds: float) -> None:
    cursor = connection.cursor()
    cursor.execute(f"set statement_timeout = {int(seconds * 1000)}")
    cursor.close()
    connection.commit()


def for_writing(engine: Engine) -> Engine:
    """Return the same engine with transactions that take the write lock when they begin."""
    return engine.execution_options(**{_WRITE: True})


def alone(connection: Connection) -> None:
    """Take the schema lock until the transaction ends, so that no other process creates tables. SQLite's writers
    always wait."""
    lock_until_commit(connection, AdvisoryLock.SCHEMA)


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn database errors into `StorageError`. This is the only place that does so.

    Args:
        what: the operation, in words ("save an article").
    """
    try:
        yield
    except Exception as error:
        words = explained(error)
        if words is None:
            raise
        raise StorageError(f"cannot {what}: {words}") from error


_T = TypeVar("_T")

#: PostgreSQL error codes for conflicts between transactions: deadlock, serialization failure, duplicate row.
_IN_THE_WAY = ("40P01", "40001", "23505")
#: Attempts per transaction; in each round at least one of the conflicting transactions succeeds.
_TIMES = 10


def repeated(transaction: Callable[[], _T]) -> _T:
    """Run a transaction, retrying on PostgreSQL serialization failures and deadlocks. SQLite's writers wait instead."""
    for _ in range(_TIMES - 1):
        try:
            return transaction()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _IN_THE_WAY:
                raise
    return transaction()


def insert_new(connection: Connection, table: Table, rows: list[dict[str, object]], *, unique: tuple[str, ...]) -> int:
    """Insert the rows whose `unique` columns have new values, in order; return how many were inserted."""
    if not rows:
        return 0
    columns = [table.c[name] for name in unique]
    statement = insert_into(connection.dialect.name, table).on_conflict_do_nothing(index_elements=columns)
    # Rows go as parameters, some hundreds per statement, compiled once: 50,000 rows take 2 s instead of 19 s.
    inserted = connection.execute(statement.returning(*columns), rows)
    return len(inserted.all())  # not rowcount: PostgreSQL's is -1 here
