"""Listings: feeds, sitemaps and sections, parsed in a worker process."""

from functools import partial
from typing import get_args

from scrapy.http import Response

from crawler.discovery.discover import discover
from crawler.discovery.found import Found
from crawler.fetching.responses import plain_headers
from crawler.sources.fields import EndpointKind
from pipelines.extraction.pool import Pool

#: Maximum seconds of a worker for a listing: 50 MB of sitemap need some six.
DISCOVER_S = 30.0
_KINDS: tuple[EndpointKind, ...] = get_args(EndpointKind)


async def read_listing(pool: Pool, response: Response, *, kind: str | None, article_url: str) -> Found:
    """Return what a listing lists. Raises ExtractionError.

    Args:
        kind: as stated; None: not known.
        article_url: as for `discover`.
    """
    stated = next((one for one in _KINDS if one == kind), None)
    # The function of another room itself: one of this module would make every worker import Scrapy and the database,
    # 39 MB each.
    read = partial(discover, url=response.url, headers=plain_headers(response), kind=stated, article_url=article_url)
    return await pool.run(read, response.body, timeout=DISCOVER_S)
