"""A short crawl that stores nothing, with guard, robots.txt, host queue and limits as in every other crawl."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.config import Config
from crawler.context import CrawlContext
from crawler.discovery.found import Found
from crawler.engine import reactor
from crawler.engine.settings import scrapy_settings
from crawler.fetching.failures import failure_of
from crawler.fetching.request_context import MAX_ENDPOINT_BYTES, RequestContext
from crawler.fetching.responses import plain_headers
from crawler.politeness.robots_rules import Rules, read_rules
from crawler.sources.source import Source
from crawler.spiders.listings import read_listing
from pipelines.extraction.pool import ExtractionError, Pool
from pipelines.page import Extraction, Page

T = TypeVar("T")

#: Seconds between two probes: there are some fifteen, and a person waits for them.
PROBE_GAP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A response from a URL that may be an endpoint."""

    url: str
    #: HTTP status; None if there was no response.
    status: int | None
    found: Found | None = None
    #: Why it is not an endpoint, in words; "" if it is one.
    problem: str = ""
    #: The response itself; None if there was none.
    response: Response | None = None

    @property
    def is_endpoint(self) -> bool:
        """Whether it lists articles or further endpoints."""
        return self.found is not None and bool(self.found.links or self.found.children)


class ProbeSpider(Spider):
    """Keeps a crawler open so that single URLs can be fetched through the usual middlewares."""

    name = "probe"
    delay_s = PROBE_GAP_S
    host_concurrency = 1

    #: A probe belongs to no source's crawl.
    frontier_key = None

    def __init__(self, context: CrawlContext | None = None) -> None:
        super().__init__()
        self.context = context
        if context is not None and context.config.delay_s is not None:
            self.delay_s = context.config.delay_s


class Prober:
    """Fetches one URL after another. An asynchronous context manager."""

    def __init__(self, config: Config, *, workers: int | None = 1) -> None:
        self._config = config
        self._pool = Pool(workers)
        self._context = CrawlContext(config=config, archive=None, pool=self._pool)  # type: ignore[arg-type]  # nothing is stored
        self._crawler: Crawler | None = None
        self._running: asyncio.Future[None] | None = None

    async def __aenter__(self) -> "Prober":
        self._context.refused_host = reactor.resolver(allow_private=self._config.allow_private).refused
        settings = Settings(scrapy_settings(self._config))
        settings.set("ITEM_PIPELINES", {})
        settings.set("SCHEDULER", ProbeScheduler)
        middlewares = {**settings["DOWNLOADER_MIDDLEWARES"], "crawler.middlewares.record.RecordMiddleware": None}
        settings.set("DOWNLOADER_MIDDLEWARES", middlewares)
        self._crawler = Crawler(ProbeSpider, settings)
        self._running = asyncio.ensure_future(self._crawler.crawl_async(context=self._context))
        while self._crawler._engine is None or not self._crawler.engine.running:
            if self._running.done():
                await self._running
            await asyncio.sleep(0.01)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._crawler is not None
        assert self._running is not None
        await self._crawler.stop_async()
        await self._running
        self._pool.close()

    async def fetch(self, url: str) -> Response | None:
        """Return the response from one URL; None if there was none."""
        return (await self.ask(url))[0]

    async def ask(self, url: str) -> tuple[Response | None, str]:
        """Return the response from one URL, with any status; or None and the reason."""
        try:
            return await self._ask(url), ""
        except Exception as error:
            host = (urlsplit(url).hostname or "").lower()
            return None, failure_of(error, refused_host=self._context.refused_host(host)).reason

    async def robots(self, url: str) -> tuple[int | None, Rules, str]:
        """Fetch robots.txt of a URL's host: its status, its rules, which apply to later requests, and the failure if
        any."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        try:
            answer, problem = await self._ask(f"{place}/robots.txt", is_robots=True), ""
        except Exception as error:
            answer, problem = (
                None,
                failure_of(error, refused_host=self._context.refused_host(parts.hostname or "")).reason,
            )
        status = answer.status if answer is not None else None
        rules = read_rules(status, answer.body if answer is not None else b"")
        self._context.robots[place] = (rules, time.monotonic() + rules.fresh_s)
        self._context.host_queue.set_crawl_delay((parts.hostname or "").lower(), rules.crawl_delay_s)
        return status, rules, problem

    async def extract(self, page: Page) -> Extraction:
        """Extract the article from a page, or the reason why there is none. Raises ExtractionError."""
        return await self._pool.extract(page)

    async def read(self, function: Callable[[bytes, str, dict[str, str]], T], response: Response) -> T:
        """Call a function on a response in a worker: no page is parsed in this process. Raises ExtractionError."""
        return await self._pool.run(function, response.body, response.url, plain_headers(response), timeout=30.0)

    async def rules(self, url: str) -> Rules:
        """Return the robots.txt rules of a URL's host; read when the URL was fetched."""
        parts = urlsplit(url)
        known = self._context.robots.get(f"{parts.scheme}://{parts.netloc}")
        return known[0] if known else Rules()

    async def probe(self, url: str, *, source: Source | None = None) -> Probe:
        """Fetch and judge one URL."""
        response, problem = await self.ask(url)
        if response is None:
            return Probe(url=url, status=None, problem=problem)
        if response.status != 200:
            return Probe(url=url, status=response.status, problem=f"http {response.status}", response=response)
        pattern = source.article_url if source else ""
        try:
            found = await read_listing(self._pool, response, kind=None, article_url=pattern)
        except ExtractionError as error:
            return Probe(url=url, status=200, problem=f"cannot be read: {error.reason}", response=response)
        problem_text = "" if found.links or found.children else "; ".join(found.problems) or "names no article"
        return Probe(url=url, status=200, found=found, problem=problem_text, response=response)

    async def _ask(self, url: str, *, is_robots: bool = False) -> Response:
        assert self._crawler is not None
        meta = {"request_context": RequestContext(url=url, is_robots=is_robots), "download_maxsize": MAX_ENDPOINT_BYTES}
        return await self._crawler.engine.download_async(Request(url, dont_filter=True, meta=meta))


class ProbeScheduler:
    """A scheduler without work that never finishes: the prober ends it."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ProbeScheduler":
        return cls()

    def has_pending_requests(self) -> bool:
        return True

    def enqueue_request(self, request: Request) -> bool:
        return False

    def next_request(self) -> None:
        return None
