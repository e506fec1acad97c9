"""Read WARC files of other programs: every response with its request, skipping damaged parts.

Plain, one gzip member per record, or one for the whole file; WARC 0.17 to 1.1. Records are framed here, so that a
damaged one is reported and the next one found; warcio parses their content.
"""

import base64
import binascii
import hashlib
import io
import re
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from storage.warc.chunked import BadChunks, dechunked
from storage.warc.members import members
from storage.warc.parsed import ParsedRecord

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Maximum record length; a longer one is not a page (films, archives) and is reported and skipped.
MAX_RECORD_BYTES = 32_000_000
#: Maximum distance in records between a response and its request or metadata record; usually they are neighbours.
_NEIGHBOURS = 8
_LINE_BYTES = 65_536
_HEAD_LINES = 200
_READ_BYTES = 1 << 16
_GZIP = b"\x1f\x8b"
_HEAD_END = re.compile(rb"\r?\n\r?\n")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignAnswer:
    """A server's response, or a supplied page, as another program recorded it."""

    #: Byte offset of its record in the file (in a compressed file, of its gzip member).
    offset: int
    #: "response", "resource", "revisit".
    kind: str
    #: WARC-Record-ID without brackets; "" if it has none.
    id: str
    url: str
    at: datetime
    #: HTTP status; 0 for a resource.
    status: int
    reason: str
    http_version: str
    headers: Headers
    #: Transfer coding undone, content coding kept; b"" for a revisit.
    body: bytes
    ip: str | None
    #: WARC-Payload-Digest as written; "" if it has none.
    digest: str
    #: For a revisit: WARC-Profile, and the record id it refers to.
    profile: str = ""
    refers_to: str = ""
    #: The request, if its record is present.
    method: str = "GET"
    request_headers: Headers | None = None
    #: Fields of the metadata record, if present.
    about: Headers = ()

    @property
    def media_type(self) -> str | None:
        """ "text/html", without parameters; None if not stated."""
        named = next((value for name, value in self.headers if name.lower() == "content-type"), "")
        return named.split(";")[0].strip().lower() or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A stretch of the file that is not a record, or a record that cannot be read."""

    offset: int
    #: In words: "damaged gzip", "cut short", "block digest".
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _SideRecord:
    """A request or metadata record."""

    kind: str
    url: str
    #: As written: all records of one exchange share it.
    date: str
    concurrent_to: frozenset[str]
    method: str = "GET"
    headers: Headers = ()


def is_warc(head: bytes) -> bool:
    """Whether a file that starts with these bytes is a WARC file, compressed or not."""
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, 16)
        except zlib.error:
            return False
    return head.startswith(b"WARC/")


def answers(file: BinaryIO) -> Iterator[ForeignAnswer | Damage]:
    """Yield every response, resource and revisit of a seekable file, in order, and every damage at its position."""
    window: deque[ForeignAnswer | Damage] = deque()
    neighbours: deque[_SideRecord] = deque(maxlen=_NEIGHBOURS)
    since: deque[int] = deque()  # records read since the oldest of the window
    for record in _records(file):
        since = deque(number + 1 for number in since)
        if isinstance(record, _SideRecord):
            neighbours.append(record)
            window = deque(_joined(one, record) for one in window)
        elif record is not None:
            for other in neighbours if isinstance(record, ForeignAnswer) else ():
                record = _joined(record, other)
            window.append(record)
            since.append(0)
        while since and since[0] >= _NEIGHBOURS:
            since.popleft()
            yield window.popleft()
    yield from window


def _joined(record: ForeignAnswer | Damage, side: _SideRecord) -> ForeignAnswer | Damage:
    """Attach the request or metadata record of the same exchange to a response; otherwise return the response
    unchanged."""
    if not isinstance(record, ForeignAnswer):
        return record
    same = record.id in side.concurrent_to or (
        not side.concurrent_to and side.url == record.url and side.date == _second(record.at)
    )
    if not same:
        return record
    if side.kind == "request":
        return replace(record, method=side.method, request_headers=side.headers)
    return replace(record, about=(*record.about, *side.headers))


def _records(file: BinaryIO) -> Iterator[ForeignAnswer | _SideRecord | Damage | None]:
    """Every record; None for one of another kind."""
    for offset, framed in _framed(file):
        if isinstance(framed, Damage):
            yield framed
            continue
        try:
            yield _read(framed, offset)
        except (
            StopIteration, ArchiveLoadFailed, OSError, EOFError, ValueError, TypeError, AttributeError, zlib.error
        ) as error:  # fmt: skip
            yield Damage(offset=offset, reason=" ".join(str(error).split())[:100] or "no record")


def _framed(file: BinaryIO) -> Iterator[tuple[int, bytes | Damage]]:
    """Yield the bytes of each record, uncompressed, with their position in the file."""
    file.seek(0)
    if file.read(2) != _GZIP:
        file.seek(0)
        yield from _split(
            file if isinstance(file, io.BufferedReader) else io.BufferedReader(_BufferedFile(file)), start=0
        )
        return
    for member in members(file):
        damaged = False
        for _, framed in _split(io.BufferedReader(_Member(file, member.offset, member.length)), start=0):
            damaged = damaged or isinstance(framed, Damage)
            yield member.offset, framed if isinstance(framed, bytes) else replace(framed, offset=member.offset)
        if not member.whole and not damaged:
            reason = "cut short" if member.torn else "damaged gzip"
            yield member.offset, Damage(offset=member.offset, reason=reason)


class _BufferedFile(io.RawIOBase):
    """Make a file without `peek` readable through a buffer. It is not closed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self._file.read(len(view))
        view[: len(data)] = data
        return len(data)


