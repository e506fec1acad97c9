"""Finder: the feeds and sitemaps of a newspaper, found from its home page; and whether a source's endpoints still speak.

Looks where newspapers say it (link tags, robots.txt), then in the usual places. What is probed is judged by content.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html as lxml_html
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from crawler import reactor
from crawler.answers import plain_headers
from crawler.config import Config
from crawler.discover import discover
from crawler.errand import MAX_ENDPOINT_BYTES, Errand
from crawler.found import Found
from crawler.kit import Kit
from crawler.refusals import failure_of
from crawler.robots import Rules
from crawler.settings import scrapy_settings
from crawler.source import Endpoint, Source, parse, to_toml
from pipelines.decode import decode
from pipelines.links import base_url, resolve
from pipelines.pool import ExtractionError, Pool
from pipelines.urls import absolute, same_site
from storage.errors import NotFoundError

#: Where feeds and sitemaps are if nobody says so, most telling first.
USUAL_PLACES = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.rss",
    "/?format=feed&type=rss",
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_index.xml",
    "/sitemap.xml",
)
#: Where the newspapers of a country live, for their dates.
ZONES = {
    "AE": "Asia/Dubai", "BH": "Asia/Bahrain", "DZ": "Africa/Algiers", "EG": "Africa/Cairo", "IQ": "Asia/Baghdad",
    "JO": "Asia/Amman", "KW": "Asia/Kuwait", "LB": "Asia/Beirut", "LY": "Africa/Tripoli", "MA": "Africa/Casablanca",
    "MR": "Africa/Nouakchott", "OM": "Asia/Muscat", "PS": "Asia/Hebron", "QA": "Asia/Qatar", "SA": "Asia/Riyadh",
    "SD": "Africa/Khartoum", "SO": "Africa/Mogadishu", "SY": "Asia/Damascus", "TN": "Africa/Tunis", "YE": "Asia/Aden",
}  # fmt: skip
#: Seconds between two probes: there are some fifteen, and a person waits for them.
PROBE_GAP_S = 1.0
#: Addresses that one page or robots.txt may name for probing.
_NAMED = 15
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json+feed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One look at an address that may be an endpoint."""

    url: str
    #: HTTP status; None where no answer came.
    status: int | None
    found: Found | None = None
    #: Why it is none, in words; "" where it is one.
    problem: str = ""

    @property
    def is_endpoint(self) -> bool:
        """Whether it names articles or further endpoints."""
        return self.found is not None and bool(self.found.links or self.found.children)


def find(config: Config, home: str, *, key: str | None = None) -> Source:
    """Return a source for a newspaper: its endpoints as found, its names and zone to be filled in by a person.

    Raises:
        BadUrl: `home` can be no page's address.
        NotFoundError: neither feed nor sitemap nor a list of articles was found.
    """
    home = absolute(home)
    name, probes = reactor.run(_find(config, home))
    speaking = [probe for probe in probes if probe.is_endpoint and probe.found is not None]
    fed = [probe for probe in speaking if probe.found and probe.found.kind != "section"]
    chosen = _distinct(fed or [probe for probe in speaking if probe is probes[-1]])
    if not chosen:
        raise NotFoundError(
            f"found no feed, sitemap or list of articles at {home}; write a source file with the addresses of its sections"
        )
    key = key or _key(home)
    source = Source(
        key=key,
        name_ar=name or key,
        name_en=key.replace("-", " ").title(),
        country=_country(home),
        timezone=ZONES.get(_country(home), "UTC"),
        home=home,
        endpoint=tuple(Endpoint(url=probe.url, kind=probe.found.kind) for probe in chosen if probe.found),
    )
    return parse(to_toml(source), path=f"{key}.toml")


def check(config: Config, source: Source) -> list[Probe]:
    """Look once at every endpoint of a source, in their order; nothing is stored."""
    return reactor.run(_probes(config, [one.url for one in source.endpoint], source=source))


async def _find(config: Config, home: str) -> tuple[str, list[Probe]]:
    """The newspaper's name as its home page says it, and what was probed, the home page last."""
    async with _Prober(config) as prober:
        first = await prober.fetch(home)
        named = _named_by_page(first) if first is not None else []
        here = first.url if first is not None else home
        rules = await prober.rules(here)
        named += [address for said in rules.sitemaps if (address := resolve(said, base=here))]
        usual = [urljoin(here, place) for place in USUAL_PLACES]
        wanted = [url for url in dict.fromkeys([*named[: 2 * _NAMED], *usual]) if same_site(url, here) or url in named]
        probes = [await prober.probe(url) for url in wanted]
        return _name(first), [*probes, await prober.probe(here)]


async def _probes(config: Config, urls: Iterable[str], *, source: Source) -> list[Probe]:
    async with _Prober(config) as prober:
        return [await prober.probe(url, source=source) for url in urls]


def _named_by_page(response: Response) -> list[str]:
    """Feeds that a page names in link tags, and in plain links that say so."""
    try:
        tree = lxml_html.document_fromstring(decode(response.body, plain_headers(response)).text)
    except (ValueError, lxml_html.etree.ParserError):
        return []
    base = base_url(tree, url=response.url)
    tags = [
        tag.get("href")
        for tag in tree.iter("link")
        if "alternate" in (tag.get("rel") or "").lower() and (tag.get("type") or "").lower().strip() in _FEED_TYPES
    ]
    plain = [
        tag.get("href") for tag in tree.iter("a") if re.search(r"\b(?:rss|atom|feed)\b", tag.get("href") or "", re.I)
    ]
    found = [resolve(href, base=base) for href in [*tags, *plain] if href]
    return list(dict.fromkeys(address for address in found if address and "/comments/" not in address))[:_NAMED]


