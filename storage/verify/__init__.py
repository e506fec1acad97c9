"""Verify that database, frontier and WARC files agree. Entry point: `verify`. It never changes anything."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from storage.errors import StorageError
from storage.verify.base import Inspection, Severity, VerifyFinding
from storage.verify.database import pages, references, schema, search
from storage.verify.files import files
from storage.verify.records import records
from storage.verify.relations import addresses, articles, versions
from storage.verify.withdrawal_checks import withdrawals

if TYPE_CHECKING:
    from storage.archive import Archive

__all__ = ["CHECKS", "Severity", "VerifyFinding", "verify"]

#: The checks, in order. To add one, write it in the matching module and list it here.
CHECKS: dict[str, Callable[[Inspection], Iterator[VerifyFinding]]] = {
    "database": pages,
    "schema": schema,
    "search": search,
    "reference": references,
    "article": articles,
    "version": versions,
    "address": addresses,
    "withdrawal": withdrawals,
    "file": files,
    "record": records,
}


def verify(
    archive: "Archive", *, quick: bool = False, progress: Callable[[str, int], None] | None = None
) -> Iterator[VerifyFinding]:
    """Check everything, and yield findings as they occur. Memory does not grow with the archive.

    A check that cannot continue, as on a damaged database, is a finding too, and the next check follows; only if the
    schema does not match this program, checking ends.

    Args:
        archive: opened with `upgrade=False`, if it is to be checked as it is.
        quick: skip what reads the content of WARC files; their length is still compared.
        progress: called after each batch with the name of a table, or "warc", and the number of rows or files checked.
    """
    inspection = Inspection(archive=archive, quick=quick, progress=progress or _nobody)
    for name, check in CHECKS.items():
        stopped = False
        try:
            for finding in check(inspection):
                yield finding
                stopped = finding.check == "schema"
        except (StorageError, ValueError, TypeError, KeyError, OverflowError) as error:  # a damaged file holds anything
            yield _stopped(name, error)
        if stopped:
            return


def steps(archive: "Archive") -> int | None:
    """Count the rows and files that `verify` reports as progress; None if the database is too damaged to count."""
    from sqlalchemy import func, select

    from storage.database.tables.core import ArticleRow, SnapshotRow, UrlRow, VersionRow

    try:
        with archive.reading() as connection:
            rows = [
                connection.scalar(select(func.count()).select_from(table)) or 0
                for table in (ArticleRow, VersionRow, UrlRow, SnapshotRow)
            ]
    except StorageError:
        return None
    folder = archive.warc.folder
    return sum(rows) + (sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0)


def _stopped(name: str, error: Exception) -> VerifyFinding:
    return VerifyFinding(
        check=name,
        severity="error",
        where="the archive",
        message=f"this could not be checked to its end: {error}",
        cure="restore a backup of archive.db, or move it away and rebuild it from the WARC files with `warraq import`",
    )


def _nobody(_name: str, _number: int) -> None:
    """Ignore progress."""