class _Member(io.RawIOBase):
    """The content of a gzip member, as far as it can be decompressed."""

    def __init__(self, file: BinaryIO, offset: int, length: int) -> None:
        self._file, self._position, self._end = file, offset, offset + length
        self._unpacker = zlib.decompressobj(wbits=31)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        while not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail
            if not packed:
                self._file.seek(self._position)
                packed = self._file.read(min(_READ_BYTES, self._end - self._position))
                self._position += len(packed)
            if not packed:
                return 0
            try:
                plain = self._unpacker.decompress(packed, len(view))
            except zlib.error:
                return 0
            if plain:
                view[: len(plain)] = plain
                return len(plain)
        return 0


def _split(stream: io.BufferedReader, *, start: int) -> Iterator[tuple[int, bytes | Damage]]:
    """Split an uncompressed stream into records by their stated lengths; after damage, search for the next record."""
    position, lost = start, False
    while line := stream.readline(_LINE_BYTES):
        if not line.startswith(b"WARC/"):
            if line.strip() and not lost:
                lost = True
                yield position, Damage(offset=position, reason="no record starts here")
            position += len(line)
            continue
        head, lost = _head(stream, line), False
        length = _length(head)
        if length is None or not _HEAD_END.search(head):
            reason = "a record without its length" if stream.peek(1) else "cut short"
            yield position, Damage(offset=position, reason=reason)
            position += len(head)
            continue
        at, position = position, position + len(head) + length
        if length > MAX_RECORD_BYTES:
            if _skipped(stream, length) < length:
                yield at, Damage(offset=at, reason="cut short")
            else:
                yield at, Damage(offset=at, reason="larger than 32 MB")
            continue
        block = stream.read(length)
        if len(block) < length:
            yield at, Damage(offset=at, reason="cut short")
            return
        yield at, head + block


def _head(stream: io.BufferedReader, first: bytes) -> bytes:
    """Return the lines of a record header up to its empty line; without one if the header does not end."""
    lines = [first]
    while len(lines) < _HEAD_LINES and (line := stream.readline(_LINE_BYTES)):
        lines.append(line)
        if not line.strip():
            break
    return b"".join(lines)


