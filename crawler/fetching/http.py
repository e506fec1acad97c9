"""HTTP values that several rooms read from requests and responses: the host, and Retry-After."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached


def host_of(request: Request) -> str:
    """Return the host of a request, without port: the unit of politeness."""
    return str(urlparse_cached(request).hostname or "").lower()


def retry_after(response: Response, *, now: datetime) -> float | None:
    """Return the seconds in Retry-After, a number or a date; None if it is unreadable."""
    header = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    try:
        seconds = float(header)
    except ValueError:
        try:
            when = parsedate_to_datetime(header)
        except (ValueError, TypeError):
            return None
        seconds = (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
