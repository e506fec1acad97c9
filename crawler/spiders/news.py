"""News spider: polls a source's endpoints, and fetches the pages that they list."""

import logging
from datetime import datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.discovery.found import Found
from crawler.discovery.polls import Poll, poll_of
from crawler.fetching.request_context import MAX_ENDPOINT_BYTES, RequestContext
from crawler.spiders.listings import read_listing
from crawler.spiders.one_source import OneSourceSpider
from pipelines.extraction.pool import ExtractionError
from storage.crawl_state.endpoints import EndpointClaim
from storage.errors import StorageError
from storage.model.visit import Failure

logger = logging.getLogger(__name__)


class NewsSpider(OneSourceSpider):
    """A crawl of one source's news. `crawler/engine/loader.py` makes a subclass for each source file."""

    name = "news"

    def __init__(self, force: bool = True, **kwargs: Any) -> None:
        """`force`: poll the declared endpoints now, even if they are not due."""
        super().__init__(**kwargs)
        self.force = force

    def claim_endpoints(self, *, owner: str, limit: int, since: datetime) -> list[EndpointClaim]:
        if self.over:
            return []
        return self.context.archive.endpoints.claim(
            source=self.source.key, owner=owner, limit=limit, force=self.force, since=since
        )

    def endpoint_request(self, endpoint: EndpointClaim) -> Request | None:
        request_context = RequestContext(endpoint=endpoint, url=endpoint.url)
        made = self.request_for(request_context, self.parse_endpoint, maxsize=MAX_ENDPOINT_BYTES)
        return made if isinstance(made, Request) else None

    async def parse_endpoint(self, response: Response) -> None:
        """Parse an endpoint in a worker, and store its content."""
        request_context: RequestContext = response.meta["request_context"]
        endpoint = request_context.endpoint
        assert endpoint is not None
        found: Found | None = None
        error = None
        if response.status == 200:
            try:
                found = await read_listing(
                    self.context.pool, response, kind=endpoint.kind, article_url=self.source.article_url
                )
                error = None if found.kind else "; ".join(found.problems) or "nothing that we know"
            except ExtractionError as problem:
                error = f"cannot be read: {problem.reason}"
        elif response.status != 304:
            error = f"http {response.status}"
        await self._settle(poll_of(self.source, endpoint, response, found, error=error, bounds=self.context.bounds))

    async def listing_failed(self, request_context: RequestContext, failure: Failure) -> bool:
        if request_context.endpoint is None:
            return False
        endpoint, bounds = request_context.endpoint, self.context.bounds
        await self._settle(poll_of(self.source, endpoint, None, None, error=failure.reason, bounds=bounds))
        return True

    async def _settle(self, poll: Poll) -> None:
        try:
            new = await self.context.writer.run(self._store_poll, poll)
        except StorageError as error:
            self.context.stop(error)
            raise
        self.counts.polls += 1
        self.counts.discovered += new or 0
        self.counts.poll_errors += poll.error is not None and poll.claim.depth == 0
        if poll.error or poll.problems:
            logger.warning("%s: %s", poll.claim.url, poll.error or "; ".join(poll.problems))
        self.scheduler.polled(poll.claim)
        self.tell(poll.claim.url, "error" if poll.error else "poll", reason=poll.error or "", new_urls=new or 0)

    def _store_poll(self, poll: Poll) -> int | None:
        endpoints = self.context.archive.endpoints
        new = endpoints.settle(poll.claim, poll.outcome)
        if wakes := (*(poll.wakes_if_new if new else ()), *poll.wakes):
            endpoints.wake(self.source.key, wakes)
        return new
