"""Records as an export takes them along: the very bytes that lie in the archive, and what an index says of each."""

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from storage.export.fetches import Fetch, archive_of
from storage.export.hops import hops
from storage.export.options import Options
from storage.export.sorting import sorted_lines
from storage.warc import WarcError, WarcLocation

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.warc import WarcStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A record to be copied."""

    #: The record's own gzip member, byte for byte.
    data: bytes
    url: str
    #: The record's date, UTC.
    at: datetime
    #: "response", "resource"; nothing else is looked up in an index.
    kind: str
    #: HTTP status; None of a resource.
    status: int | None
    #: Without parameters; "unk" where nobody said, as indexes have it.
    media_type: str
    #: As the record words it: "sha256:" and 64 hex digits.
    digest: str


def records(fetches: Iterable[Fetch], options: Options) -> Iterator[Recorded]:
    """Every record of the fetches and of the redirects that led to them, each once, in the order in which they lie in the archive: its disks are read forward.

    Each is read and its digest recomputed before it is handed on: a damaged one is found here, not by those who are
    given the copy. Says how many were missing or damaged.
    """
    archive = archive_of(options)
    store, missing = archive.warc, 0
    for line in sorted_lines(_places(archive, fetches)):
        file, offset, length = line.decode().split()
        try:
            yield _recorded(store, WarcLocation(file=file, offset=int(offset), length=int(length)))
        except WarcError:
            missing += 1
    if missing:
        options.tell(f"{missing} WARC records are missing or damaged and were left out; see `warraq verify`")


def warcinfo(options: Options, *, name: str | None = None) -> bytes:
    """The record that begins a WARC file and says who made it. `name`: of the file, if it has one."""
    fields = {"software": options.software, "format": "WARC File Format 1.1", "description": "Pages of an archive"}
    body = "".join(f"{key}: {value}\r\n" for key, value in fields.items()).encode()
    head = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": f"<urn:uuid:{uuid4()}>",
        "WARC-Date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        **({"WARC-Filename": name} if name else {}),
        "Content-Type": "application/warc-fields",
        "Content-Length": len(body),
    }
    lines = "".join(f"{key}: {value}\r\n" for key, value in head.items())
    return gzip.compress(f"WARC/1.1\r\n{lines}\r\n".encode() + body + b"\r\n\r\n", mtime=0)


def _places(archive: "Archive", fetches: Iterable[Fetch]) -> Iterator[bytes]:
    for fetch in fetches:
        yield _place(fetch.record)
        yield from map(_place, hops(archive, fetch))


def _place(location: WarcLocation) -> bytes:
    """A line that sorts by file, then by offset."""
    return f"{location.file} {location.offset:020} {location.length}\n".encode()


def _recorded(store: "WarcStore", location: WarcLocation) -> Recorded:
    answer = store.read(location)
    headers = {name.lower(): value for name, value in answer.headers}
    return Recorded(
        data=store.read_bytes(location),
        url=answer.url,
        at=answer.fetched_at,
        kind="response" if answer.status else "resource",
        status=answer.status or None,
        media_type=headers.get("content-type", "").split(";")[0].strip().lower() or "unk",
        digest=f"sha256:{hashlib.sha256(answer.payload).hexdigest()}",
    )
