"""What else lies in the folder of WARC files: torn ends, strays, and records that no row names. Notes, no errors."""

import fcntl
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from storage.models import Base
from storage.verify.base import Finding, Inspection
from storage.warc import WarcError

_snapshots = Base.metadata.tables["snapshot"]
_CHUNK = 1 << 20
#: A record's own header, which names its type, stands within so many bytes.
_HEAD = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """A WARC file read from its start, member by member."""

    #: Response, resource and revisit records: those that rows are about.
    responses: int
    #: Bytes from the start that are whole members.
    whole: int


@dataclass(slots=True)
class _Spare:
    """What no row names, of all files together: feeds and redirects are kept too, so every archive has some."""

    records: int = 0
    #: Of so many records.
    of: int = 0
    #: Where no file was read: bytes.
    unread: int = 0


def files(inspection: Inspection) -> Iterator[Finding]:
    """Look at every file of the folder."""
    folder = inspection.archive.warc.folder
    told, spare = _told(inspection), _Spare()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            yield from _look(path, told, spare, quick=inspection.quick)
        except FileNotFoundError:
            continue  # its writer closed it, and so renamed it, between
        except OSError as error:
            raise WarcError(f"cannot read {path}: {error.strerror}") from error
        inspection.progress("warc", 1)
    cure = "nothing; feeds, sitemaps and redirects have no row, nor has a page whose crawl was killed just then"
    if spare.records:
        message = f"{spare.records} of {spare.of} records belong to no row"
        yield Finding(check="file", severity="note", where="warc/", message=message, cure=cure)
    if spare.unread:
        message = f"{spare.unread} bytes of records belong to no row; not read (--quick)"
        yield Finding(check="file", severity="note", where="warc/", message=message, cure=cure)


def _told(inspection: Inspection) -> dict[str, tuple[int, int]]:
    """By file: how many records rows name, and their bytes. As many entries as there are files."""
    place = (_snapshots.c.warc_file, _snapshots.c.warc_offset, _snapshots.c.warc_length)
    once = select(*place).where(_snapshots.c.warc_file.is_not(None)).distinct().subquery()
    by_file = select(
        once.c.warc_file, func.count().label("number"), func.sum(once.c.warc_length).label("length")
    ).group_by(once.c.warc_file)
    return {row.warc_file: (row.number, int(row.length or 0)) for row in inspection.rows(by_file)}


def _look(path: Path, told: dict[str, tuple[int, int]], spare: _Spare, *, quick: bool) -> Iterator[Finding]:
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
    yield from _weigh(path, *told.get(path.name.removesuffix(".open"), (0, 0)), spare, quick=quick)


def _weigh(path: Path, number: int, length: int, spare: _Spare, *, quick: bool) -> Iterator[Finding]:
    """Compare a file with what rows say is in it: so many records, so many bytes. It is read only where these differ."""
    size = path.stat().st_size
    if quick:
        spare.unread += max(size - length, 0)
        return
    if size == length:
        spare.of += number
        return
    walk = _walk(path)
    spare.of += max(walk.responses, number)
    spare.records += max(walk.responses - number, 0)
    if walk.whole < size:
        message = f"the {size - walk.whole} bytes from byte {walk.whole} on cannot be read from there as records"
        yield _note(path, message, "see the errors of its snapshots; where there are none, nothing that counts is lost")


def _walk(path: Path) -> _Walk:
    responses = whole = position = 0
    member, head = zlib.decompressobj(wbits=31), b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            while chunk:
                try:
                    plain = member.decompress(chunk)
                except zlib.error:
                    return _Walk(responses=responses, whole=whole)
                head += plain[: _HEAD - len(head)]
                position += len(chunk) - len(member.unused_data)
                chunk = member.unused_data
                if member.eof:
                    responses += _is_response(head)
                    whole, member, head = position, zlib.decompressobj(wbits=31), b""
    return _Walk(responses=responses, whole=whole)


def _is_response(head: bytes) -> bool:
    fields = head.split(b"\r\n\r\n")[0].lower()
    return any(b"\r\nwarc-type: " + kind in fields for kind in (b"response", b"resource", b"revisit"))


def _is_held(path: Path) -> bool:
    """Whether a writer lives that has this file open; it holds a lock on it as long."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(file, fcntl.LOCK_UN)
    return False


def _note(path: Path, message: str, cure: str) -> Finding:
    return Finding(check="file", severity="note", where=f"warc/{path.name}", message=message, cure=cure)
