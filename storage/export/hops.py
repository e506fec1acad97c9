"""Hops: the redirects between the address that was asked for and the one that answered. No row names their records.

They were written shortly before the answer's own, so only that stretch of its file is read: from the last record that
a row knows to be old enough.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from storage.export.fetches import Fetch
from storage.export.heads import redirect, stretch
from storage.export.surt import spelled
from storage.warc import WarcError, WarcLocation

if TYPE_CHECKING:
    from storage.archive import Archive

#: A chain of redirects takes no longer than this, pauses for politeness among them.
_LONGEST = timedelta(minutes=10)
#: More redirects than any client follows.
_MOST = 20


def hops(archive: "Archive", fetch: Fetch) -> list[WarcLocation]:
    """Where the redirects that led to a fetch lie, in order; as far as they are in the same file and readable."""
    at, end = spelled(fetch.asked), spelled(fetch.url)
    if at == end:
        return []
    try:
        redirects = {address: (place, to) for address, place, to in _redirects(archive, fetch)}  # the latest of each
    except WarcError:
        return []
    chain: list[WarcLocation] = []
    while at != end and at in redirects and len(chain) < _MOST:
        place, at = redirects.pop(at)
        chain.append(place)
    return chain


def _redirects(archive: "Archive", fetch: Fetch) -> Iterator[tuple[str, WarcLocation, str]]:
    """Redirects recorded before a fetch: address, where the record lies, address that it leads to."""
    file = fetch.record.file
    for member in stretch(archive.warc, file, start=_start(archive, fetch)):
        if member.offset >= fetch.record.offset:
            return
        if found := redirect(member.head):
            address, to = found
            place = WarcLocation(file=file, offset=member.offset, length=member.length)
            yield spelled(address), place, spelled(urljoin(address, to))


def _start(archive: "Archive", fetch: Fetch) -> int:
    """The byte to read from: a record begins there, and it is older than any redirect of this fetch."""
    from sqlalchemy import func, select

    from storage.models import SnapshotRow

    older = (SnapshotRow.warc_file == fetch.record.file, SnapshotRow.warc_offset < fetch.record.offset)
    last = select(func.max(SnapshotRow.warc_offset)).where(*older, SnapshotRow.fetched_at < fetch.fetched_at - _LONGEST)
    with archive.reading() as connection:
        return connection.scalar(last) or 0
