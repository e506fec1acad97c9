"""Findings of a verification, and the context of its checks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select

if TYPE_CHECKING:
    from storage.archive import Archive

Severity = Literal["error", "note"]

#: Rows per short transaction, so that a concurrent crawl and the verification do not block each other.
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyFinding:
    """One inconsistency. `dataclasses.asdict` of it is plain JSON."""

    #: Name of the check that found it, a key of `storage.verify.CHECKS`.
    check: str
    #: "error": something is lost, or rows contradict each other. "note": harmless, but worth knowing.
    severity: Severity
    #: The location: a table and its key ("snapshot 12"), or a file of the archive ("warc/NAME.warc.gz").
    where: str
    #: What is wrong there; one line.
    message: str
    #: The remedy; one line.
    cure: str


Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """An archive under inspection."""

    archive: "Archive"
    #: Skip what reads the content of WARC files.
    quick: bool
    #: Called after each batch with the name of a table or folder and the number of its rows or files checked.
    progress: Callable[[str, int], None]

    def batches(self, statement: "Select[*Columns]", key: "ColumnElement[int]") -> "Iterator[Sequence[Row[*Columns]]]":
        """Yield the rows of a statement in batches, ordered by an integer key among its columns."""
        name, after = str(key.table), None
        while True:
            here = statement if after is None else statement.where(key > after)
            with self.archive.reading() as connection:
                rows = connection.execute(here.order_by(key).limit(_BATCH)).all()
            if not rows:
                return
            yield rows
            self.progress(name, len(rows))
            after = getattr(rows[-1], key.name)

    def rows(self, statement: "Select[*Columns]") -> "Iterator[Row[*Columns]]":
        """Yield the rows of a statement that selects faults, never all in memory."""
        with self.archive.reading() as connection:
            yield from connection.execution_options(yield_per=_BATCH).execute(statement)
