"""WARC files: every fetched page as it came, kept before anything is made of it.

A file is written as NAME.warc.gz.open, locked by its writer, and renamed when it is closed; rows name it NAME.warc.gz
from the start. Nothing is ever appended to a file of an earlier run: after a torn record everything behind it would be
unreadable (facts, F36). A file left open by a crash is mended at the next start: cut after its last whole record, the
torn bytes set aside as NAME.warc.gz.torn.
"""

import fcntl
import hashlib
import io
import os
import re
import secrets
import threading
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import datetime_to_iso_date
from warcio.warcwriter import WARCWriter

from storage.errors import StorageError

#: A file is closed and the next begun when it has grown past this many bytes.
ROTATE_BYTES = 1_000_000_000

#: A header value that holds these would begin a header of its own (A34).
_LINE_BREAK = re.compile(r"[\r\n\x00]+")
#: True only on the wire: the body is recorded after HTTP's own transfer coding was undone.
_WIRE_ONLY = frozenset({"transfer-encoding", "connection", "keep-alive"})


class WarcError(StorageError):
    """A WARC file or record is missing or damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcLocation:
    """Where a record lies."""

    #: File name below the warc folder, always without ".open".
    file: str
    #: Byte offset and byte length of the record's own gzip member.
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """A record that was written."""

    location: WarcLocation
    #: SHA-256 of the payload as recorded, 64 hex digits.
    payload_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcResponse:
    """A response read back."""

    url: str
    #: HTTP status; 0 for a page given by hand.
    status: int
    #: In the order received, names as received.
    headers: tuple[tuple[str, str], ...]
    #: Payload as recorded: HTTP content coding (gzip, br) still on it.
    payload: bytes
    fetched_at: datetime


class WarcStore:
    """The folder of WARC files of an archive. Safe to use from several threads; several processes each write a file of their own."""

    def __init__(self, folder: Path, *, rotate_bytes: int = ROTATE_BYTES) -> None:
        self.folder = folder
        self._rotate_bytes = rotate_bytes
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._name = ""
        self._writer: Any = None

    def write_response(
        self,
        *,
        url: str,
        status: int,
        reason: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        fetched_at: datetime,
        ip: str | None = None,
        http_version: str = "HTTP/1.1",
    ) -> WarcRecord:
        """Write a response record; it is on the disk when this returns.

        Args:
            headers: as received; lines that speak of the connection alone are left out.
            body: as it came over the wire, content coding still on it, transfer coding undone.
        """
        kept = [(_one_line(name), _one_line(value)) for name, value in headers if name.lower() not in _WIRE_ONLY]
        http = StatusAndHeaders(f"{status} {_one_line(reason)}".strip(), kept, protocol=http_version)
        about = {"WARC-IP-Address": ip} if ip else {}
        return self._write("response", url, body, fetched_at, about, http_headers=http)

    def write_resource(self, *, url: str, body: bytes, media_type: str, fetched_at: datetime) -> WarcRecord:
        """Write a resource record: a page given by hand, which no server was seen to send; on the disk when this returns."""
        return self._write("resource", url, body, fetched_at, {}, warc_content_type=media_type)

    def _write(
        self, kind: str, url: str, body: bytes, fetched_at: datetime, about: dict[str, str], **more: Any
    ) -> WarcRecord:
        sha256 = hashlib.sha256(body).hexdigest()
        about = about | {
            "WARC-Date": datetime_to_iso_date(fetched_at.astimezone(UTC).replace(tzinfo=None), use_micros=True),
            "WARC-Payload-Digest": f"sha256:{sha256}",
        }
        with self._lock:
            file = self._open_file()
            record = self._writer.create_warc_record(
                _one_line(url).replace(" ", "%20"),
                kind,
                payload=io.BytesIO(body),
                length=len(body),
                warc_headers_dict=about,
                **more,
            )
            start = file.tell()
            try:
                self._writer.write_record(record)
                file.flush()
                os.fsync(file.fileno())
            except OSError as error:
                self._abandon()
                raise WarcError(
                    f"cannot write {self.folder / self._name}: {error.strerror}; make room and run again"
                ) from error
            location = WarcLocation(file=self._name, offset=start, length=file.tell() - start)
        return WarcRecord(location=location, payload_sha256=sha256)

    def read(self, location: WarcLocation) -> WarcResponse:
        """The response or resource at a location. Raises WarcError if the file or the record is not there or damaged."""
        data = self.read_bytes(location)
        try:
            record = next(iter(ArchiveIterator(io.BytesIO(data), check_digests="raise")))
            payload = record.raw_stream.read()
            status, headers = _head(record)
            when = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
        except (StopIteration, ArchiveLoadFailed, OSError, ValueError, TypeError, AttributeError, zlib.error) as error:
            raise WarcError(f"damaged WARC record in {location.file} at byte {location.offset}: {error}") from error
        return WarcResponse(
            url=record.rec_headers.get_header("WARC-Target-URI"),
            status=status,
            headers=headers,
            payload=payload,
            fetched_at=when if when.tzinfo else when.replace(tzinfo=UTC),
        )

    def read_bytes(self, location: WarcLocation) -> bytes:
        """The record's own bytes, still compressed: a WARC file of one record."""
        path = self._path(location.file)
        try:
            with path.open("rb") as file:
                file.seek(location.offset)
                data = file.read(location.length)
        except OSError as error:
            raise WarcError(f"cannot read {path}: {error.strerror}") from error
        if len(data) < location.length:
            raise WarcError(
                f"WARC record cut short in {location.file} at byte {location.offset}: {len(data)} of {location.length} bytes"
            )
        return data

    def files(self) -> Iterator[Path]:
        """All WARC files, closed ones and ones being written, by name."""
        yield from sorted([*self.folder.glob("*.warc.gz"), *self.folder.glob("*.warc.gz.open")])

    def mend(self) -> list[Path]:
        """Close files that a crash left open; those whose torn end was cut off and set aside."""
        torn = []
        for path in sorted(self.folder.glob("*.warc.gz.open")):
            with path.open("rb+") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue  # its writer lives
                if _cut_torn(file, aside=path.with_suffix("").with_suffix(".gz.torn")):
                    torn.append(path.with_suffix(""))
                if path.exists():
                    path.rename(path.with_suffix(""))
        return torn

    def close(self) -> None:
        """Finish the file being written. Safe to call twice."""
        with self._lock:
            if self._file is not None:
                path = Path(self._file.name)
                empty = self._file.tell() == 0
                path.unlink() if empty else path.rename(path.with_suffix(""))
                self._abandon()

    def _path(self, name: str) -> Path:
        if Path(name).name != name:
            raise WarcError(f"no WARC file name: {name!r}")
        closed = self.folder / name
        return closed if closed.exists() else self.folder / f"{name}.open"

    def _open_file(self) -> BinaryIO:
        if self._file is not None and self._file.tell() >= self._rotate_bytes:
            Path(self._file.name).rename(Path(self._file.name).with_suffix(""))
            self._abandon()
        if self._file is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._name = f"warraq-{datetime.now(UTC):%Y%m%d%H%M%S}-{os.getpid()}-{secrets.token_hex(3)}.warc.gz"
            try:
                file = (self.folder / f"{self._name}.open").open("xb")
            except OSError as error:
                raise WarcError(f"cannot write below {self.folder}: {error.strerror}") from error
            fcntl.flock(file, fcntl.LOCK_EX)
            self._file, self._writer = file, WARCWriter(file, gzip=True, warc_version="1.1")
        return self._file

    def _abandon(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._writer = None


def _head(record: Any) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Status and headers of a record; of a resource, 0 and the media type it was given with."""
    if record.rec_type == "resource":
        return 0, (("Content-Type", record.content_type),)
    return int(record.http_headers.get_statuscode()), tuple(record.http_headers.headers)


def _one_line(value: str) -> str:
    return _LINE_BREAK.sub(" ", value).strip()


def _cut_torn(file: BinaryIO, *, aside: Path) -> bool:
    """Cut a file after its last whole record; True if anything was cut, which then lies in `aside`."""
    size = file.seek(0, os.SEEK_END)
    whole = _whole_length(file)
    if whole == size:
        return False
    file.seek(whole)
    aside.write_bytes(file.read())
    file.truncate(whole)
    os.fsync(file.fileno())
    return True


def _whole_length(file: BinaryIO) -> int:
    """Length in bytes of the whole gzip members from the start of a file."""
    file.seek(0)
    whole = position = 0
    member = zlib.decompressobj(wbits=31)
    while chunk := file.read(1 << 20):
        while chunk:
            try:
                member.decompress(chunk)
            except zlib.error:
                return whole
            if not member.eof:
                position += len(chunk)
                break
            position += len(chunk) - len(member.unused_data)
            whole, chunk = position, member.unused_data
            member = zlib.decompressobj(wbits=31)
    return whole
