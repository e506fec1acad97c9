"""Store: the stages that an answer passes on its way into the archive. One pure function and a few lines of class each.

fetched -> LearnedStage (boilerplate of the source) -> ExtractStage (worker process) -> StoreStage (one transaction)
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

from scrapy.exceptions import DropItem

from pipelines.extraction.pool import ExtractionError
from pipelines.page import Extraction, Page
from pipelines.reextraction.archived_page import PageLostError, reextract_page
from pipelines.urls.canonical import BadUrl, canonical_key, same_site
from storage.database.rows import StoredArticle
from storage.errors import StorageError
from storage.export.columns import Record, stored_record
from storage.model.address import Claim, Discovered
from storage.model.article import Article, NotArticle
from storage.model.opt_outs import declines_copies
from storage.model.visit import Alias, Failure, Snapshot, Stored, Unchanged, Visit
from storage.warc import WarcError

logger = logging.getLogger(__name__)

#: Answers with these statuses carry no page of ours, but may say that a challenge or a login stands before it.
BARRED = frozenset({401, 402, 403, 429, 503})
_BARRIERS = frozenset({"challenge", "login_wall"})
#: What is wrong for good with a status that is neither success nor one that passes.
_PASSING = frozenset({408, 421, 425, 429, *range(500, 600)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An address that was asked for, and what came of it; then what it turned out to be."""

    claim: Claim | None = None
    #: The address asked for, and its canonical key.
    url: str
    key: str
    source: str | None = None
    #: None where no answer came.
    page: Page | None = None
    snapshot: Snapshot | None = None
    #: Addresses of the redirects between, in order.
    hops: tuple[str, ...] = ()
    #: Another site answered than the one asked.
    off_site: bool = False
    #: Seconds that the server asks us to wait before the next attempt.
    retry_after_s: float | None = None
    extraction: Extraction | None = None
    #: It leads to what is stored already, and was not fetched.
    led_to: Alias | None = None
    #: Why there is nothing to store.
    failure: Failure | None = None
    #: What becomes of a page that asks not to be archived: "skip" stores no article of it (`crawler.config.NoArchive`).
    noarchive: str = "keep"
    #: It is the very page that was stored before; nothing is to be read.
    unchanged: bool = False
    #: When it is to be looked at again, see `Visit`.
    schedule: tuple[float, ...] = ()
    #: What storing it came to; None until it is stored.
    stored: Stored | None = None


def failure_of_status(status: int, *, retry_after_s: float | None = None) -> Failure | None:
    """What an HTTP status means for an address; None where its body is to be judged."""
    if status == 200:
        return None
    if status in (404, 410):
        return Failure(reason=f"http {status}", gone=True)
    if status in _PASSING or status in BARRED or status < 200:
        return Failure(reason=f"http {status}", retry_after_s=retry_after_s)
    return Failure(reason=f"http {status}", final=status != 304)


def judged(fetched: Fetched, extraction: Extraction | ExtractionError) -> Fetched:
    """What a page turned out to be, put beside it; a barred answer counts only where a challenge or login says so."""
    if isinstance(extraction, ExtractionError):
        # The same page would hold or crash the next worker too, as the pool has tried: set aside, until a person or a
        # better extractor takes it up. Where the machine had no worker to give, it is fetched again later.
        failure = Failure(reason=f"extract: {extraction.reason}", final=not extraction.passing)
        return replace(fetched, failure=fetched.failure or failure)
    if fetched.failure is None:
        return replace(fetched, extraction=_declined(fetched, extraction))
    outcome = extraction.outcome
    if isinstance(outcome, NotArticle) and outcome.reason in _BARRIERS:
        return replace(fetched, extraction=extraction, failure=None)
    return fetched


def _declined(fetched: Fetched, extraction: Extraction) -> Extraction:
    """The extraction, without its article where the page asks not to be archived and the source says to skip it."""
    said = (*(fetched.snapshot.robots if fetched.snapshot else ()), *extraction.robots)
    if fetched.noarchive != "skip" or not declines_copies(said) or not isinstance(extraction.outcome, Article):
        return extraction
    return replace(extraction, outcome=NotArticle(url=extraction.outcome.url, reason="noarchive"), links=())


