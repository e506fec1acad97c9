"""Opening the database: SQLite by default, PostgreSQL by address, one behaviour on both."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from storage.database.same_file import SameFile
from storage.database.trouble import explained
from storage.errors import StorageError

#: A writer waits this long for another writer (facts: with no wait 38 % of writes fail, with 5 s none), then says so ...
BUSY_TIMEOUT_S = 10.0
#: ... and goes on waiting so long in all: a backup or another program may hold the file for minutes.
PATIENCE_S = 300.0

#: 64 MB of pages a connection, at most: the bands of near-duplicates are read all over their table (42 places an article),
#: and SQLite's own 2 MB hold none of it from one article to the next.
_CACHE = "cache_size=-65536"

logger = logging.getLogger(__name__)

_WRITE = "warraq_write"
#: SQLite asks after so many of its instructions, a few milliseconds, whether to go on.
_INSTRUCTIONS = 100_000


def utc_now() -> datetime:
    """The clock of the archive, UTC."""
    return datetime.now(UTC)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def open_engine(url: str | URL) -> Engine:
    """Engine for a SQLAlchemy URL. Nothing is dialled yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, json_serializer=_dumps, connect_args={"timeout": BUSY_TIMEOUT_S})
        event.listen(engine, "connect", _prepare_immutable if "immutable" in parsed.query else _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        if parsed.database and not parsed.query:
            SameFile(Path(parsed.database)).watch(engine)
        return engine
    return create_engine(parsed, json_serializer=_dumps, pool_pre_ping=True)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "trusted_schema=OFF", _CACHE):
        _patiently(partial(cursor.execute, f"PRAGMA {pragma}"))
    cursor.close()


def _prepare_immutable(connection: sqlite3.Connection, _record: object) -> None:
    """A file that cannot change: no mode to set, no lock to wait for."""
    connection.isolation_level = None
    connection.execute("PRAGMA trusted_schema=OFF")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once under a second writer, whatever the timeout
    # (measured: 38 to 70 %); one that says IMMEDIATE waits its turn.
    if not connection.get_execution_options().get(_WRITE, False):
        connection.exec_driver_sql("BEGIN")
        return
    driver: Any = connection.connection.dbapi_connection
    # By the driver itself: a failed statement of SQLAlchemy's would end the transaction that is just beginning.
    _patiently(partial(driver.execute, "BEGIN IMMEDIATE"))


def _patiently(statement: Callable[[], object]) -> None:
    """Run a statement that needs a lock; where another program holds it, go on waiting, and say so."""
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
    """The same engine, whose connections refuse to write and stop a transaction that reads for longer than `deadline_s`.

    Nothing that such a connection does can hold up a writer: SQLite's readers work on a snapshot (WAL), and so do
    PostgreSQL's. `deadline_s`: seconds; None: no deadline, for exports that stream as long as their reader takes.
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
    driver: Any = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        driver.set_progress_handler(lambda: monotonic() > end, _INSTRUCTIONS)


def _set_timeout(connection: DBAPIConnection, _record: object, *, seconds: float) -> None:
    cursor = connection.cursor()
    cursor.execute(f"set statement_timeout = {int(seconds * 1000)}")
    cursor.close()
    connection.commit()


def for_writing(engine: Engine) -> Engine:
    """The same engine, whose transactions take the write lock when they begin."""
    return engine.execution_options(**{_WRITE: True})


def alone(connection: Connection) -> None:
    """Wait until no other process makes tables, and keep them waiting to the transaction's end: SQLite's writers wait anyhow."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("select pg_advisory_xact_lock(7306361)")


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn a database's own errors into `StorageError`, the one place where that is done.

    Args:
        what: what was being done, in words ("save an article").
    """
    try:
        yield
    except Exception as error:
        words = explained(error)
        if words is None:
            raise
        raise StorageError(f"cannot {what}: {words}") from error


_T = TypeVar("_T")

#: What PostgreSQL says where two transactions got into each other's way: deadlock, serialisation, the same row added twice.
_IN_THE_WAY = ("40P01", "40001", "23505")
#: Times that a transaction is done; each time at least one of those that meet goes through.
_TIMES = 10


def repeated(transaction: Callable[[], _T]) -> _T:
    """Do a transaction, and all of it anew where another one that ran at once undid it. SQLite's wait for each other."""
    for _ in range(_TIMES - 1):
        try:
            return transaction()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _IN_THE_WAY:
                raise
    return transaction()


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]], *, unique: str) -> int:
    """Insert the rows whose `unique` column is not there yet; how many were new. Order is kept."""
    if not rows:
        return 0
    module = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = module.insert(table).on_conflict_do_nothing(index_elements=[table.c[unique]])
    # Rows as parameters, sent some hundreds a statement that is compiled once: 50,000 in 2 s, not in 19.
    inserted = connection.execute(statement.returning(table.c[unique]), rows)
    return len(inserted.all())  # not rowcount: PostgreSQL's is -1 here
