"""Polite: a request waits for its turn at the host. Nearest to the wire, so that nothing is sent without a turn."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.errand import errand_of
from crawler.manners import REST_S


class Polite:
    """Takes a turn from `Manners` and gives it back; Retry-After makes the whole host rest."""

    def __init__(self, spider: Any) -> None:
        self._spider = spider
        self._manners = spider.kit.manners

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider)

    async def process_request(self, request: Request) -> None:
        """Raises HostResting, Stopped."""
        errand = errand_of(request)
        host = host_of(request)
        await self._manners.turn(
            host,
            delay_s=0.0 if errand is not None and errand.is_robots else self._spider.delay_s,
            hurried=bool(request.meta.get("redirect_times")),
            concurrency=self._spider.host_concurrency,
            stopped=lambda: self._spider.kit.stopping,
        )
        request.meta["turn"] = host

    def process_response(self, request: Request, response: Response) -> Response:
        self._give_back(request, failed=response.status >= 500)
        if response.status in (429, 503):
            seconds = retry_after(response, now=datetime.now(UTC))
            if seconds is not None or response.status == 429:
                self._manners.rest(host_of(request), REST_S if seconds is None else seconds)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        self._give_back(request, failed=True)

    def _give_back(self, request: Request, *, failed: bool) -> None:
        host = request.meta.pop("turn", None)
        if host is not None:
            self._manners.done(host, latency_s=request.meta.get("download_latency"), failed=failed)


def host_of(request: Request) -> str:
    """The host that a request goes to: the unit of politeness, whatever the port."""
    return str(urlparse_cached(request).hostname or "").lower()


def retry_after(response: Response, *, now: datetime) -> float | None:
    """Seconds that Retry-After names, as a number or a date; None if it names none that can be read."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    try:
        seconds = float(said)
    except ValueError:
        try:
            when = parsedate_to_datetime(said)
        except (ValueError, TypeError):
            return None
        seconds = (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
