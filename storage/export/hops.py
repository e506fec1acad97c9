"""Hops: the redirects between the address that was asked for and the one that answered. No row names their records.

They were written shortly before the answer's own, so only that stretch of its file is read: from the last record that
a row knows to be old enough.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urljoin

from storage.export.fetches import Fetch
from storage.export.surt import spelled
from storage.warc import WarcLocation

if TYPE_CHECKING:
    from storage.archive import Archive

#: A chain of redirects takes no longer than this, pauses for politeness among them.
_LONGEST = timedelta(minutes=10)
#: More redirects than any client follows.
_MOST = 20
#: A record's own header and that of HTTP stand within so many bytes.
_HEAD = 65_536
_CHUNK = 1 << 18

_TARGET = re.compile(rb"^WARC-Target-URI:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_REDIRECT = re.compile(rb"^HTTP/[\d.]+ 3\d\d")
_TO = re.compile(rb"^Location:[ \t]*(\S[^\r\n]*)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Member:
    """A gzip member of a file, and how the record in it begins."""

    offset: int
    length: int
    head: bytes


def hops(archive: "Archive", fetch: Fetch) -> list[WarcLocation]:
    """Where the redirects that led to a fetch lie, in order; as far as they are in the same file and readable."""
    if spelled(fetch.asked) == spelled(fetch.url):
        return []
    redirects = {address: (place, to) for address, place, to in _redirects(archive, fetch)}  # the latest of each
    chain: list[WarcLocation] = []
    at = spelled(fetch.asked)
    while at != spelled(fetch.url) and at in redirects and len(chain) < _MOST:
        place, at = redirects.pop(at)
        chain.append(place)
    return chain


def _redirects(archive: "Archive", fetch: Fetch) -> Iterator[tuple[str, WarcLocation, str]]:
    """Redirects recorded before a fetch: address, where the record lies, address that it leads to."""
    folder, name = archive.warc.folder, fetch.record.file
    path = folder / name if (folder / name).exists() else folder / f"{name}.open"
    if Path(name).name != name or not path.exists():
        return
    with path.open("rb") as file:
        for member in _members(file, _start(archive, fetch), fetch.record.offset):
            warc, _, http = member.head.partition(b"\r\n\r\n")
            answer, _, _ = http.partition(b"\r\n\r\n")
            address, to = _TARGET.search(warc), _TO.search(answer)
            if address and to and _REDIRECT.match(answer):
                url = address[1].decode("utf-8", "replace")
                target = urljoin(url, to[1].decode("utf-8", "replace").strip())
                yield spelled(url), WarcLocation(file=name, offset=member.offset, length=member.length), spelled(target)


def _start(archive: "Archive", fetch: Fetch) -> int:
    """The byte to read from: a record begins there, and it is older than any redirect of this fetch."""
    from sqlalchemy import func, select

    from storage.models import SnapshotRow

    older = (SnapshotRow.warc_file == fetch.record.file, SnapshotRow.warc_offset < fetch.record.offset)
    last = select(func.max(SnapshotRow.warc_offset)).where(*older, SnapshotRow.fetched_at < fetch.fetched_at - _LONGEST)
    with archive.reading() as connection:
        return connection.scalar(last) or 0


def _members(file: IO[bytes], start: int, end: int) -> Iterator[_Member]:
    """The gzip members between two bytes of a file; ends early at one that is damaged."""
    file.seek(start)
    offset, data = start, b""
    while offset < end:
        member, head, packed = zlib.decompressobj(wbits=31), b"", len(data)
        while not member.eof:
            if not data:
                data = file.read(_CHUNK)
                packed += len(data)
            if not data:
                return
            try:
                piece = member.decompress(data)
            except zlib.error:
                return
            head += piece[: _HEAD - len(head)]
            data = member.unused_data
        length = packed - len(data)
        yield _Member(offset, length, head)
        offset += length
