"""Deadline: no search occupies the database longer than allowed."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from storage.database.engine import sqlite_driver
from storage.search.query import QueryError

#: SQLite calls the progress handler after this many instructions, i.e. every few milliseconds.
_INSTRUCTIONS = 100_000


@contextmanager
def deadline(connection: Connection, seconds: float) -> Iterator[None]:
    """Abort what runs inside after `seconds`. Raises QueryError if it was aborted."""
    end = monotonic() + seconds
    driver = sqlite_driver(connection) if connection.dialect.name == "sqlite" else None
    if driver is not None:
        driver.set_progress_handler(lambda: monotonic() > end, _INSTRUCTIONS)
    else:
        connection.execute(text(f"set local statement_timeout = {int(seconds * 1000)}"))
    try:
        yield
        if driver is None:
            connection.execute(text("set local statement_timeout = default"))
    except OperationalError as error:
        if monotonic() < end:
            raise
        raise QueryError(f"the search took longer than {seconds:g} s; add a word, a source or dates") from error
    finally:
        if driver is not None:
            driver.set_progress_handler(None, 0)
