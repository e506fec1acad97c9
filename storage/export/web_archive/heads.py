"""Record headers, read without their payload; and the records that accompany a response."""

import re
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from storage.errors import StorageError
from storage.warc import WarcError, WarcLocation
from storage.warc.build import REFERS_TO_LOCATION
from storage.warc.members import Member, members

if TYPE_CHECKING:
    from storage.warc import WarcStore


#: A record's own header fits in this many compressed bytes.
_HEAD = 8_192

_TARGET = re.compile(rb"^WARC-Target-URI:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_CONCURRENT = re.compile(rb"^WARC-Concurrent-To:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_REFERS_TO = re.compile(rb"^" + REFERS_TO_LOCATION.encode() + rb":\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_REDIRECT = re.compile(rb"HTTP/[\d.]+ 3\d\d")
_LOCATION = re.compile(rb"^Location:[ \t]*(\S[^\r\n]*)", re.MULTILINE | re.IGNORECASE)


def stretch(store: "WarcStore", file: str, *, start: int) -> Iterator[Member]:
    """Yield the whole members of a file from `start` on, where one begins; stop at damage. Raises WarcError."""
    try:
        with store.open(file) as opened:
            for member in members(opened, start=start):
                if not member.whole:
                    return
                yield member
    except OSError as error:
        raise WarcError(f"cannot read {file}: {error.strerror or error}") from error


def companions(store: "WarcStore", location: WarcLocation, record_id: str) -> Iterator[WarcLocation]:
    """Yield the records written with a response and located after it: its request and metadata."""
    for member in stretch(store, location.file, start=location.offset + location.length):
        named = _CONCURRENT.search(_own(member.head))
        if named is None or named[1].decode("latin-1") != record_id:
            return
        yield WarcLocation(file=location.file, offset=member.offset, length=member.length)


def original_of(store: "WarcStore", location: WarcLocation) -> WarcLocation | None:
    """Return the location of the record that a revisit refers to; None for other and unreadable records."""
    try:
        with store.open(location.file) as file:
            file.seek(location.offset)
            head = zlib.decompressobj(wbits=31).decompress(file.read(min(_HEAD, location.length)))
    except (StorageError, OSError, zlib.error):
        return None
    found = _REFERS_TO.search(_own(head))
    try:
        name, offset, length = (found[1].decode() if found else "").rsplit(";", 2)
        return WarcLocation(file=name, offset=int(offset), length=int(length))
    except ValueError:
        return None


def redirect(head: bytes) -> tuple[str, str] | None:
    """Return the URL of a redirect and its target; None for any other record."""
    own, _, answer = head.partition(b"\r\n\r\n")
    address, to = _TARGET.search(own), _LOCATION.search(answer.partition(b"\r\n\r\n")[0])
    if address is None or to is None or not _REDIRECT.match(answer):
        return None
    return address[1].decode("utf-8", "replace"), to[1].decode("utf-8", "replace").strip()


def _own(head: bytes) -> bytes:
    """Return the record's own header, without the server's."""
    return head.partition(b"\r\n\r\n")[0]
