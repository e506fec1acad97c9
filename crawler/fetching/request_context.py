"""Purpose of a request. It travels in `request.meta["request_context"]` through redirects to the response."""

from dataclasses import dataclass

from scrapy import Request
from scrapy.http import Response

from pipelines.page import MAX_BYTES
from storage.crawl_state.backfills import StepClaim
from storage.crawl_state.endpoints import EndpointClaim
from storage.model.address import Claim
from storage.warc import WarcRecord

#: Maximum body size of a page and of an endpoint, both as sent and decompressed.
MAX_PAGE_BYTES = MAX_BYTES
MAX_ENDPOINT_BYTES = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestContext:
    """Purpose of a request: a page of the frontier, an endpoint, a step of a backfill, a one-off capture or a
    robots.txt."""

    claim: Claim | None = None
    endpoint: EndpointClaim | None = None
    #: A step of a backfill.
    step: StepClaim | None = None
    #: The requested URL.
    url: str
    #: Its canonical key; "" if none is needed.
    key: str = ""
    #: The request is for robots.txt itself: exempt from rules and gaps.
    is_robots: bool = False


def request_context_of(request: Request) -> RequestContext | None:
    """Return the context of a request; None for one that this program did not make."""
    request_context = request.meta.get("request_context")
    return request_context if isinstance(request_context, RequestContext) else None


def record_of(response: Response) -> WarcRecord | None:
    """Return where the response was recorded; None if it was not."""
    record = response.meta.get("record")
    return record if isinstance(record, WarcRecord) else None
