"""Exchange: one fetch, question and answer, as it is handed to `WarcStore.write_exchange`."""

from dataclasses import dataclass
from datetime import datetime

from storage.warc.record import Earlier

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request, the answer to it, and what else is known of the fetch."""

    url: str
    fetched_at: datetime
    #: The answer. Headers as received, in that order.
    status: int
    reason: str
    headers: Headers
    #: As it came over the wire: content coding still on it, transfer coding undone.
    body: bytes
    http_version: str = "HTTP/1.1"
    #: Address of the machine that answered; None where not known.
    ip: str | None = None
    #: The question. Headers as sent, in that order; None: not known, no request record is written.
    request_headers: Headers | None = None
    method: str = "GET"
    #: Named values of the metadata record ("fetchTimeMs", "via"); none: no such record.
    about: tuple[tuple[str, str], ...] = ()
    #: The fetch before this one of the same address. Where its payload was the same, and where the answer is 304, a
    #: revisit record is written in place of a response. None: what this process remembers.
    earlier: Earlier | None = None
