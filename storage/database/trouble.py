"""Messages for database errors: what happened and what to do."""

import sqlite3
from types import TracebackType

from sqlalchemy.exc import SQLAlchemyError

DAMAGED = (
    "the file is damaged: `warraq verify` says where; restore a backup of archive.db, or move it away and rebuild it "
    "from the WARC files with `warraq import`"
)
_CURES = (
    ("disk is full", "make room on the disk and run again, nothing is lost"),
    ("disk I/O error", "the disk is full or failing: make room, look at the system's log, and run again"),
    ("locked", "another program holds the archive; wait for it or end it"),
    ("malformed", DAMAGED),
    ("not a database", DAMAGED),
    ("interrupted", "it took longer than a reader may; ask for less"),
    ("statement timeout", "it took longer than a reader may; ask for less"),
    ("readonly", "the archive can only be read here: no write permission, or a disk that is full or mounted read-only"),
    ("unable to open", "check that the folder exists and may be written, and that the disk has room"),
    ("too many open files", "raise the limit of open files (ulimit -n) and run again"),
)
#: Python modules that convert stored bytes into values; errors raised there come from the file's content.
_READERS = ("sqlalchemy", "json", "storage.database.types")


def explained(error: BaseException) -> str | None:
    """Return cause and fix of a database error in one line; None for other errors."""
    if isinstance(error, SQLAlchemyError):
        return _with_cure(_first_line(getattr(error, "orig", None) or error))
    if isinstance(error, sqlite3.Error):
        return _with_cure(_first_line(error))
    is_value = isinstance(error, ValueError | TypeError | OverflowError)
    if isinstance(error, UnicodeDecodeError) or (is_value and _is_from_reading(error.__traceback__)):
        return f"a stored value cannot be read ({type(error).__name__}: {_first_line(error)}); {DAMAGED}"
    return None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _with_cure(cause: str) -> str:
    for words, cure in _CURES:
        if words in cause:
            return f"{cause}; {cure}"
    return f"{cause}; see the archive's address and try again"


def _is_from_reading(traceback: TracebackType | None) -> bool:
    """Whether the error was raised while rows were converted to values, not by the calling code."""
    module = ""
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__", ""))
        traceback = traceback.tb_next
    return any(module == name or module.startswith(f"{name}.") for name in _READERS)
