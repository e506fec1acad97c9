"""Decode HTTP content codings strictly. Replaces Scrapy's, which accepts a truncated gzip as a whole page."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from crawler.fetching.failures import BadBody, TooLarge
from crawler.fetching.request_context import MAX_PAGE_BYTES
from pipelines.html.content_coding import BadCoding, TooLong, bare, codings

ACCEPTED = b"gzip, deflate, br"


class UnpackMiddleware:
    """Announces the supported codings, and decodes them."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises BadBody, TooLarge."""
        header = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not codings(header) or not response.body:
            return response
        limit = int(request.meta.get("download_maxsize", MAX_PAGE_BYTES))
        try:
            body = bare(response.body, header, limit=limit)
        except TooLong as error:
            raise TooLarge(error.reason) from error
        except BadCoding as error:
            raise BadBody(error.reason) from error
        # Packed, it was no text to Scrapy; a user's own spider calls `response.css` on it. Not by `replace`, which has
        # charset_normalizer guess the encoding of the packed bytes.
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        return kind(
            response.url,
            status=response.status,
            headers=headers,
            body=body,
            flags=response.flags,
            request=response.request,
            certificate=response.certificate,
            ip_address=response.ip_address,
            protocol=response.protocol,
        )
