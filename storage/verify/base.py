"""What verifying finds, and what its checks work with."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Column, Row, Select

if TYPE_CHECKING:
    from storage.archive import Archive

Severity = Literal["error", "note"]

#: Rows read in one short transaction, so that a crawl that runs meanwhile is never in the way, nor in ours.
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyFinding:
    """One thing that does not agree. `dataclasses.asdict` of it is plain JSON."""

    #: Name of the check that found it, a key of `storage.verify.CHECKS`.
    check: str
    #: "error": something is lost, or rows contradict each other. "note": harmless, but worth knowing.
    severity: Severity
    #: The place: a table and its key ("snapshot 12"), or a file of the archive ("warc/NAME.warc.gz").
    where: str
    #: What is wrong there; one line.
    message: str
    #: What to do about it; one line.
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """An archive under inspection."""

    archive: "Archive"
    #: Leave out whatever reads the bytes of WARC files.
    quick: bool
    #: Told, after each batch, the name of a table or folder and how many more of its rows or files were looked at.
    progress: Callable[[str, int], None]

    def batches(self, statement: Select[Any], key: "Column[int]") -> Iterator[Sequence[Row[Any]]]:
        """The rows of a statement in the order of a whole-number key that is among its columns, a batch at a time."""
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

    def rows(self, statement: Select[Any]) -> Iterator[Row[Any]]:
        """The rows of a statement that picks the bad ones, never all in memory."""
        with self.archive.reading() as connection:
            yield from connection.execution_options(yield_per=_BATCH).execute(statement)
