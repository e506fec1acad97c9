"""Page: one fetched document with the metadata of its fetch, the input of extraction."""

from dataclasses import dataclass, field
from datetime import datetime

from storage.model.article import Article, Credit, FeedHint, NotArticle
from storage.model.part import PagePart
from storage.model.signature import Signature

#: Version of the extractor, written into every article and version row; raise it when the same page yields different
#: lines.
EXTRACTOR_VERSION = "3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched document. Plain values only, so that it can be pickled for a worker process."""

    #: Final URL, after redirects.
    url: str
    #: Body after HTTP content decoding, charset not yet decoded.
    body: bytes
    #: When the body was complete; UTC.
    fetched_at: datetime
    #: Response headers, names in lower case, several values of one name joined by ", ".
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    #: Key of the source, or None.
    source: str | None = None
    #: IANA zone of the source ("Africa/Casablanca"), for dates without an offset; None if unknown.
    timezone: str | None = None
    #: Metadata that the endpoint listed for this URL.
    hint: FeedHint | None = None
    #: Selectors of the source that hold for this page (CSS; keys "title", "text", "authors", "published"), see
    #: crawler/sources/source.py.
    selectors: dict[str, str] = field(default_factory=dict)
    #: Regular expression for article URLs of the source; None if the source has none.
    article_url: str | None = None
    #: Keys of the source's learned boilerplate, see pipelines/boilerplate/recurring.py.
    boilerplate: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Result of extracting a page: an article or the reason why it is none, and the page's links."""

    outcome: Article | NotArticle
    #: Absolute http(s) URLs linked from the page, in page order, without repeats, at most `MAX_LINKS`.
    links: tuple[str, ...] = ()
    #: Absolute URL of the page's rel=canonical (for AMP, of the canonical page), not validated; None if absent.
    canonical: str | None = None
    #: The charset used and the reason: "utf-8 (valid)", "windows-1256 (detected)".
    encoding: str = ""
    #: Part number of the page and the URLs of the other parts; None for an article on one page.
    part: PagePart | None = None
    part_urls: tuple[str, ...] = ()
    #: Robots directives of the page's meta tags ("noarchive"), see `pipelines.html.robots_directives`.
    robots: tuple[str, ...] = ()
    #: Signature of the article's text, for finding near-duplicates, and the credited agencies; None for other pages.
    signature: Signature | None = None
    credits: tuple[Credit, ...] = ()


#: Maximum number of links taken from a page; a page with more is a list or a trap (500,000 links held a spider for 108
#: s).
MAX_LINKS = 2_000

#: Maximum size of a body in bytes, compressed and decompressed.
MAX_BYTES = 10_000_000
