"""Opening the SQLite file of an archive: refuse what is not a Warraq archive, before anything is written to it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect

from storage.database.engine import open_engine
from storage.errors import StorageError

#: The file of an archive's folder.
FILE = "archive.db"
#: Tables that every archive has had since its first schema.
_TABLES = frozenset({"article", "source", "url", "version"})


def open_folder(folder: Path, *, create: bool, rebuild: bool = False) -> Engine:
    """Engine for the archive in a folder.

    Args:
        create: False: raise instead of making a new archive.
        rebuild: a new database may be made beside WARC files that an earlier one described.

    Raises:
        StorageError: no archive, not an archive, or a database that was lost.
    """
    database = folder / FILE
    if not database.exists() and not create:
        raise StorageError(
            f"no archive in {folder}; make one with `warraq crawl` or `warraq capture`, or name another with --archive"
        )
    if not _tables(database):
        if not rebuild:
            _refuse_lost(folder)
        if not create:
            raise StorageError(f"{database} is empty, not a Warraq archive; name another folder with --archive")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot make the archive {folder}: {error.strerror}") from error
    return open_engine(URL.create("sqlite", database=str(database)))


def refuse_foreign(connection: Connection) -> None:
    """Raise StorageError where a server's database has a table of our names without the others, so is not ours."""
    names = set(inspect(connection).get_table_names())
    if names & _TABLES and not names >= _TABLES:
        raise StorageError(f"the database is not a Warraq archive: it has the tables {', '.join(sorted(names)[:5])}")


def _tables(database: Path) -> bool:
    """Whether the file has the tables of an archive; False: there is none, or it is empty. Raises StorageError."""
    try:
        if not database.exists() or not database.stat().st_size:
            return False
        with database.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                raise StorageError(
                    f"{database} is no SQLite database; restore a backup, or name another folder with --archive"
                )
    except OSError as error:
        raise StorageError(f"cannot read {database}: {error.strerror}") from error
    names = _names(database)
    if names is not None and names and not names >= _TABLES:
        raise StorageError(
            f"{database} is not a Warraq archive: it has the tables {', '.join(sorted(names)[:5])}; "
            "nothing was changed; name another folder with --archive"
        )
    return names is None or bool(names)


def _names(database: Path) -> set[str] | None:
    """Names of its tables, read without changing a byte of the file; None where they cannot be read so."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    except sqlite3.Error:
        return None  # damaged or locked: opening it for good says which


def _refuse_lost(folder: Path) -> None:
    """Raise where the folder's own WARC files say that its database was lost: a new one would forget what they hold."""
    first = next(iter(sorted((folder / "warc").glob("*.warc.gz"))), None)
    if first is not None:
        raise StorageError(
            f"{folder / FILE} is missing or empty, but {folder / 'warc'} holds pages: restore a backup of {FILE}, or "
            f"rebuild it with `warraq --archive {folder} import {folder / 'warc'}/*.warc.gz`"
        )
