"""What else lies in the folder of WARC files: torn ends, strays, and the records that no row names.

Of those, answers (feeds, redirects) are counted; requests, metadata and file heads have their digests recomputed.
"""

import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from storage.database.tables.core import Base
from storage.verify.base import Inspection, VerifyFinding
from storage.warc import WarcError
from storage.warc.head import block_holds, fields_of
from storage.warc.members import Member, members

_snapshots = Base.metadata.tables["snapshot"]
#: Types of the records that rows are about.
_ANSWERS = ("response", "resource", "revisit")


@dataclass(slots=True)
class _Spare:
    """What no row names, of all files together: feeds and redirects are kept too, so every archive has some."""

    records: int = 0
    #: Of so many records.
    of: int = 0


def files(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Look at every file of the folder."""
    folder = inspection.archive.warc.folder
    told, spare = _told(inspection), _Spare()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            yield from _look(path, told, spare, inspection)
        except FileNotFoundError:
            continue  # its writer closed it, and so renamed it, between
        except OSError as error:
            raise WarcError(f"cannot read {path}: {error.strerror}") from error
        inspection.progress("warc", 1)
    cure = "nothing; feeds, sitemaps and redirects have no row, nor has a page whose crawl was killed just then"
    if spare.records:
        message = f"{spare.records} of {spare.of} records belong to no row"
        yield VerifyFinding(check="file", severity="note", where="warc/", message=message, cure=cure)


def _told(inspection: Inspection) -> dict[str, int]:
    """By file: how many records rows name. As many entries as there are files."""
    place = (_snapshots.c.warc_file, _snapshots.c.warc_offset)
    once = select(*place).where(_snapshots.c.warc_file.is_not(None)).distinct().subquery()
    by_file = select(once.c.warc_file, func.count().label("number")).group_by(once.c.warc_file)
    return {row.warc_file: row.number for row in inspection.rows(by_file)}


def _look(path: Path, told: dict[str, int], spare: _Spare, inspection: Inspection) -> Iterator[VerifyFinding]:
    if path.name.endswith(".warc.gz.torn"):
        message = f"{path.stat().st_size} bytes that a crash left torn, set aside when the file was mended"
        yield _note(path, message, "nothing; delete it when nobody wants to look into it")
        return
    if not path.name.endswith((".warc.gz", ".warc.gz.open")) or not path.is_file():
        yield _note(path, "is no WARC file of this archive", "move it elsewhere, if you put it here")
        return
    if path.suffix == ".open":
        if _is_held(path):
            return  # being written: rows follow their records
        yield _note(path, "was left open by a crash; its writer is gone", "nothing; the next crawl mends and closes it")
    if not inspection.quick:
        yield from _weigh(path, told.get(path.name.removesuffix(".open"), 0), spare, inspection)


def _weigh(path: Path, number: int, spare: _Spare, inspection: Inspection) -> Iterator[VerifyFinding]:
    """Read a file from its start, and tell what in it no row speaks of. `number`: of its records that rows name."""
    answers = 0
    with path.open("rb") as file:
        for member in members(file):
            kind = fields_of(member.head).get("warc-type", "")
            if not member.whole:
                yield from _damaged(path, member, inspection)
            elif kind in _ANSWERS:
                answers += 1
            elif member.size <= len(member.head) and not block_holds(member.head):
                yield _error(path, member, "is not as it was written: its digest or length is another")
    spare.of += max(answers, number)
    spare.records += max(answers - number, 0)


def _damaged(path: Path, member: Member, inspection: Inspection) -> Iterator[VerifyFinding]:
    """Bytes that are no record. What a row names there, the check of records tells."""
    if member.torn:
        message = f"the {member.length} bytes from byte {member.offset} on cannot be read from there as records"
        yield _note(path, message, "see the errors of its snapshots; where there are none, nothing that counts is lost")
        return
    file = path.name.removesuffix(".open")
    begins = _snapshots.c.warc_offset.between(member.offset, member.offset + member.length - 1)
    if not any(inspection.rows(select(_snapshots.c.id).where(_snapshots.c.warc_file == file, begins).limit(1))):
        yield _error(path, member, "is damaged: not one whole gzip member")


def _error(path: Path, member: Member, words: str) -> VerifyFinding:
    """A damaged record that no row names, called by what can be read of it."""
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
    """Whether a writer lives that has this file open; it holds a lock on it as long."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(file, fcntl.LOCK_UN)
    return False


def _note(path: Path, message: str, cure: str) -> VerifyFinding:
    return VerifyFinding(check="file", severity="note", where=f"warc/{path.name}", message=message, cure=cure)
