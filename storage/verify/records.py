"""Check that every fetch has its record: present, whole, readable, with the right URL and digest."""

import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select

from storage.database.tables.every import Base
from storage.database.types import TableRow
from storage.verify.base import Inspection, VerifyFinding
from storage.warc import WarcError, WarcLocation, WarcStore

_snapshots = Base.metadata.tables["snapshot"]
_COLUMNS = ("id", "url", "status", "payload_sha256", "warc_file", "warc_offset", "warc_length")
_BACKUP = "restore the WARC file from a backup, or fetch the page again"


def records(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Check the record of every snapshot; under `quick`, only whether its file is long enough."""
    store = inspection.archive.warc
    missing: Counter[str] = Counter()
    for rows in inspection.batches(select(*(_snapshots.c[name] for name in _COLUMNS)), _snapshots.c.id):
        for row in rows:
            location = _location(row)
            if location is None:
                if (row.warc_file, row.warc_offset, row.warc_length) != (None, None, None):
                    yield _error(row, "has an incomplete location: file, byte and length belong together")
            elif (size := _size(store, location.file)) is None:
                missing[location.file] += 1
            elif message := _fault(store, row, location, size=size, quick=inspection.quick):
                yield _error(row, message)
    for name, number in sorted(missing.items()):
        message = f"is missing; {number} snapshots have their record in it"
        yield VerifyFinding(check="record", severity="error", where=f"warc/{name}", message=message, cure=_BACKUP)


def _location(row: TableRow) -> WarcLocation | None:
    if row.warc_file is None or row.warc_offset is None or row.warc_length is None:
        return None
    return WarcLocation(file=row.warc_file, offset=row.warc_offset, length=row.warc_length)


def _size(store: WarcStore, name: str) -> int | None:
    """Return the size of a WARC file, here or where it was gathered; None if it is missing, or the name leads
    elsewhere."""
    try:
        with store.open(name) as file:
            return file.seek(0, os.SEEK_END)
    except WarcError:
        return None


def _fault(store: WarcStore, row: TableRow, location: WarcLocation, *, size: int, quick: bool) -> str | None:
    """Return the fault of a record, in words; None if there is none."""
    place = f"{location.file} at byte {location.offset}"
    if location.offset < 0 or location.length <= 0 or location.offset + location.length > size:
        return f"record of {location.length} bytes in {place} lies outside the file's {size} bytes"
    if quick:
        return None
    try:
        if not _is_one_member(store.read_bytes(location)):
            return f"damaged WARC record in {place}: not one whole gzip member of {location.length} bytes"
        response = store.read(location)
    except (WarcError, ValueError, TypeError) as error:  # a record of another program may contain anything
        return str(error).splitlines()[0]
    if hashlib.sha256(response.payload).hexdigest() != row.payload_sha256:
        return f"payload in {place} does not have the SHA-256 in the row"
    if response.url.split() != row.url.split():  # a WARC header stores a line break as a blank
        return f"record in {place} has another URL: {response.url}"
    if response.status != row.status:
        return f"record in {place} has status {response.status}, the row {row.status}"
    return None


def _is_one_member(data: bytes) -> bool:
    """Whether bytes are exactly one gzip member with a correct checksum, as the row's length promises."""
    member = zlib.decompressobj(wbits=31)
    try:
        member.decompress(data)
    except zlib.error:
        return False
    return member.eof and not member.unused_data


def _error(row: TableRow, message: str) -> VerifyFinding:
    return VerifyFinding(check="record", severity="error", where=f"snapshot {row.id}", message=message, cure=_BACKUP)
