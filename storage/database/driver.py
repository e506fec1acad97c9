"""Statements that go to the driver as they are: for short ones SQLAlchemy takes longer than SQLite."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from storage.database.engine import sqlite_driver


def fetch(connection: Connection, statement: str, values: Sequence[object]) -> list[Any]:
    """Run a statement with the driver's own marks (`placeholder`) in the transaction; return its rows as tuples.

    Errors are the driver's own on SQLite, and SQLAlchemy's on PostgreSQL, where transactions are repeated by them.
    """
    driver = _in_transaction(connection)
    if driver is None:
        return list(connection.exec_driver_sql(statement, tuple(values)))
    return driver.execute(statement, values).fetchall()


def execute_many(connection: Connection, statement: str, rows: Sequence[Sequence[object]]) -> None:
    """Run a statement for each row of values, as `fetch` does."""
    driver = _in_transaction(connection)
    if driver is None:
        connection.exec_driver_sql(statement, [tuple(row) for row in rows])
    else:
        driver.executemany(statement, rows)


def _in_transaction(connection: Connection) -> sqlite3.Connection | None:
    """SQLite's own connection, with the transaction begun that SQLAlchemy begins by itself; None on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return None
    if not connection.in_transaction():
        connection.begin()
    return sqlite_driver(connection)
