"""Exchange: one fetch, request and response, as passed to `WarcStore.write_exchange`."""

from dataclasses import dataclass
from datetime import datetime

from storage.warc.record import Earlier

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request, its response, and further facts about the fetch."""

    url: str
    fetched_at: datetime
    #: The response. Headers as received, in that order.
    status: int
    reason: str
    headers: Headers
    #: As transferred: content coding kept, transfer coding undone.
    body: bytes
    http_version: str = "HTTP/1.1"
    #: IP address of the server; None if not known.
    ip: str | None = None
    #: The request. Headers as sent, in that order; None: not known, no request record is written.
    request_headers: Headers | None = None
    method: str = "GET"
    #: Named values of the metadata record ("fetchTimeMs", "via"); if empty, no such record is written.
    about: tuple[tuple[str, str], ...] = ()
    #: The previous fetch of the same URL. If its payload was the same, or the status is 304, a revisit record is
    #: written instead of a response. None: only what this process remembers is considered.
    earlier: Earlier | None = None
