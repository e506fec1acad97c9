"""What robots.txt allows, according to RFC 9309. Pure; middlewares/robots.py fetches it.

Sections: 2.3.1.2 redirects, 2.3.1.3 unavailable (4xx: everything may be fetched), 2.3.1.4 unreachable (5xx, no
response: nothing may be), 2.4 caching for 24 hours at most, 2.5 at least 500 KiB are read.
"""

import math
from dataclasses import dataclass
from typing import Literal

from protego import Protego

from crawler.config import PRODUCT
from pipelines.html.robots_directives import of_ours, words_of_robots_txt

#: Maximum bytes of robots.txt that are read.
MAX_BYTES = 500 * 1024
#: Validity of a result in seconds.
FRESH_S = 6 * 3_600.0
#: Seconds after which an unreachable robots.txt is fetched again.
UNREACHABLE_S = 300.0

Verdict = Literal["allowed", "disallowed", "unreachable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one robots.txt for this crawler."""

    #: None: no rules, see `unreachable`.
    parsed: Protego | None = None
    #: The file was not available: nothing may be fetched.
    unreachable: bool = False
    #: Why it could not be had: "connection refused", "http 503".
    cause: str = ""
    #: Directives other than permission to fetch, see `pipelines.html.robots_directives`.
    words: tuple[str, ...] = ()
    #: Validity in seconds.
    fresh_s: float = FRESH_S

    def verdict(self, url: str) -> Verdict:
        """Return whether a URL may be fetched."""
        if self.unreachable:
            return "unreachable"
        return "allowed" if self.parsed is None or self.parsed.can_fetch(url, PRODUCT) else "disallowed"

    @property
    def crawl_delay_s(self) -> float:
        """Return the Crawl-delay in seconds; 0 if there is none, or it is not a number."""
        delay = self.parsed.crawl_delay(PRODUCT) if self.parsed is not None else None
        return float(delay) if delay is not None and math.isfinite(delay) and delay > 0 else 0.0

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Return the sitemaps that it lists, as written."""
        return tuple(self.parsed.sitemaps) if self.parsed is not None else ()


def read_rules(status: int | None, body: bytes = b"", *, cause: str = "") -> Rules:
    """Interpret a response to /robots.txt.

    Args:
        status: None if there was no response; a redirect that led nowhere keeps its 3xx.
        cause: why no answer came.
    """
    if status is None or status >= 500 or status == 429:
        return Rules(
            unreachable=True, cause=cause or (f"http {status}" if status else "no answer"), fresh_s=UNREACHABLE_S
        )
    if status != 200:
        return Rules()
    text = text_of(body)
    return Rules(parsed=Protego.parse(text), words=of_ours(words_of_robots_txt(text)))


def text_of(body: bytes) -> str:
    """Decode a robots.txt, cut at the size limit."""
    return body[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
