"""Statements that each database writes in its own way."""

from importlib import import_module
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import sqlite


def insert_into(dialect: str, table: Table) -> "sqlite.Insert":
    """Return an insert statement of a dialect ("sqlite"), which has ON CONFLICT.

    The engine has imported its dialect; the other one, a sixth of what a reading command imports, is left alone. Both
    have the same methods, so the type is that of one.
    """
    return cast("sqlite.Insert", import_module(f"sqlalchemy.dialects.{dialect}").insert(table))


def placeholder(connection: Connection) -> str:
    """Return the mark of a parameter in statements that go to the driver as they are (`storage.database.driver`)."""
    return "?" if connection.dialect.paramstyle == "qmark" else "%s"
