"""The archive's folder of WARC files, for writing and reading."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from storage.errors import StorageError
from storage.warc import build
from storage.warc.exchange import Exchange
from storage.warc.file import ROTATE_BYTES, WarcFile, file_name
from storage.warc.mend import mend
from storage.warc.reading import Read, read_record
from storage.warc.record import Earlier, WarcError, WarcLocation, WarcRecord, WarcResponse
from storage.warc.seen import Original, SeenPayloads

_NOT_MODIFIED = 304


def _now() -> datetime:
    return datetime.now(UTC)


class WarcStore:
    """The folder of WARC files of an archive. Thread-safe; each process writes its own file."""

    def __init__(self, folder: Path, *, rotate_bytes: int = ROTATE_BYTES, clock: Callable[[], datetime] = _now) -> None:
        """Args:
        rotate_bytes: size above which a file is closed and the next begun.
        clock: returns the time in UTC; a file begun on another day is closed before the next record.
        """
        self.folder = folder
        #: Opens a file that is not in the folder: `storage.warc.gather.reader`; None: there is no other place.
        self.elsewhere: Callable[[str], BinaryIO] | None = None
        self._rotate_bytes = rotate_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._file: WarcFile | None = None
        #: Why records that were to be synced later are not on the disk.
        self._failed: WarcError | None = None
        self._seen = SeenPayloads()
        self._about: tuple[tuple[str, str], ...] = ()

    def introduce(self, about: Mapping[str, str]) -> None:
        """Set the operator information for the warcinfo record of every file begun from now on ("operator", "robots"
        ...)."""
        self._about = tuple(about.items())

    def write_exchange(self, exchange: Exchange, *, sync: bool = True) -> WarcRecord | None:
        """Write the records of a fetch, one behind the other; they are on the disk when this returns.

        The response comes first, and its record is returned: a `response`, or a `revisit` if the archive already has
        the same payload, or if the status is 304. Then `request` and `metadata`.

        Args:
            sync: False: the caller calls `sync` before it commits what points at the record.

        Returns:
            None: the status is 304 but the page it refers to is not known; nothing was written.
        """
        sha256 = hashlib.sha256(exchange.body).hexdigest()
        original = self._original_of(exchange, sha256)
        if original is not None:
            answer, first = build.revisit(exchange, original)
        elif exchange.status == _NOT_MODIFIED:
            return None
        else:
            answer, first = build.response(exchange, sha256=sha256)
        others = [build.request(exchange, answer=answer)] if exchange.request_headers is not None else []
        others += [build.metadata(exchange, answer=answer)] if exchange.about else []
        with self._lock:
            location = self._append([first, *others], sync=sync)
            if original is None:
                original = Original(
                    url=build.target_uri(exchange.url),
                    date=build.warc_date(exchange.fetched_at),
                    id=answer,
                    payload_sha256=sha256,
                    location=location,
                )
            if exchange.body and 200 <= exchange.status < 300:
                self._seen.remember(original, url=exchange.url)
        return WarcRecord(location=location, payload_sha256=original.payload_sha256)

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
        """Write a full response record alone, whatever was seen before; for responses without a known request.

        Args:
            headers: as received; connection-level headers are left out.
            body: as transferred, content coding kept, transfer coding undone.
        """
        exchange = Exchange(
            url=url, status=status, reason=reason, headers=tuple(headers), body=body, fetched_at=fetched_at, ip=ip,
            http_version=http_version,
        )  # fmt: skip
        sha256 = hashlib.sha256(body).hexdigest()
        return self._append_record(build.response(exchange, sha256=sha256)[1], sha256)

    def write_resource(self, *, url: str, body: bytes, media_type: str, fetched_at: datetime) -> WarcRecord:
        """Write and flush a resource record: a page supplied by hand, for which no server response was observed."""
        sha256 = hashlib.sha256(body).hexdigest()
        return self._append_record(build.resource(url, body, media_type, fetched_at=fetched_at, sha256=sha256), sha256)

    def read(self, location: WarcLocation) -> WarcResponse:
        """Read the response, revisit or resource at a location; for a revisit, with the payload it refers to.

        Raises:
            WarcError: the file or record, or the one that a revisit refers to, is missing or damaged.
        """
        record = self._read(location)
        payload = record.payload
        if record.refers_to is not None:
            payload = self._payload_of(record, record.refers_to, location)
        return WarcResponse(
            url=record.url,
            status=record.status,
            headers=record.headers,
            payload=payload,
            fetched_at=record.at,
            refers_to=record.refers_to,
        )

    def read_bytes(self, location: WarcLocation) -> bytes:
        """Return the record's own bytes, still compressed: a valid WARC file of one record."""
        try:
            with self.open(location.file) as file:
                file.seek(location.offset)
                data = file.read(location.length)
        except OSError as error:
            raise WarcError(f"cannot read {location.file}: {error.strerror or error}") from error
        if len(data) < location.length:
            raise WarcError(
                f"WARC record cut short in {location.file} at byte {location.offset}: "
                f"{len(data)} of {location.length} bytes"
            )
        return data

    def open(self, name: str) -> BinaryIO:
        """Open a file for seeking and reading, from this folder or from where it was gathered. Raises WarcError."""
        for _ in range(2):  # a file being written may be closed, and so renamed, between the check and opening
            path = self._path(name)
            try:
                return path.open("rb")
            except OSError as error:
                if not isinstance(error, FileNotFoundError):
                    raise WarcError(f"cannot read {path}: {error.strerror}") from error
        if self.elsewhere is None:
            raise WarcError(f"cannot read {self.folder / name}: No such file or directory")
        try:
            return self.elsewhere(name)
        except StorageError as error:
            raise WarcError(f"cannot read {self.folder / name}: it is not there, and {error}") from error

    def files(self) -> Iterator[Path]:
        """Return all WARC files, closed and open ones, by name."""
        yield from sorted([*self.folder.glob("*.warc.gz"), *self.folder.glob("*.warc.gz.open")])

    def mend(self) -> list[Path]:
        """Close files that a crash left open; return those whose torn end was cut off."""
        return mend(self.folder)

    def sync(self) -> None:
        """Sync records written with `sync=False`.

        Raises:
            WarcError: these or earlier records could not be synced; all later calls fail too.
        """
        with self._lock:
            if self._failed is not None:
                raise self._failed
            file = self._file
            try:
                if file is not None:
                    file.sync()
            except WarcError as error:
                self._give_up(file, error)
                raise

    def close(self) -> None:
        """Finish the file being written. Safe to call twice."""
        with self._lock:
            self._finish()

    def _finish(self) -> None:
        file, self._file = self._file, None
        try:
            if file is not None:
                file.finish()
        except WarcError as error:
            self._give_up(file, error)
            raise

    def _give_up(self, file: WarcFile | None, error: WarcError) -> None:
        """Leave a file that cannot be written. What rows may point at, and is not on the disk, stays an error."""
        self._file = None
        if file is not None and not file.synced:
            self._failed = error

    def _append_record(self, member: bytes, sha256: str) -> WarcRecord:
        with self._lock:
            return WarcRecord(location=self._append([member]), payload_sha256=sha256)

    def _append(self, members: Sequence[bytes], *, sync: bool = True) -> WarcLocation:
        file = self._open_file()
        try:
            start = file.append(members)
            if sync:
                file.sync()
        except WarcError as error:
            self._give_up(file, error)
            raise
        return WarcLocation(file=file.name, offset=start, length=len(members[0]))

    def _open_file(self) -> WarcFile:
        now = self._clock().astimezone(UTC)
        if self._file is not None and (self._file.size >= self._rotate_bytes or self._file.day != now.date()):
            self._finish()
        if self._file is None:
            file = WarcFile(self.folder, file_name(now), day=now.date())
            file.append([build.warcinfo(file.name, now=now, about=self._about)])
            self._file = file
        return self._file

    def _original_of(self, exchange: Exchange, sha256: str) -> Original | None:
        """Return the record that a revisit of this response would refer to; None: write the response in full."""
        earlier = exchange.earlier
        if exchange.status == _NOT_MODIFIED:
            return self._original(earlier) if earlier else self._remembered(self._seen.address(exchange.url))
        if not exchange.body:
            return None
        found = self._remembered(self._seen.payload(sha256))
        if found is None and earlier is not None and earlier.payload_sha256 == sha256:
            found = self._original(earlier)
        return found

    def _remembered(self, original: Original | None) -> Original | None:
        """Return what this process wrote, unless the file was removed since."""
        return original if original is not None and self._path(original.location.file).exists() else None

    def _original(self, earlier: Earlier) -> Original | None:
        """Return the verified record that holds the payload of an earlier fetch; None if it is not available."""
        try:
            location = earlier.record
            record = self._read(location)
            if record.refers_to is not None:
                location = record.refers_to
                record = self._read(location)
        except WarcError:
            return None
        if record.kind != "response" or hashlib.sha256(record.payload).hexdigest() != earlier.payload_sha256:
            return None
        return Original(
            url=record.url, date=record.date, id=record.id, payload_sha256=earlier.payload_sha256, location=location
        )

    def _payload_of(self, revisit: Read, there: WarcLocation, here: WarcLocation) -> bytes:
        """Return the payload that a revisit record refers to. Raises WarcError, which names both locations."""
        words = f"revisit record in {here.file} at byte {here.offset} refers to {there.file} at byte {there.offset}"
        try:
            original = self._read(there)
        except WarcError as error:
            raise WarcError(f"{words}: {error}") from error
        if original.kind == "revisit":
            raise WarcError(f"{words}: a revisit record too")
        if revisit.payload_sha256 != hashlib.sha256(original.payload).hexdigest():
            raise WarcError(f"{words}: another payload")
        return original.payload

    def _read(self, location: WarcLocation) -> Read:
        return read_record(self.read_bytes(location), location)

    def _path(self, name: str) -> Path:
        if Path(name).name != name:
            raise WarcError(f"not a WARC file name: {name!r}")
        closed = self.folder / name
        return closed if closed.exists() else self.folder / f"{name}.open"