def visit_of(fetched: Fetched, *, wanted: Callable[[str], bool]) -> Visit:
    """The visit that is stored. `wanted`: which links of the page belong into the frontier."""
    if fetched.led_to is not None:
        return replace(_plain_visit(fetched, fetched.led_to), aliases=_aliases(fetched))
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
        aliases=_aliases(fetched),
        part=extraction.part,
        links=_links(fetched, extraction, wanted) if isinstance(outcome, Article) else (),
    )


def _plain_visit(fetched: Fetched, outcome: Article | NotArticle | Failure | Unchanged | Alias) -> Visit:
    """The visit of an address, with nothing that its page alone could tell."""
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


def _aliases(fetched: Fetched) -> tuple[str, ...]:
    """Keys of every address that led to the page: a redirect's target is not fetched a second time."""
    addresses = [*fetched.hops, *([fetched.page.url] if fetched.page else [])]
    keys = (_key(address) for address in addresses if same_site(address, fetched.url))
    return tuple(dict.fromkeys(key for key in keys if key and key != fetched.key))


def _links(fetched: Fetched, extraction: Extraction, wanted: Callable[[str], bool]) -> tuple[Discovered, ...]:
    page = fetched.url
    # A crawl fetches the other parts of an article whatever their addresses look like; a capture fetches what it was given.
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


class LearnedStage:
    """Tells the worker what was learned to be boilerplate of the page's source; read once a crawl."""

    def __init__(self, spider: Any) -> None:
        self._boilerplate = spider.context.archive.boilerplate
        self._keys: dict[str, frozenset[str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler.spider)

    async def process_item(self, item: Fetched) -> Fetched:
        if item.page is None or item.source is None:
            return item
        if item.source not in self._keys:
            self._keys[item.source] = await asyncio.to_thread(self._boilerplate.keys, item.source)
        return replace(item, page=replace(item.page, boilerplate=self._keys[item.source]))


class ExtractStage:
    """Has the page judged by a worker."""

    def __init__(self, spider: Any) -> None:
        self._pool = spider.context.pool

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler.spider)

    async def process_item(self, item: Fetched) -> Fetched:
        if item.page is None or (item.failure is not None and item.page.status not in BARRED):
            return item
        try:
            return judged(item, await self._pool.extract(item.page))
        except ExtractionError as error:
            logger.info("%s", error)
            return judged(item, error)


class StoreStage:
    """Stores the visit through the writer's thread, so that the disk never holds the crawl."""

    def __init__(self, spider: Any) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler.spider)

    async def process_item(self, item: Fetched) -> Fetched:
        visit = visit_of(item, wanted=self._spider.wants)
        context = self._spider.context
        try:
            if item.page is not None and (held := await asyncio.to_thread(context.archive.outdated, visit)) is not None:
                await self._read_anew(held, item.page)
            stored = await context.writer.run(context.archive.store, visit)
        except StorageError as error:
            context.stop(error)
            raise
        self._spider.settled(visit, stored)
        return replace(item, stored=stored)

    async def _read_anew(self, held: StoredArticle, page: Page) -> None:
        """Let today's rules read the earlier page first, so that what they make of it is not blamed on the newspaper."""
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
    """Hands stored articles on as plain items, the columns of `warraq export`: for feeds and for a user's own pipelines."""

    def __init__(self, spider: Any) -> None:
        self._archive = spider.context.archive

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        return cls(crawler.spider)

    async def process_item(self, item: Fetched) -> Record:
        """Raises DropItem where the visit brought no article."""
        extraction, stored = item.extraction, item.stored
        if extraction is None or not isinstance(extraction.outcome, Article):
            raise DropItem("no article")
        if stored is None or stored.article_id is None:
            raise DropItem("nothing was stored")
        return stored_record(await asyncio.to_thread(self._archive.get, stored.article_id))
