"""The response for one URL, as a plain value; and how a URL is looked up."""

import gzip
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlsplit

#: Tracking parameters of a query; the newspaper's server ignores them, as servers do.
TRACKERS = ("utm_", "fbclid", "gclid")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResponse:
    """One response."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    #: Further headers, in order.
    headers: tuple[tuple[str, str], ...] = ()
    #: UTC; None: neither Last-Modified nor ETag is sent.
    last_modified: datetime | None = None
    #: Status codes sent first, one per request, before this response.
    failures: tuple[int, ...] = ()

    @property
    def compressible(self) -> bool:
        """Whether it is text, which servers compress for clients that accept it."""
        return self.content_type.startswith("text/") or self.content_type.endswith("xml")

    @property
    def etag(self) -> str | None:
        """The entity tag, quoted; None if the response changes every time."""
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
    """Return a redirect to an absolute or relative URL that is already percent-encoded."""
    return DemoResponse(status=status, headers=(("Location", target),), content_type="text/html")


def route(target: str) -> str:
    """Return the look-up key of a URL: letters unquoted, trackers and fragment dropped.

    >>> route("/news.php?id=7&utm_source=x#top")
    '/news.php?id=7'
    """
    parts = urlsplit(target if "://" in target else "http://demo" + target)
    path = unquote(parts.path) or "/"
    query = "&".join(f"{k}={v}" for k, v in parse_qsl(parts.query) if not k.startswith(TRACKERS))
    return f"{path}?{query}" if query else path
