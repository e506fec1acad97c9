"""Scrapy item pipelines from response to archive. Each stage is a pure function in a thin class.

Fetched -> LearnedStage (boilerplate of the source) -> ExtractStage (worker process) -> StoreStage (one transaction)
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, Self

from scrapy.exceptions import DropItem

from pipelines.extraction.pool import ExtractionError, Pool
from pipelines.page import Extraction, Page
from pipelines.reextraction.archived_page import PageLostError, reextract_page
from pipelines.urls.canonical import BadUrl, canonical_key, same_site
from storage.archive import Archive
from storage.database.rows import StoredArticle
from storage.errors import StorageError
from storage.export.columns import Record, stored_record
from storage.model.address import Claim, Discovered
from storage.model.article import Article, NotArticle
from storage.model.opt_outs import declines_copies
from storage.model.visit import Alias, Failure, Snapshot, Stored, Unchanged, Visit
from storage.saving.writer import WriterThread
from storage.warc import WarcError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

#: Responses with these statuses are not the page, but may contain a robot challenge or a login form.
BARRED = frozenset({401, 402, 403, 429, 503})
_BARRIERS = frozenset({"challenge", "login_wall"})
#: Reasons for statuses that are permanent failures.
_PASSING = frozenset({408, 421, 425, 429, *range(500, 600)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A requested URL with its response, and after extraction its result."""

    claim: Claim | None = None
    #: The requested URL, and its canonical key.
    url: str
    key: str
    source: str | None = None
    #: None if there was no response.
    page: Page | None = None
    snapshot: Snapshot | None = None
    #: URLs of intermediate redirects, in order.
    hops: tuple[str, ...] = ()
    #: Whether a redirect led to another site.
    off_site: bool = False
    #: Seconds to wait before the next attempt, from Retry-After.
    retry_after_s: float | None = None
    extraction: Extraction | None = None
    #: Whether it redirects to a URL that is already stored, and so was not followed.
    led_to: Alias | None = None
    #: Why there is no article to store.
    failure: Failure | None = None
    #: Policy for pages with a noarchive directive: "skip" stores no article (`crawler.config.NoArchive`).
    noarchive: str = "keep"
    #: Whether the page is identical to the stored one, so extraction is skipped.
    unchanged: bool = False
    #: When the URL is due for a revisit, see `Visit`.
    schedule: tuple[float, ...] = ()
    #: Result of storing; None until then.
    stored: Stored | None = None


def failure_of_status(status: int, *, retry_after_s: float | None = None) -> Failure | None:
    """Return the failure that an HTTP status means for a URL; None if its body should be extracted."""
    if status == 200:
        return None
    if status in (404, 410):
        return Failure(reason=f"http {status}", gone=True)
    if status in _PASSING or status in BARRED or status < 200:
        return Failure(reason=f"http {status}", retry_after_s=retry_after_s)
    return Failure(reason=f"http {status}", final=status != 304)


def judged(fetched: Fetched, extraction: Extraction | ExtractionError) -> Fetched:
    """Add the extraction of a page; a forbidden response counts only if it is a robot challenge or login form."""
    if isinstance(extraction, ExtractionError):
        # The pool has already retried: the page would hang or crash the next worker too. It is stored without an
        # article, for a person or a better extractor. If the machine could not start a worker, the page is fetched
        # again later.
        failure = Failure(reason=f"extract: {extraction.reason}", final=not extraction.passing)
        return replace(fetched, failure=fetched.failure or failure)
    if fetched.failure is None:
        return replace(fetched, extraction=_without_declined(fetched, extraction))
    outcome = extraction.outcome
    if isinstance(outcome, NotArticle) and outcome.reason in _BARRIERS:
        return replace(fetched, extraction=extraction, failure=None)
    return fetched


def _without_declined(fetched: Fetched, extraction: Extraction) -> Extraction:
    """Remove the article if the page has a noarchive directive and the source's policy is "skip"."""
    directives = (*(fetched.snapshot.robots if fetched.snapshot else ()), *extraction.robots)
    if fetched.noarchive != "skip" or not declines_copies(directives) or not isinstance(extraction.outcome, Article):
        return extraction
    return replace(extraction, outcome=NotArticle(url=extraction.outcome.url, reason="noarchive"), links=())


def visit_of(fetched: Fetched, *, wanted: Callable[[str], bool]) -> Visit:
    """Build the visit to store. `wanted`: selects the links of the page to add to the frontier."""
    if fetched.led_to is not None:
        return replace(_plain_visit(fetched, fetched.led_to), aliases=_alias_keys(fetched))
    if fetched.unchanged and fetched.snapshot is not None:
        same = Unchanged(url=fetched.snapshot.url, fetched_at=fetched.snapshot.fetched_at)
        return _plain_visit(fetched, same)
    if fetched.extraction is None:
        failure = fetched.failure or Failure(reason="nothing came of it")
        return _plain_visit(fetched, failure)
    extraction = fetched.extraction
    outcome = extraction.outcome
    snapshot = fetched.snapshot
    if snapshot is not None:
        robots = tuple(dict.fromkeys((*snapshot.robots, *extraction.robots)))
        snapshot = replace(snapshot, encoding=extraction.encoding, robots=robots)
    return replace(
        _plain_visit(fetched, outcome),
        snapshot=snapshot,
        signature=extraction.signature,
        credits=extraction.credits,
        article_key=_key(outcome.url) if isinstance(outcome, Article) else None,
        aliases=_alias_keys(fetched),
        part=extraction.part,
        links=_links(fetched, extraction, wanted) if isinstance(outcome, Article) else (),
    )


