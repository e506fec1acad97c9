"""Records as values: where one lies, what one says, and which one a later one may refer to."""

from dataclasses import dataclass
from datetime import datetime

from storage.errors import StorageError


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
    #: SHA-256 of the payload as recorded, 64 hex digits; of a revisit, of the payload that it refers to.
    payload_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcResponse:
    """A response read back."""

    url: str
    #: HTTP status; 0 for a page given by hand.
    status: int
    #: In the order received, names as received. Of a 304 they are those of the 304.
    headers: tuple[tuple[str, str], ...]
    #: Payload as recorded: HTTP content coding (gzip, br) still on it. Of a revisit, the payload that it refers to.
    payload: bytes
    fetched_at: datetime
    #: Of a revisit: the record that holds the payload, never a revisit itself. None: this record holds it.
    refers_to: WarcLocation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The fetch before this one of the very same address, as its snapshot names it."""

    #: The address that answered.
    url: str
    fetched_at: datetime
    payload_sha256: str
    #: Its record; may be a revisit.
    record: WarcLocation
