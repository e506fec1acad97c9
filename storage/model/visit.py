"""Visit: one address fetched and judged, as it is handed to `Archive.store`; and what storing it came to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.model.address import Claim, Discovered
from storage.model.article import Article, Credit, NotArticle
from storage.model.signature import Signature
from storage.warc import WarcLocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One fetch: what came back, and where its bytes lie."""

    #: The address that answered, after redirects.
    url: str
    fetched_at: datetime
    #: HTTP status; 0 for a page given by hand.
    status: int
    #: "text/html", without parameters; None if the server named none.
    media_type: str | None = None
    #: SHA-256 of the payload as recorded, 64 hex digits.
    payload_sha256: str
    #: None where no page was recorded.
    record: WarcLocation | None = None
    etag: str | None = None
    last_modified: str | None = None
    #: Charset and why it was believed.
    encoding: str | None = None
    #: Robots words of page and headers ("noarchive").
    robots: tuple[str, ...] = ()
    #: Address of the machine that answered, and who its TLS certificate says it is (RFC 4514); None where not known.
    server_ip: str | None = None
    tls_subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The address brought nothing that could be judged."""

    #: A word or two that can be counted ("timeout", "http 503", "extract: timeout").
    reason: str
    #: Seconds until the next attempt, where the server or the host's state names them; else `frontier.BACK_OFF_S`.
    retry_after_s: float | None = None
    #: No further attempt: set aside as failed now.
    final: bool = False
    #: The server says that it is no more (404, 410): state "gone".
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A page that was stored before is the very same: the server says so (304), or its bytes do."""

    url: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """The address leads to one of a stored article, whose page was not fetched again for it."""

    #: Canonical key of the address that it leads to; also the last of the visit's aliases.
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One address fetched and judged."""

    #: The lease that it was fetched under; None for a one-off capture.
    claim: Claim | None = None
    #: The address asked for, and its canonical key.
    url: str
    key: str
    source: str | None = None
    #: None where no answer came.
    snapshot: Snapshot | None = None
    outcome: Article | NotArticle | Failure | Unchanged | Alias
    #: Canonical key of `outcome.url`: the article's identity. None: the same as `key`.
    article_key: str | None = None
    #: Further keys that lead to the same page (the final address after redirects).
    aliases: tuple[str, ...] = ()
    #: Addresses found on the page that belong into the frontier.
    links: tuple[Discovered, ...] = ()
    #: Of an article's text, and the agencies that it credits; None: copies are not looked for.
    signature: Signature | None = None
    credits: tuple[Credit, ...] = ()
    #: Another site answered than the one asked, as a hotel's login does: nothing is said of an article that stood there.
    off_site: bool = False
    #: Seconds from the first fetch to each further look, rising; (): the page is not looked at again.
    schedule: tuple[float, ...] = ()


#: new, changed, same: an article. Of an article that was here before: withdrawn; restored: it is back; unconfirmed: a sign
#: that it is gone, which a second look must confirm. lease_lost: the lease had passed to another, nothing was stored.
Result = Literal[
    "new",
    "changed",
    "same",
    "withdrawn",
    "restored",
    "unconfirmed",
    "not_article",
    "retry",
    "failed",
    "gone",
    "lease_lost",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What storing a visit came to."""

    result: Result
    article_id: int | None = None
    #: Addresses that the page brought and nobody knew.
    new_urls: int = 0
