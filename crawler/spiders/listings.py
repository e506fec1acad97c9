"""Listings: feeds, sitemaps and sections, parsed in a worker process."""

from typing import get_args

from scrapy.http import Response

from crawler.discovery.discover import discover
from crawler.discovery.found import Found
from crawler.fetching.responses import plain_headers
from crawler.sources.fields import EndpointKind
from crawler.sources.source import Source
from pipelines.extraction.pool import Pool

#: Maximum seconds of a worker for a listing: 50 MB of sitemap need some six.
DISCOVER_S = 30.0
_KINDS: tuple[EndpointKind, ...] = get_args(EndpointKind)


async def read_listing(pool: Pool, response: Response, source: Source, *, kind: str | None) -> Found:
    """Return what a listing lists. `kind`: as stated; None: not known. Raises ExtractionError."""
    return await pool.run(
        discover_by_place,
        response.body,
        response.url,
        plain_headers(response),
        kind,
        source.article_url,
        timeout=DISCOVER_S,
    )


def discover_by_place(body: bytes, url: str, headers: dict[str, str], kind: str | None, article_url: str) -> Found:
    """`discover` with positional arguments, as sent to a worker."""
    stated = next((one for one in _KINDS if one == kind), None)
    return discover(body, url=url, headers=headers, kind=stated, article_url=article_url)
