"""Open an archive's SQLite file; refuse anything that is not a Warraq archive before writing to it."""

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic

from sqlalchemy import URL, Connection, Engine, inspect

from storage.database.engine import open_engine, sqlite_driver, translated
from storage.database.trouble import DAMAGED
from storage.errors import StorageError

#: Time limit in seconds of the integrity check when a crawl opens a database; `warraq verify` has none.
CHECK_S = 5.0
#: Number of SQLite instructions, some milliseconds, between two checks of the time limit.
_INSTRUCTIONS = 100_000

logger = logging.getLogger(__name__)

#: The file of an archive's folder.
FILE = "archive.db"
#: Tables that every archive has had since the first schema.
_TABLES = frozenset({"article", "source", "url", "version"})


def open_folder(folder: Path, *, create: bool, rebuild: bool = False) -> Engine:
    """Create an engine for the archive in a folder.

    Args:
        create: False: raise instead of creating a new archive.
        rebuild: allow a new database in a folder whose WARC files belong to an earlier one.

    Raises:
        StorageError: no archive, not an archive, or its database is lost.
    """
    if folder.is_file():
        raise StorageError(f"{folder} is a file; an archive is a folder, so name one with --archive")
    database = folder / FILE
    if not database.exists() and not create:
        raise StorageError(
            f"no archive in {folder}; create one with `warraq crawl` or `warraq capture`, "
            "or choose another with --archive"
        )
    if not _tables(database):
        if not rebuild:
            _refuse_lost(folder)
        if not create:
            raise StorageError(f"{database} is empty, not a Warraq archive; name another folder with --archive")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not database.exists():  # SQLite gives its other files the permissions of this one
            os.close(os.open(database, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StorageError(f"cannot make the archive {folder}: {error.strerror}") from error
    if not create and _cannot_be_written(database):
        logger.warning(
            "%s is on a disk that cannot be written: it is read as it was left when it was last closed", folder
        )
        query = {"mode": "ro", "immutable": "1", "uri": "true"}
        return open_engine(URL.create("sqlite", database=database.absolute().as_uri(), query=query))
    return open_engine(URL.create("sqlite", database=str(database)))


def check_soundness(engine: Engine, *, seconds: float = CHECK_S) -> None:
    """Raise StorageError if SQLite finds its file damaged within the time limit."""
    if engine.dialect.name != "sqlite":
        return
    with translated("check the archive"), engine.connect() as connection:
        driver = sqlite_driver(connection)
        end = monotonic() + seconds
        driver.set_progress_handler(lambda: monotonic() > end, _INSTRUCTIONS)
        try:
            found = [line for (line,) in driver.execute("pragma quick_check(1)") if line != "ok"]
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return
        finally:
            driver.set_progress_handler(None, 0)
    if found:
        raise StorageError(f"the archive is damaged ({found[0].splitlines()[-1]}): nothing was written; {DAMAGED}")


def refuse_foreign(connection: Connection) -> None:
    """Raise StorageError if a PostgreSQL database has only some of our tables: it belongs to another program."""
    names = set(inspect(connection).get_table_names())
    if names & _TABLES and not names >= _TABLES:
        raise StorageError(f"the database is not a Warraq archive: it has the tables {', '.join(sorted(names)[:5])}")


def _tables(database: Path) -> bool:
    """Return whether the file has the tables of an archive; False: no file, or an empty one. Raises StorageError."""
    try:
        if not database.exists() or not database.stat().st_size:
            return False
        with database.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                raise StorageError(
                    f"{database} is not a SQLite database; restore a backup, or name another folder with --archive"
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
    """Return the names of its tables without changing the file; None if they cannot be read that way."""
    # Immutable: SQLite then creates no other files. If such files exist, their content counts too.
    how = "mode=ro" if database.with_name(f"{database.name}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?{how}", uri=True)) as connection:
            return {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    except (sqlite3.Error, UnicodeDecodeError):
        return None  # damaged or locked: opening it for good says which


def _cannot_be_written(database: Path) -> bool:
    """Whether SQLite cannot create its -wal and -shm files, because the disk is full or read-only.

    Raises StorageError if the last program did not close the database: reading its -wal file then needs them.
    """
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True, timeout=0)) as connection:
            connection.execute("select 1 from sqlite_master").fetchone()
            return False
    except sqlite3.Error as error:
        words = str(error)
        if not any(part in words for part in ("readonly", "unable to open", "full", "disk I/O error")):
            return False  # locked or damaged: opening it for good says so
    pending = database.with_name(f"{database.name}-wal")
    if pending.exists() and pending.stat().st_size:
        raise StorageError(
            f"{database} cannot be opened ({words}), and {pending.name} has changes not yet in it: "
            "make room on the disk, or copy the folder to another one, and open it there"
        )
    return True


def _refuse_lost(folder: Path) -> None:
    """Raise if the folder has WARC files but no database: a new database would not know them."""
    first = next(iter(sorted((folder / "warc").glob("*.warc.gz"))), None)
    if first is not None:
        raise StorageError(
            f"{folder / FILE} is missing or empty, but {folder / 'warc'} holds pages: restore a backup of {FILE}, or "
            f"rebuild it with `warraq --archive {folder} import {folder / 'warc'}/*.warc.gz`"
        )
