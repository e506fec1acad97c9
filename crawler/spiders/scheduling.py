"""How a spider and its scheduler meet: what each asks of the other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from scrapy import Request

from crawler.context import CrawlContext
from crawler.counts import CrawlCounts
from storage.crawl_state.backfills import StepClaim
from storage.crawl_state.endpoints import EndpointClaim
from storage.model.address import Claim


class CrawlScheduler(Protocol):
    """What a spider asks of the scheduler."""

    def woken(self) -> None:
        """Something was stored that may be due: ask the database again."""

    def polled(self, endpoint: EndpointClaim) -> None:
        """An endpoint was polled."""

    def put_back(self, request: Request) -> None:
        """Keep a request whose host rests; it is sent when the rest is over, or released at the end."""


class ScheduledCrawl(Protocol):
    """What a scheduler asks of the spider. `claim_endpoints`, `walk_steps` and `declare` run on the writer's thread."""

    context: CrawlContext
    counts: CrawlCounts
    scheduler: CrawlScheduler
    #: Revisit every page that still has scheduled revisits, now.
    revisit: bool

    @property
    def frontier_key(self) -> str | None:
        """Source key of the frontier rows to fetch."""

    @property
    def revisit_budget(self) -> int | None:
        """Revisits an hour; None: no bound."""

    @property
    def in_hand(self) -> int:
        """Claims taken at once."""

    @property
    def room(self) -> int:
        """Pages that may still be claimed."""

    @property
    def walking(self) -> bool:
        """Whether listings are walked, and no page may be claimed before that ends."""

    @property
    def walks(self) -> bool:
        """Whether listings are walked at all: `walk_steps` then keeps a state in memory."""

    def declare(self) -> None:
        """Tell the archive what this crawl is about."""

    def declared(self) -> None:
        """The archive knows the source now."""

    def claim_endpoints(self, *, owner: str, limit: int, since: datetime) -> list[EndpointClaim]:
        """Lease endpoints that are due. `since`: when the crawl began."""

    def walk_steps(self) -> list[StepClaim]:
        """The next listings of a walk."""

    def endpoint_request(self, endpoint: EndpointClaim) -> Request | None:
        """The request for an endpoint; None if its URL can never be one."""

    async def walk_requests(self, steps: Sequence[StepClaim]) -> list[Request]:
        """Requests for listings."""

    async def page_request(self, claim: Claim) -> Request | None:
        """The request for a page; None, and the claim is settled, if its URL can never be one."""

    async def give_back(self) -> None:
        """The crawl ends: give back what the spider itself holds."""
