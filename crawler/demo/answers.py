"""Answer: what the server sends for one address, a plain value; and how an address is looked up."""

import gzip
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlsplit

#: Query parameters that name who sent the reader; the newspaper's server ignores them, as servers do.
TRACKERS = ("utm_", "fbclid", "gclid")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResponse:
    """One response."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    #: More headers, in order.
    headers: tuple[tuple[str, str], ...] = ()
    #: UTC; None sends neither Last-Modified nor ETag.
    last_modified: datetime | None = None
    #: Statuses that come first, one a request, before this answer.
    failures: tuple[int, ...] = ()

    @property
    def compressible(self) -> bool:
        """Whether it is text, which servers send gzipped to those who take it."""
        return self.content_type.startswith("text/") or self.content_type.endswith("xml")

    @property
    def etag(self) -> str | None:
        """The entity tag, quoted; None where the answer changes every time."""
        return f'"{sha256(self.body).hexdigest()[:16]}"' if self.last_modified else None

    @property
    def modified_header(self) -> str | None:
        """The value of Last-Modified."""
        return format_datetime(self.last_modified.astimezone(UTC), usegmt=True) if self.last_modified else None


@lru_cache(maxsize=512)
def gzipped(body: bytes) -> bytes:
    """Return the body with Content-Encoding gzip, the same bytes every time."""
    return gzip.compress(body, compresslevel=6, mtime=0)


def html(page: str, **more: object) -> DemoResponse:
    """Return a page in UTF-8."""
    return DemoResponse(body=page.encode(), **more)  # type: ignore[arg-type]  # passed through to the fields


def redirect(target: str, status: int = 301) -> DemoResponse:
    """Return a redirect to an absolute or relative address that is percent-encoded already."""
    return DemoResponse(status=status, headers=(("Location", target),), content_type="text/html")


def route(target: str) -> str:
    """Return the key under which an address is known: letters unquoted, trackers and fragment dropped.

    >>> route("/news.php?id=7&utm_source=x#top")
    '/news.php?id=7'
    """
    parts = urlsplit(target if "://" in target else "http://demo" + target)
    path = unquote(parts.path) or "/"
    query = "&".join(f"{k}={v}" for k, v in parse_qsl(parts.query) if not k.startswith(TRACKERS))
    return f"{path}?{query}" if query else path
