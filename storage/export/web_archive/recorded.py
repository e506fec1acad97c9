"""Records as an export copies them: their bytes as archived, and their index entry."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from storage.errors import StorageError
from storage.export.options import Options
from storage.export.web_archive.exported_fetch import ExportedFetch, archive_of
from storage.export.web_archive.heads import companions, original_of
from storage.export.web_archive.hops import Hops
from storage.export.web_archive.sorting import sorted_lines
from storage.warc import WarcError, WarcLocation, build
from storage.warc.reading import read_record

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.warc import WarcStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A record to be copied."""

    #: The record's own gzip member, byte for byte.
    data: bytes
    #: "response", "revisit", "resource": listed in an index; "companion": a request or metadata record.
    kind: str
    #: URL and time of the fetch, UTC.
    url: str
    at: datetime
    #: HTTP status; None for a resource.
    status: int | None = None
    #: Without parameters; "unk" if not stated, "warc/revisit" for a revisit, as is usual in indexes.
    media_type: str = "unk"
    #: Digest of the payload: "sha256:" and 64 hex digits.
    digest: str = ""


def records(fetches: Iterable[ExportedFetch], options: Options) -> Iterator[Recorded]:
    """Yield every record of the fetches, of their redirects, and of what revisits refer to, each once.

    They come in archive order, so that disks are read sequentially. Each response is read and its digest recomputed
    before it is passed on, so damage is detected here and not by the recipient. Reports how many were missing or
    damaged.

    Raises:
        StorageError: all of them were.
    """
    archive = archive_of(options)
    store, missing, copied = archive.warc, 0, 0
    for line in sorted_lines(_places(archive, fetches)):
        file, offset, length = line.decode().split()
        try:
            yield from _exchange(store, WarcLocation(file=file, offset=int(offset), length=int(length)))
            copied += 1
        except WarcError:
            missing += 1
    if missing and not copied:
        raise StorageError(
            f"none of the {missing} WARC records can be read, so nothing was exported; see `warraq verify`"
        )
    if missing:
        options.tell(f"{missing} WARC records are missing or damaged and were left out; see `warraq verify`")


def warcinfo(name: str | None = None) -> bytes:
    """Build the record that begins a WARC file and identifies its author. `name`: of the file, if it has one."""
    return build.warcinfo(name, now=datetime.now(UTC), about=())


def _places(archive: "Archive", fetches: Iterable[ExportedFetch]) -> Iterator[bytes]:
    """Return the locations of the fetches' responses, of the records that revisits refer to, and of their redirects."""
    with Hops(archive) as hops:
        for fetch in fetches:
            hops.note(fetch)
            yield _place(fetch.record)
            if original := original_of(archive.warc, fetch.record):
                yield _place(original)
        yield from map(_place, hops.found())


def _place(location: WarcLocation) -> bytes:
    """Format a line that sorts by file, then by offset."""
    return f"{location.file} {location.offset:020} {location.length}\n".encode()


def _exchange(store: "WarcStore", location: WarcLocation) -> Iterator[Recorded]:
    """Yield a response, then the records written with it: request and metadata."""
    data = store.read_bytes(location)
    answer = read_record(data, location)
    yield Recorded(
        data=data,
        kind=answer.kind,
        url=answer.url,
        at=answer.at,
        status=answer.status or None,
        media_type="warc/revisit" if answer.kind == "revisit" else _media_type(answer.headers),
        digest=f"sha256:{answer.payload_sha256 or hashlib.sha256(answer.payload).hexdigest()}",
    )
    for place in companions(store, location, answer.id):
        yield Recorded(data=store.read_bytes(place), kind="companion", url=answer.url, at=answer.at)


def _media_type(headers: Iterable[tuple[str, str]]) -> str:
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    return content_type.split(";")[0].strip().lower() or "unk"
