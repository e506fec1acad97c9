"""Proof that database, frontier and WARC agree. The door: `verify`. Nothing is ever changed by it."""

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

#: What is checked, in this order. To add a check, write it in a file of its kind and name it here.
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
    """Check everything, and tell what does not agree as it is found. Memory does not grow with the archive.

    A check that itself cannot go on, as on a damaged database, is a finding too, and the next one follows; only on
    another schema than this program's nothing further is looked at.

    Args:
        archive: opened with `upgrade=False`, if it is to be judged as it lies there.
        quick: leave out whatever reads the bytes of WARC files; their length is compared all the same.
        progress: told, after each batch, the name of a table, or "warc", and how many more rows or files were seen.
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


def _stopped(name: str, error: Exception) -> VerifyFinding:
    return VerifyFinding(
        check=name,
        severity="error",
        where="the archive",
        message=f"this could not be checked to its end: {error}",
        cure="restore a backup of archive.db, or move it away and rebuild it from the WARC files with `warraq import`",
    )


def _nobody(_name: str, _number: int) -> None:
    """Hear of progress, and tell nobody."""
