"""Write transactions: one of their own, or a part of the group that the writer thread commits together."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from storage.database.engine import for_writing


class _Joined(threading.local):
    """The transaction that this thread is in, and its database."""

    connection: Connection | None = None
    pool: object = None


_joined = _Joined()


class Transactions:
    """Write transactions on one database.

    `begin` and `session` open a transaction and commit it; within `grouped`, in the same thread, they join that
    transaction instead, which commits when it ends. So code that stores something need not know which of the two it is.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = for_writing(engine)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection in a write transaction; committed at the end of the block, rolled back on an exception."""
        if (connection := self._group()) is not None:
            yield connection
            return
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The same with a separate session, which is flushed at the end of the block."""
        with self.begin() as connection, Session(connection) as session:
            yield session
            session.flush()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for reading; within `grouped` it sees the writes of the group."""
        if (connection := self._group()) is not None:
            yield connection
            return
        with self._engine.execution_options(warraq_write=False).connect() as connection:
            yield connection

    @contextmanager
    def grouped(self) -> Iterator[None]:
        """One transaction for all that this thread writes inside the block. An exception rolls all of it back."""
        with self._engine.begin() as connection:
            _joined.connection, _joined.pool = connection, self._engine.pool
            try:
                yield
            finally:
                _joined.connection = _joined.pool = None

    def _group(self) -> Connection | None:
        return _joined.connection if _joined.pool is self._engine.pool else None
