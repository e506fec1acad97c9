"""Decide which responses are not recorded because their site asks not to be archived. Pure.

The WARC is written before a page is judged, and never changed afterwards. So the headers, and the head of the page as
received, are examined before anything is written; see docs/decisions/0012-noarchive.md.
"""

import hashlib

from scrapy.http import Response

from crawler.config import NoArchive
from crawler.fetching.request_context import MAX_PAGE_BYTES, RequestContext
from pipelines.html.content_coding import BadCoding, bare
from pipelines.html.robots_directives import head_declines_copies, words_of_headers
from storage.model.opt_outs import declines_copies


def is_withheld(response: Response, *, request_context: RequestContext | None, policy: NoArchive) -> bool:
    """Whether a response is not to be recorded. robots.txt always is: it proves that the fetch was allowed."""
    if policy == "keep" or (request_context is not None and request_context.is_robots):
        return False
    pairs = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    return declines_copies(words_of_headers(pairs)) or head_declines_copies(_decoded_body(response))


def _decoded_body(response: Response) -> bytes:
    """Return the body without its content coding; empty if it cannot be decoded."""
    header = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    try:
        return bare(response.body, header, limit=MAX_PAGE_BYTES)
    except BadCoding:
        return b""


def digest_of(response: Response) -> str:
    """Return the SHA-256 of an unrecorded payload, 64 hex digits: it identifies the page to anyone who has it."""
    return hashlib.sha256(response.body).hexdigest()
