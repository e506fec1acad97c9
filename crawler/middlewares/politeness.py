"""Make requests wait for their turn at the host. Nearest to the wire, so that nothing is sent without a turn."""

from datetime import UTC, datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetching.http import host_of, retry_after
from crawler.fetching.local_trouble import local_trouble
from crawler.fetching.request_context import request_context_of
from crawler.middlewares.crawl import Crawl, crawl_of
from crawler.politeness.host_queue import REST_S, Part
from crawler.politeness.request_log import LoggedResponse
from storage.errors import StorageError


class PolitenessMiddleware:
    """Takes a turn from `HostQueue` and returns it; Retry-After makes the whole host rest."""

    def __init__(self, crawl: Crawl) -> None:
        self._spider = crawl
        self._host_queue = crawl.context.host_queue
        self._backlog = crawl.context.backlog
        self._ledger = crawl.context.request_log

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawl_of(crawler))

    async def process_request(self, request: Request) -> None:
        """Raises HostResting, Stopped; StorageError ends the crawl: without host memory no host may be contacted."""
        host, part = host_of(request), _part(request)
        if part == "page":
            await self._backlog.begin(stopped=self._is_stopped)
        else:
            self._backlog.begin_part()
        try:
            gap = await self._host_queue.turn(
                host,
                delay_s=self._spider.delay_s,
                part=part,
                concurrency=self._spider.host_concurrency,
                stopped=self._is_stopped,
            )
        except BaseException as error:
            self._backlog.end()
            if isinstance(error, StorageError):
                self._spider.context.stop(error)
            raise
        request.meta["turn"] = host
        self._ledger.started(host, gap)

    def _is_stopped(self) -> bool:
        return self._spider.context.stopping

    def process_response(self, request: Request, response: Response) -> Response:
        self._give_back(request, status=response.status, size=len(response.body))
        if response.status in (429, 503):
            seconds = retry_after(response, now=datetime.now(UTC))
            if seconds is not None or response.status == 429:
                self._host_queue.rest(host_of(request), REST_S if seconds is None else seconds)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raises LocalTroubleError, which ends the crawl, where this machine and not the host is to blame."""
        trouble = local_trouble(exception)
        if trouble is None:
            self._give_back(request)
            return
        host = request.meta.pop("turn", None)
        if host is not None:
            self._backlog.end()
            self._host_queue.done(host, latency_s=None, failed=False)
        self._spider.context.stop(trouble)
        raise trouble from exception

    def _give_back(self, request: Request, *, status: int | None = None, size: int = 0) -> None:
        host = request.meta.pop("turn", None)
        if host is None:
            return
        self._backlog.end()
        seconds = request.meta.pop("download_latency", None)
        source = self._spider.frontier_key
        answer = LoggedResponse(source=source, host=host, status=status, bytes=size, seconds=seconds)
        self._host_queue.done(host, latency_s=seconds, failed=answer.failed)
        self._ledger.ended(answer)


def _part(request: Request) -> Part:
    """Return the part of a request in its turn."""
    request_context = request_context_of(request)
    if request.meta.get("redirect_times"):
        return "hop"
    return "robots" if request_context is not None and request_context.is_robots else "page"
