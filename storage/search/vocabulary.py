"""The words of the FTS5 index as a table, which lies in memory alone."""

from typing import Literal

from sqlalchemy import Connection

#: Of a word FTS5 can give the number of articles by column ("col"), or each place where it is ("instance").
Form = Literal["col", "instance"]


def make_vocabulary(connection: Connection, form: Form) -> None:
    """Make the table `temp.search_col` or `temp.search_instance`; a read-only connection may make it too."""
    is_read_only = connection.exec_driver_sql("pragma query_only").scalar()
    if is_read_only:
        connection.exec_driver_sql("pragma query_only=off")
    try:
        connection.exec_driver_sql(
            f"create virtual table if not exists temp.search_{form} using fts5vocab(main, search, {form})"
        )
    finally:
        if is_read_only:
            connection.exec_driver_sql("pragma query_only=on")
