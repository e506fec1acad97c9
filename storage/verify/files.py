"""Check the folder of WARC files: torn ends, foreign files, and records without a row.

Of the latter, responses (feeds, redirects) are counted; requests, metadata and warcinfo records have their digests
recomputed.
"""

import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from storage.database.tables.every import Base
from storage.verify.base import Inspection, VerifyFinding
from storage.warc import WarcError
from storage.warc.head import block_holds, fields_of
from storage.warc.members import Member, members

_snapshots = Base.metadata.tables["snapshot"]
#: Record types that rows refer to.
_ANSWERS = ("response", "resource", "revisit")


@dataclass(slots=True)
class _Spare:
    """Records without a row, over all files: feeds and redirects are stored too, so every archive has some."""

    records: int = 0
    #: Total number of records.
    of: int = 0


def files(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Check every file of the folder."""
    folder = inspection.archive.warc.folder
    references, spare = _references_by_file(inspection), _Spare()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            yield from _look(path, references, spare, inspection)
        except FileNotFoundError:
            continue  # its writer has closed and renamed it in between
        except OSError as error:
            raise WarcError(f"cannot read {path}: {error.strerror}") from error
        inspection.progress("warc", 1)
    cure = "nothing; feeds, sitemaps and redirects have no row, nor do pages of a crawl killed at that moment"
    if spare.records:
        message = f"{spare.records} of {spare.of} records have no row"
        yield VerifyFinding(check="file", severity="note", where="warc/", message=message, cure=cure)


def _references_by_file(inspection: Inspection) -> dict[str, int]:
    """Return the number of referenced records by file. As many entries as there are files."""
    place = (_snapshots.c.warc_file, _snapshots.c.warc_offset)
    once = select(*place).where(_snapshots.c.warc_file.is_not(None)).distinct().subquery()
    by_file = select(once.c.warc_file, func.count().label("number")).group_by(once.c.warc_file)
    return {row.warc_file: row.number for row in inspection.rows(by_file)}


def _look(path: Path, references: dict[str, int], spare: _Spare, inspection: Inspection) -> Iterator[VerifyFinding]:
    if path.name.endswith(".warc.gz.torn"):
        message = f"{path.stat().st_size} bytes torn by a crash, set aside when the file was mended"
        yield _note(path, message, "nothing; delete it if you do not need it")
        return
    if not path.name.endswith((".warc.gz", ".warc.gz.open")) or not path.is_file():
        yield _note(path, "is not a WARC file of this archive", "move it elsewhere if you put it here")
        return
    if path.suffix == ".open":
        if _is_held(path):
            return  # being written: rows follow their records
        yield _note(
            path,
            "was left open by a crash; its writer is no longer running",
            "nothing; the next crawl mends and closes it",
        )
    if not inspection.quick:
        yield from _weigh(path, references.get(path.name.removesuffix(".open"), 0), spare, inspection)


def _weigh(path: Path, number: int, spare: _Spare, inspection: Inspection) -> Iterator[VerifyFinding]:
    """Read a file from its start, and yield faults in records without a row. `number`: of its referenced records."""
    answers = 0
    with path.open("rb") as file:
        for member in members(file):
            kind = fields_of(member.head).get("warc-type", "")
            if not member.whole:
                yield from _damaged(path, member, inspection)
            elif kind in _ANSWERS:
                answers += 1
            elif member.size <= len(member.head) and not block_holds(member.head):
                yield _error(path, member, "has changed since it was written: its digest or length differs")
    spare.of += max(answers, number)
    spare.records += max(answers - number, 0)


def _damaged(path: Path, member: Member, inspection: Inspection) -> Iterator[VerifyFinding]:
    """Yield a finding for bytes that are not a record. If a row refers to them, the check of records reports it."""
    if member.torn:
        message = f"the {member.length} bytes from byte {member.offset} on are not readable as records"
        yield _note(path, message, "see the errors of its snapshots; if there are none, no article is affected")
        return
    file = path.name.removesuffix(".open")
    begins = _snapshots.c.warc_offset.between(member.offset, member.offset + member.length - 1)
    if not any(inspection.rows(select(_snapshots.c.id).where(_snapshots.c.warc_file == file, begins).limit(1))):
        yield _error(path, member, "is damaged: not one whole gzip member")


def _error(path: Path, member: Member, words: str) -> VerifyFinding:
    """Yield a finding for a damaged record without a row, named by what is readable of it."""
    fields = fields_of(member.head)
    kind = f"{fields['warc-type']} record" if "warc-type" in fields else "record"
    of = f" of {fields['warc-target-uri']}" if "warc-target-uri" in fields else ""
    return VerifyFinding(
        check="file",
        severity="error",
        where=f"warc/{path.name}",
        message=f"the {kind}{of} at byte {member.offset} {words}",
        cure="restore the WARC file from a backup; the pages themselves are checked one by one",
    )


def _is_held(path: Path) -> bool:
    """Whether a live writer has this file open; it holds a lock on it."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(file, fcntl.LOCK_UN)
    return False


def _note(path: Path, message: str, cure: str) -> VerifyFinding:
    return VerifyFinding(check="file", severity="note", where=f"warc/{path.name}", message=message, cure=cure)
