"""Withholding: which answers are not kept because their site asks that no copy be kept. Pure.

The WARC is written before a page is judged, and what is written is never unwritten. So the question is asked of the
headers, and of the head of the page as it came, before anything is written; see docs/decisions/0012-noarchive.md.
"""

import hashlib

from scrapy.http import Response

from crawler.config import NoArchive
from crawler.fetching.request_context import MAX_PAGE_BYTES, RequestContext
from pipelines.html.content_coding import BadCoding, bare
from pipelines.html.robots_directives import head_declines_copies, words_of_headers
from storage.model.opt_outs import declines_copies


def is_withheld(response: Response, *, request_context: RequestContext | None, policy: NoArchive) -> bool:
    """Whether an answer is not to be recorded. robots.txt always is: it is the evidence that we were allowed."""
    if policy == "keep" or (request_context is not None and request_context.is_robots):
        return False
    pairs = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    return declines_copies(words_of_headers(pairs)) or head_declines_copies(_plain(response))


def _plain(response: Response) -> bytes:
    """The body without its content coding; nothing where it cannot be undone: then nobody will read it either."""
    header = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    try:
        return bare(response.body, header, limit=MAX_PAGE_BYTES)
    except BadCoding:
        return b""


def digest_of(response: Response) -> str:
    """SHA-256 of a payload that is not recorded, 64 hex digits: whoever has the page can tell that it is the same."""
    return hashlib.sha256(response.body).hexdigest()