def _plain_visit(fetched: Fetched, outcome: Article | NotArticle | Failure | Unchanged | Alias) -> Visit:
    """Build the visit from the request and response only, without extraction results."""
    return Visit(
        claim=fetched.claim,
        url=fetched.url,
        key=fetched.key,
        source=fetched.source,
        snapshot=fetched.snapshot,
        outcome=outcome,
        schedule=fetched.schedule,
        off_site=fetched.off_site,
    )


def _alias_keys(fetched: Fetched) -> tuple[str, ...]:
    """Return the keys of all URLs that led to the page, so that a redirect's target is not fetched again."""
    addresses = [*fetched.hops, *([fetched.page.url] if fetched.page else [])]
    keys = (_key(address) for address in addresses if same_site(address, fetched.url))
    return tuple(dict.fromkeys(key for key in keys if key and key != fetched.key))


def _links(fetched: Fetched, extraction: Extraction, wanted: Callable[[str], bool]) -> tuple[Discovered, ...]:
    page = fetched.url
    # A crawl fetches the other parts of an article regardless of its URL patterns; a capture fetches only the given
    # URL.
    parts = extraction.part_urls if fetched.claim is not None else ()
    found = {_key(link): link for link in (*parts, *filter(wanted, extraction.links))}
    return tuple(
        Discovered(url=link, key=key, source=fetched.source, how="page", via=page) for key, link in found.items() if key
    )


def _key(address: str) -> str | None:
    try:
        return canonical_key(address)
    except BadUrl:
        return None


class CrawlResources(Protocol):
    """What the stages use of a crawl's resources."""

    @property
    def archive(self) -> Archive:
        """Where visits are stored."""

    @property
    def pool(self) -> Pool:
        """The worker processes."""

    @property
    def writer(self) -> WriterThread:
        """The thread that does all writes."""

    def stop(self, error: Exception | None = None) -> None:
        """End the crawl; `error`: the cause."""


class StagedCrawl(Protocol):
    """The spider of a crawl, as the stages use it."""

    @property
    def context(self) -> CrawlResources:
        """Its resources."""

    def wants(self, url: str) -> bool:
        """Whether a link on an article page belongs in the frontier."""

    def settled(self, visit: Visit, stored: Stored) -> None:
        """The visit was stored."""


def _crawl_of(crawler: "Crawler") -> StagedCrawl:
    spider: StagedCrawl = crawler.spider  # type: ignore[assignment]  # ours: no other spider has these stages
    return spider


class LearnedStage:
    """Adds the source's learned boilerplate to the page; read once per crawl."""

    def __init__(self, spider: StagedCrawl) -> None:
        self._boilerplate = spider.context.archive.boilerplate
        self._keys: dict[str, frozenset[str]] = {}

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(_crawl_of(crawler))

    async def process_item(self, item: Fetched) -> Fetched:
        if item.page is None or item.source is None:
            return item
        if item.source not in self._keys:
            self._keys[item.source] = await asyncio.to_thread(self._boilerplate.keys, item.source)
        return replace(item, page=replace(item.page, boilerplate=self._keys[item.source]))


class ExtractStage:
    """Extracts the page in a worker."""

    def __init__(self, spider: StagedCrawl) -> None:
        self._pool = spider.context.pool

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(_crawl_of(crawler))

    async def process_item(self, item: Fetched) -> Fetched:
        if item.page is None or (item.failure is not None and item.page.status not in BARRED):
            return item
        try:
            return judged(item, await self._pool.extract(item.page))
        except ExtractionError as error:
            logger.info("%s", error)
            return judged(item, error)


class StoreStage:
    """Stores the visit in the writer's thread, so that disk I/O never blocks the crawl."""

    def __init__(self, spider: StagedCrawl) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(_crawl_of(crawler))

    async def process_item(self, item: Fetched) -> Fetched:
        visit = visit_of(item, wanted=self._spider.wants)
        context = self._spider.context
        try:
            if item.page is not None and (held := await asyncio.to_thread(context.archive.outdated, visit)) is not None:
                await self._reextract_previous(held, item.page)
            stored = await context.writer.run(context.archive.store, visit)
        except StorageError as error:
            context.stop(error)
            raise
        self._spider.settled(visit, stored)
        return replace(item, stored=stored)

    async def _reextract_previous(self, held: StoredArticle, page: Page) -> None:
        """Re-extract the earlier page first, so that changes by newer rules are not recorded as edits."""
        context = self._spider.context
        assert held.snapshot is not None
        try:
            earlier = await asyncio.to_thread(
                reextract_page, context.archive.warc, held.snapshot, hint=page.hint, boilerplate=page.boilerplate
            )
            about = {name: getattr(page, name) for name in ("source", "timezone", "selectors", "article_url")}
            outcome = (await context.pool.extract(replace(earlier, **about))).outcome
        except (ExtractionError, PageLostError, WarcError) as error:
            logger.info("%s", error)
            return
        if isinstance(outcome, Article):
            ours = replace(outcome, url=held.article.url, source=held.article.source)
            await context.writer.run(context.archive.revise, held.id, ours, read=held)


class ItemStage:
    """Turns stored articles into items with the columns of `warraq export`, for feed exports and user pipelines."""

    def __init__(self, spider: StagedCrawl) -> None:
        self._archive = spider.context.archive

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(_crawl_of(crawler))

    async def process_item(self, item: Fetched) -> Record:
        """Return the item. Raises DropItem if the visit stored no article."""
        extraction, stored = item.extraction, item.stored
        if extraction is None or not isinstance(extraction.outcome, Article):
            raise DropItem("no article")
        if stored is None or stored.article_id is None:
            raise DropItem("nothing was stored")
        return stored_record(await asyncio.to_thread(self._archive.get, stored.article_id))
