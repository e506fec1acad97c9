"""Redirects between the requested and the final URL. No row refers to their records.

They were written shortly before the response's own record, so only such stretches of a file are read, starting from a
record known to be old enough, and each stretch once, however many fetches it contains.
"""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import IO, TYPE_CHECKING
from urllib.parse import urljoin

from sqlalchemy import select

from storage.database.tables.core import SnapshotRow
from storage.export.web_archive.exported_fetch import ExportedFetch
from storage.export.web_archive.heads import redirect, stretch
from storage.export.web_archive.sorting import sorted_lines
from storage.export.web_archive.surt import spelled
from storage.warc import WarcError, WarcLocation

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.warc.members import Member

#: Maximum duration of a redirect chain, politeness pauses included.
_LONGEST = timedelta(minutes=10)
#: More redirects than any client follows.
_MOST = 20
#: Rows searched for an older record; if none is found, the file is read from its start.
_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class _Led:
    """A fetch reached by redirects; URLs in normalized spelling."""

    file: str
    offset: int
    id: int
    fetched_at: datetime
    asked: str
    url: str


class Hops:
    """Notes which fetches came by redirects, then finds those. A context manager: the notes are kept on disk."""

    def __init__(self, archive: "Archive") -> None:
        self._archive = archive
        self._notes: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed in __exit__

    def __enter__(self) -> "Hops":
        return self

    def __exit__(self, *_: object) -> None:
        self._notes.close()

    def note(self, fetch: ExportedFetch) -> None:
        """Schedule the search for its redirects, if there were any."""
        if fetch.asked == fetch.url:
            return
        asked, url = spelled(fetch.asked), spelled(fetch.url)
        if asked != url:
            place = f"{fetch.record.file} {fetch.record.offset:020}"
            self._notes.write(f"{place} {fetch.id} {fetch.fetched_at.isoformat()} {asked} {url}\n".encode())

    def found(self) -> Iterator[WarcLocation]:
        """Yield the locations of the redirects that led to the noted fetches, as far as they are in the same file and
        readable."""
        self._notes.seek(0)
        led = map(_read, sorted_lines(self._notes))
        for file, fetches in groupby(led, key=lambda fetch: fetch.file):
            try:
                yield from self._in_file(file, fetches)
            except WarcError:
                continue  # its records are reported as missing where they are copied

    def _in_file(self, file: str, fetches: Iterable[_Led]) -> Iterator[WarcLocation]:
        redirects: dict[str, tuple[WarcLocation, str]] = {}
        members: Iterator[Member] = iter(())
        position = 0
        for fetch in fetches:
            if (start := self._start(fetch)) >= position:
                members, position = stretch(self._archive.warc, file, start=start), start
                redirects.clear()
            while position < fetch.offset and (member := next(members, None)) is not None:
                position = member.offset + member.length
                if known := redirect(member.head):
                    place = WarcLocation(file=file, offset=member.offset, length=member.length)
                    redirects[spelled(known[0])] = place, spelled(urljoin(*known))
            yield from _chain(redirects, fetch)

    def _start(self, fetch: _Led) -> int:
        """Return the byte to read from: a record begins there, and it is older than any redirect of this fetch."""
        near = (SnapshotRow.id < fetch.id, SnapshotRow.id > fetch.id - _ROWS)
        older = (SnapshotRow.warc_file == fetch.file, SnapshotRow.fetched_at < fetch.fetched_at - _LONGEST)
        last = select(SnapshotRow.warc_offset).where(*near, *older).order_by(SnapshotRow.id.desc()).limit(1)
        with self._archive.reading() as connection:
            return connection.scalar(last) or 0


def _chain(redirects: dict[str, tuple[WarcLocation, str]], fetch: _Led) -> Iterator[WarcLocation]:
    at = fetch.asked
    for _ in range(_MOST):
        if at == fetch.url or at not in redirects:
            return
        place, at = redirects[at]
        yield place


def _read(line: bytes) -> _Led:
    file, offset, number, fetched_at, asked, url = line.decode().split()
    return _Led(file, int(offset), int(number), datetime.fromisoformat(fetched_at), asked, url)
