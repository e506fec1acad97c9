"""Records as values: location, content, and the record that a later one may refer to."""

from dataclasses import dataclass
from datetime import datetime

from storage.errors import StorageError


class WarcError(StorageError):
    """A WARC file or record is missing or damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcLocation:
    """Location of a record."""

    #: File name below the warc folder, always without ".open".
    file: str
    #: Byte offset and byte length of the record's own gzip member.
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """A record that was written."""

    location: WarcLocation
    #: SHA-256 of the payload as recorded, 64 hex digits; for a revisit, of the payload it refers to.
    payload_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcResponse:
    """A response read back."""

    url: str
    #: HTTP status; 0 for a page supplied by hand.
    status: int
    #: In the order received, names as received. For a 304 they are the headers of the 304.
    headers: tuple[tuple[str, str], ...]
    #: Payload as recorded: HTTP content coding (gzip, br) kept. For a revisit, the payload it refers to.
    payload: bytes
    fetched_at: datetime
    #: For a revisit: the record that holds the payload, never a revisit itself. None: this record holds it.
    refers_to: WarcLocation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The previous fetch of the same URL, as its snapshot describes it."""

    #: The final URL.
    url: str
    fetched_at: datetime
    payload_sha256: str
    #: Its record; may be a revisit.
    record: WarcLocation
