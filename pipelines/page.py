"""Page: what the scouts hand in, one fetched document with all that is known of its fetching."""

from dataclasses import dataclass, field
from datetime import datetime

from storage.model.article import Article, Credit, FeedHint, NotArticle
from storage.model.part import PagePart
from storage.model.signature import Signature

#: Version of the extractor, written into every article and version row; raise it when the same page gives other lines.
EXTRACTOR_VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched document. Plain values only, so that it can be sent to a worker process."""

    #: Address that finally answered (after redirects).
    url: str
    #: Body after HTTP content decoding, charset not yet decoded.
    body: bytes
    #: Time the body was complete; UTC.
    fetched_at: datetime
    #: Response headers, names in lower case, several values of one name joined by ", ".
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    #: Key of the source, or None.
    source: str | None = None
    #: IANA zone of the source ("Africa/Casablanca"), for dates without an offset; None if unknown.
    timezone: str | None = None
    #: What the endpoint said of this address.
    hint: FeedHint | None = None
    #: Selectors of the source that hold for this page (CSS; keys "title", "text", "authors", "published"), see crawler/sources/source.py.
    selectors: dict[str, str] = field(default_factory=dict)
    #: Regular expression that addresses of articles of this source match; None if the source states none.
    article_url: str | None = None
    #: Blocks learned to be boilerplate of this source: normalised lines, see pipelines/boilerplate/learn.py.
    boilerplate: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What a page turned out to be, and where it points."""

    outcome: Article | NotArticle
    #: Absolute http(s) addresses linked from the page, in page order, without repeats, at most `MAX_LINKS`.
    links: tuple[str, ...] = ()
    #: Address of the page's rel=canonical (or of its canonical twin for AMP), absolute, unjudged; None if it names none.
    canonical: str | None = None
    #: Names of the charset used and why it was believed: "utf-8 (valid)", "windows-1256 (detected)".
    encoding: str = ""
    #: Which part of its article the page is, and the addresses of the other parts; None of an article on one page.
    part: PagePart | None = None
    part_urls: tuple[str, ...] = ()
    #: What the page's meta tags ask of robots ("noarchive"), see `pipelines.html.robots_directives`.
    robots: tuple[str, ...] = ()
    #: Of an article's text, for finding copies, and the agencies that it credits; None of what is no article.
    signature: Signature | None = None
    credits: tuple[Credit, ...] = ()


#: Links taken from one page; a page with more is a list or a trap (facts: 500,000 links held a spider for 108 s).
MAX_LINKS = 2_000

#: Largest body of a page, as sent and unpacked.
MAX_BYTES = 10_000_000
