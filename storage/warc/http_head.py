"""HTTP header lines of a record, as received."""

from warcio.statusandheaders import StatusAndHeaders


class HttpHead(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """HTTP header lines as received. warcio's own class writes "%C3%A9" where a server sent "\xe9"."""

    def to_ascii_bytes(self, filter_func: object = None) -> bytes:
        lines = self.to_str(filter_func).split("\r\n")
        return b"\r\n".join(map(_as_sent, lines)) + b"\r\n"


def _as_sent(line: str) -> bytes:
    """Return the bytes of a header line. Headers arrive decoded as Latin-1; others are encoded as UTF-8."""
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogatepass")
