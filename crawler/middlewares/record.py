"""Record: every answer goes into the WARC as it came over the wire, before anything is made of it.

Redirects and errors are answers too. What was recorded travels in `request.meta["record"]`; of a redirect chain the
last hop's. robots.txt is recorded: it is the evidence that we were allowed.
"""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.kit import Kit
from storage.errors import StorageError


class Record:
    """Writes a response record, flushed before the answer goes on."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(_kit_of(crawler))

    async def process_response(self, request: Request, response: Response) -> Response:
        """Raises StorageError, which ends the crawl: what cannot be kept must not be fetched."""
        request.meta["fetched_at"] = now = datetime.now(UTC)
        if response.status == HTTPStatus.NOT_MODIFIED:
            return response
        try:
            request.meta["record"] = await asyncio.to_thread(
                self._kit.archive.warc.write_response,
                url=response.url,
                status=response.status,
                reason=_phrase(response.status),
                headers=[(name, value) for name, value in _headers(response)],
                body=response.body,
                fetched_at=now,
                ip=str(response.ip_address) if response.ip_address else None,
                http_version=response.protocol or "HTTP/1.1",
            )
        except StorageError as error:
            self._kit.stop(error)
            raise
        return response


def _headers(response: Response) -> list[tuple[str, str]]:
    pairs: Any = response.headers.items()
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in pairs for value in values]


def _phrase(status: int) -> str:
    """The standard reason phrase: Twisted does not hand on the server's own."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _kit_of(crawler: Crawler) -> Kit:
    return crawler.spider.kit  # type: ignore[union-attr, no-any-return]
