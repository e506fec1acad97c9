"""Read one record from the bytes of its gzip member."""

import io
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

from storage.warc.build import REFERS_TO_LOCATION
from storage.warc.parsed import ParsedRecord
from storage.warc.record import WarcError, WarcLocation

_KINDS = ("response", "resource", "revisit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A response, revisit or resource record as stored."""

    kind: str
    id: str
    url: str
    #: Verbatim, and as a time.
    date: str
    at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    #: Empty for a revisit.
    payload: bytes
    #: SHA-256 stated in the record itself, 64 hex digits; None if it states none, or another digest.
    payload_sha256: str | None
    #: For a revisit: location of the record that holds its payload.
    refers_to: WarcLocation | None


def read_record(data: bytes, location: WarcLocation) -> Read:
    """Read the record in a member and recompute its digests. Raises WarcError."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        record: ParsedRecord = next(iter(ArchiveIterator(io.BytesIO(data), check_digests="raise")))
        return _read(record, record.raw_stream.read())
    except (
        StopIteration, ArchiveLoadFailed, OSError, EOFError, ValueError, TypeError, AttributeError, zlib.error
    ) as error:  # fmt: skip
        raise WarcError(f"damaged WARC record in {location.file} at byte {location.offset}: {error}") from error


def _read(record: ParsedRecord, payload: bytes) -> Read:
    if record.rec_type not in _KINDS:
        raise ValueError(f"a {record.rec_type} record, not a server response")
    header = record.rec_headers.get_header
    date = _required(record, "WARC-Date")
    when = datetime.fromisoformat(date)
    status, headers = _head(record)
    algorithm, _, digest = (header("WARC-Payload-Digest") or "").partition(":")
    return Read(
        kind=record.rec_type,
        id=_required(record, "WARC-Record-ID"),
        url=_required(record, "WARC-Target-URI"),
        date=date,
        at=when if when.tzinfo else when.replace(tzinfo=UTC),
        status=status,
        headers=headers,
        payload=payload,
        payload_sha256=digest.lower() if algorithm == "sha256" and len(digest) == 64 else None,
        refers_to=_location(header(REFERS_TO_LOCATION)) if record.rec_type == "revisit" else None,
    )


def _required(record: ParsedRecord, name: str) -> str:
    value = record.rec_headers.get_header(name)
    if value is None:
        raise ValueError(f"a record without {name}")
    return value


def _head(record: ParsedRecord) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Return status and headers of a record; for a resource, 0 and its media type."""
    if record.rec_type == "resource":
        return 0, (("Content-Type", record.content_type or ""),)
    if record.http_headers is None:
        raise ValueError(f"a {record.rec_type} record without an HTTP message")
    return int(record.http_headers.get_statuscode()), tuple(record.http_headers.headers)


def _location(text: str | None) -> WarcLocation:
    if text is None:
        raise ValueError(f"a revisit that does not say where its payload lies ({REFERS_TO_LOCATION})")
    file, offset, length = text.rsplit(";", 2)
    return WarcLocation(file=file, offset=int(offset), length=int(length))