def _length(head: bytes) -> int | None:
    for line in head.split(b"\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return None


def _skipped(stream: io.BufferedReader, length: int) -> int:
    """Skip this many bytes; return how many there were."""
    left = length
    while left and (chunk := stream.read(min(_READ_BYTES, left))):
        left -= len(chunk)
    return length - left


def _read(framed: bytes, offset: int) -> ForeignAnswer | _SideRecord | None:
    """Parse a record. Raises ValueError and warcio's errors if it cannot be read."""
    record: ParsedRecord = next(iter(ArchiveIterator(io.BytesIO(framed + b"\r\n\r\n"))))
    if record.rec_type in ("response", "resource", "revisit"):
        if not _agrees(_header(record, "WARC-Block-Digest"), _HEAD_END.split(framed, maxsplit=1)[-1]):
            raise ValueError("block digest")
        return _answer(record, offset)
    if record.rec_type == "request":
        http = record.http_headers
        return _side_record(
            record, method=http.protocol if http else "GET", headers=tuple(http.headers) if http else ()
        )
    if record.rec_type == "metadata" and (record.content_type or "").startswith("application/warc-fields"):
        return _side_record(record, headers=_fields(record.raw_stream.read()))
    return None


def _answer(record: ParsedRecord, offset: int) -> ForeignAnswer:
    kind, http = record.rec_type, record.http_headers
    body = record.raw_stream.read()
    headers: Headers = tuple(http.headers) if http else ()
    if kind == "resource":
        headers = (("Content-Type", record.content_type or ""),)
    elif any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers):
        body = _unchunked(body)
    status, _, reason = (http.statusline if http else "").partition(" ")
    return ForeignAnswer(
        offset=offset,
        kind=kind,
        id=_header(record, "WARC-Record-ID").strip("<>"),
        url=_header(record, "WARC-Target-URI").strip().strip("<>"),
        at=_moment(_header(record, "WARC-Date")),
        status=0 if kind == "resource" else int(status) if status.isdigit() else 200 if kind == "revisit" else -1,
        reason=reason,
        http_version=(http.protocol or "HTTP/1.1") if http else "HTTP/1.1",
        headers=headers,
        body=b"" if kind == "revisit" else body,
        ip=_header(record, "WARC-IP-Address") or None,
        digest=_header(record, "WARC-Payload-Digest"),
        profile=_header(record, "WARC-Profile"),
        refers_to=_header(record, "WARC-Refers-To").strip("<>"),
    )


def _side_record(record: ParsedRecord, *, method: str = "GET", headers: Headers = ()) -> _SideRecord:
    named = [value for name, value in record.rec_headers.headers if name.lower() == "warc-concurrent-to"]
    named += [_header(record, "WARC-Refers-To")]
    return _SideRecord(
        kind=record.rec_type,
        url=_header(record, "WARC-Target-URI").strip().strip("<>"),
        date=_second(_moment(_header(record, "WARC-Date"))),
        concurrent_to=frozenset(value.strip("<>") for value in named if value),
        method=method,
        headers=headers,
    )


def _unchunked(body: bytes) -> bytes:
    try:
        return dechunked(body)
    except BadChunks as error:
        raise ValueError(f"chunked body: {error}") from error


def _header(record: ParsedRecord, name: str) -> str:
    return str(record.rec_headers.get_header(name) or "")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _second(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()


def _fields(block: bytes) -> Headers:
    """Return the fields of a metadata record, limited to the maximum number of header lines."""
    lines = block.decode("utf-8", "replace").splitlines()[:_HEAD_LINES]
    pairs = (line.partition(":") for line in lines if ":" in line)
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _agrees(digest: str, block: bytes) -> bool:
    """Whether a block matches the digest stated in its record; True if it states none of a known type."""
    algorithm, _, value = digest.partition(":")
    algorithm = algorithm.lower().replace("-", "")
    if algorithm not in ("sha1", "sha256", "md5") or not value:
        return True
    found = hashlib.new(algorithm, block, usedforsecurity=False).digest()
    try:
        named = base64.b16decode(value, casefold=True)
    except (binascii.Error, ValueError):
        named = b""
    return found == named or base64.b32encode(found).decode().rstrip("=") == value.upper().rstrip("=")
