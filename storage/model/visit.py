"""Visit: one URL fetched and judged, as passed to `Archive.store`; and the result of storing it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.model.address import Claim, Discovered
from storage.model.article import Article, Credit, NotArticle
from storage.model.part import PagePart
from storage.model.signature import Signature
from storage.warc import WarcLocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One fetch: the response, and where its bytes are stored."""

    #: The final URL, after redirects.
    url: str
    fetched_at: datetime
    #: HTTP status; 0 for a page supplied by hand.
    status: int
    #: "text/html", without parameters; None if the server sent none.
    media_type: str | None = None
    #: SHA-256 of the payload as recorded, 64 hex digits.
    payload_sha256: str
    #: None if no page was recorded.
    record: WarcLocation | None = None
    etag: str | None = None
    last_modified: str | None = None
    #: Charset, and the evidence for it.
    encoding: str | None = None
    #: Robots directives of page and headers ("noarchive").
    robots: tuple[str, ...] = ()
    #: IP address of the server, and the subject of its TLS certificate (RFC 4514); None if not known.
    server_ip: str | None = None
    tls_subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The URL returned nothing that could be judged."""

    #: A countable word or two ("timeout", "http 503", "extract: timeout").
    reason: str
    #: Seconds until the next attempt, if the server or the host's state determine it; else `frontier.BACK_OFF_S`.
    retry_after_s: float | None = None
    #: Permanent: the URL is set aside as failed now.
    final: bool = False
    #: HTTP 404 or 410; the URL's state becomes "gone".
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A stored page is unchanged: the server says so (304), or its bytes are equal."""

    url: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """The URL is an alias of a stored article, whose page was not fetched again."""

    #: Canonical key of the stored article; also the last of the visit's aliases.
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One URL fetched and judged."""

    #: The lease it was fetched under; None for a one-off capture.
    claim: Claim | None = None
    #: The requested URL, and its canonical key.
    url: str
    key: str
    source: str | None = None
    #: None if no response came.
    snapshot: Snapshot | None = None
    outcome: Article | NotArticle | Failure | Unchanged | Alias
    #: Canonical key of `outcome.url`: the article's identity. None: the same as `key`.
    article_key: str | None = None
    #: Which part of its article the page is; None of an article on one page.
    part: PagePart | None = None
    #: Further keys of the same page (the final URL after redirects).
    aliases: tuple[str, ...] = ()
    #: URLs found on the page that belong in the frontier.
    links: tuple[Discovered, ...] = ()
    #: Signature of an article's text, and the agencies it credits; None: near-duplicates are not searched.
    signature: Signature | None = None
    credits: tuple[Credit, ...] = ()
    #: Another site responded, such as a captive portal: the visit says nothing about the article.
    off_site: bool = False
    #: Seconds from the first fetch to each revisit, rising; (): no revisits.
    schedule: tuple[float, ...] = ()


#: new, changed, same: an article. Of an article that was here before: withdrawn; restored: it is back; unconfirmed: a
#: sign that it is gone, which a second revisit must confirm. lease_lost: another owner has the lease; nothing was
#: stored.
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
    """The result of storing a visit."""

    result: Result
    article_id: int | None = None
    #: URLs on the page that were new.
    new_urls: int = 0
