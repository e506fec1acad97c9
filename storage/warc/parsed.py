"""Types for the values that warcio's reader returns; the library has no annotations."""

from collections.abc import Sequence
from typing import BinaryIO, Protocol


class HeaderBlock(Protocol):
    """Header lines of a record, or of the HTTP message in it."""

    headers: Sequence[tuple[str, str]]
    #: The first word of the first line: the HTTP version of a response, the method of a request.
    protocol: str
    #: The rest of that line.
    statusline: str

    def get_header(self, name: str) -> str | None: ...

    def get_statuscode(self) -> str: ...


class ParsedRecord(Protocol):
    """A record of a WARC file."""

    rec_type: str
    rec_headers: HeaderBlock
    #: None if the record holds no HTTP message.
    http_headers: HeaderBlock | None
    content_type: str | None
    raw_stream: BinaryIO
