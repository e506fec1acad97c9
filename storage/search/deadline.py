"""Deadline: no search occupies the database longer than allowed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from storage.search.query import QueryError

#: SQLite calls the progress handler after this many instructions, i.e. every few milliseconds.
_INSTRUCTIONS = 100_000


@contextmanager
def deadline(connection: Connection, seconds: float) -> Iterator[None]:
    """Abort what runs inside after `seconds`. Raises QueryError if it was aborted."""
    driver: Any = connection.connection.dbapi_connection
    end = monotonic() + seconds
    in_process = isinstance(driver, sqlite3.Connection)
    if in_process:
        driver.set_progress_handler(lambda: monotonic() > end, _INSTRUCTIONS)
    else:
        connection.execute(text(f"set local statement_timeout = {int(seconds * 1000)}"))
    try:
        yield
        if not in_process:
            connection.execute(text("set local statement_timeout = default"))
    except OperationalError as error:
        if monotonic() < end:
            raise
        raise QueryError(f"the search took longer than {seconds:g} s; add a word, a source or dates") from error
    finally:
        if in_process:
            driver.set_progress_handler(None, 0)