def _name(response: Response | None) -> str:
    """The site's name: og:site_name, else the last part of the title."""
    if response is None:
        return ""
    text = decode(response.body, plain_headers(response)).text[:200_000]
    said = re.search(r"""<meta[^>]*og:site_name[^>]*content=["']([^"']{1,80})""", text, re.IGNORECASE)
    title = re.search(r"<title[^>]*>([^<]{1,200})", text, re.IGNORECASE)
    parts = re.split(r"\s+[-|–—:•]\s+", said[1] if said else title[1] if title else "")
    return unescape(parts[-1]).strip()


def _distinct(probes: Sequence[Probe]) -> list[Probe]:
    """One of several addresses that say the same: a feed often answers under three."""
    seen: set[frozenset[str]] = set()
    chosen = []
    for probe in probes:
        assert probe.found is not None
        says = frozenset([link.key for link in probe.found.links] or [child.url for child in probe.found.children])
        if says not in seen:
            seen.add(says)
            chosen.append(probe)
    return chosen


def _key(home: str) -> str:
    """A file name from the host: "www.al-jarida.com.sa" -> "al-jarida"."""
    labels = (urlsplit(home).hostname or "source").removeprefix("www.").split(".")
    names = [label for label in labels[:-1] if label not in ("com", "net", "org", "co", "gov")] or labels
    key = re.sub(r"[^a-z0-9_-]", "-", max(names, key=len).lower()).strip("-_")
    return key or "source"


def _country(home: str) -> str:
    """The country of the host's ending where it is one's; "XX" (ISO's "unknown") else."""
    ending = (urlsplit(home).hostname or "").rpartition(".")[2].upper()
    return {"UK": "GB"}.get(ending, ending) if re.fullmatch("[A-Z]{2}", ending) else "XX"


class _ProbeSpider(Spider):
    """Holds a crawler open so that addresses can be asked for one by one, through the same middlewares."""

    name = "probe"
    delay_s = PROBE_GAP_S
    host_concurrency = 1

    def __init__(self, kit: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kit = kit


class _Prober:
    """A short crawl that stores nothing: guard, robots.txt, manners and bounds as in every other."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._pool = Pool(1)
        self._kit = Kit(config=config, archive=None, pool=self._pool)  # type: ignore[arg-type]  # nothing is stored
        self._crawler: Crawler | None = None
        self._running: asyncio.Future[None] | None = None

    async def __aenter__(self) -> "_Prober":
        self._kit.refused_host = reactor.resolver(allow_private=self._config.allow_private).refused
        settings = Settings(scrapy_settings(self._config))
        settings.set("ITEM_PIPELINES", {})
        settings.set("SCHEDULER", "crawler.finder.Open")
        middlewares = {**settings["DOWNLOADER_MIDDLEWARES"], "crawler.middlewares.record.Record": None}
        settings.set("DOWNLOADER_MIDDLEWARES", middlewares)
        self._crawler = Crawler(_ProbeSpider, settings)
        self._running = asyncio.ensure_future(self._crawler.crawl_async(kit=self._kit))
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
        """The answer to one address; None where none came."""
        try:
            return await self._ask(url)
        except Exception:
            return None

    async def rules(self, url: str) -> Rules:
        """What robots.txt of an address's host says; it was read when the address was asked for."""
        parts = urlsplit(url)
        known = self._kit.robots.get(f"{parts.scheme}://{parts.netloc}")
        return known[0] if known else Rules()

    async def probe(self, url: str, *, source: Source | None = None) -> Probe:
        """Look at one address."""
        try:
            response = await self._ask(url)
        except Exception as error:
            host = (urlsplit(url).hostname or "").lower()
            return Probe(
                url=url, status=None, problem=failure_of(error, refused_host=self._kit.refused_host(host)).reason
            )
        if response.status != 200:
            return Probe(url=url, status=response.status, problem=f"http {response.status}")
        pattern = source.article_url if source else ""
        try:
            found = await self._pool.run(
                _read, response.body, response.url, plain_headers(response), pattern, timeout=30.0
            )
        except ExtractionError as error:
            return Probe(url=url, status=200, problem=f"cannot be read: {error.reason}")
        told = "" if found.links or found.children else "; ".join(found.problems) or "names no article"
        return Probe(url=url, status=200, found=found, problem=told)

    async def _ask(self, url: str) -> Response:
        assert self._crawler is not None
        meta = {"errand": Errand(url=url), "download_maxsize": MAX_ENDPOINT_BYTES}
        return await self._crawler.engine.download_async(Request(url, dont_filter=True, meta=meta))


def _read(body: bytes, url: str, headers: dict[str, str], article_url: str) -> Found:
    """`discover`, with arguments by place: what a worker is sent."""
    return discover(body, url=url, headers=headers, article_url=article_url)


class Open:
    """A scheduler that has nothing to do and is never done: the prober says when."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Open":
        return cls()

    def has_pending_requests(self) -> bool:
        return True

    def enqueue_request(self, request: Request) -> bool:
        return False

    def next_request(self) -> None:
        return None
