"""URLs of the frontier as values: what was discovered, what a crawl has leased, and the states of a row. No SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from storage.model.article import FeedHint
from storage.warc import Earlier

State = Literal["pending", "done", "not_article", "failed", "gone"]


How = Literal[
    "feed", "sitemap", "news_sitemap", "section", "page", "capture", "import", "redirect", "archive", "number"
]


#: States that a row keeps while it is looked at again.
FINISHED: tuple[State, ...] = ("done", "gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """An address that was found, and what was said of it."""

    url: str
    #: `pipelines.urls.canonical.canonical_key(url)`.
    key: str
    source: str | None = None
    how: How
    #: Address of the endpoint or page that named it.
    via: str | None = None
    hint: FeedHint | None = None
    #: Added to the priority of `how`.
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A row of the frontier, leased to one owner."""

    id: int
    key: str
    url: str
    source: str | None
    #: This attempt's number: 1 for the first. Together with `owner` it is the fence.
    attempts: int
    hint: FeedHint | None
    etag: str | None
    last_modified: str | None
    owner: str
    lease_until: datetime
    #: A look at a page that was stored before.
    revisit: bool = False
    #: Looks taken before; part of the fence.
    looks: int = 0
    #: The fetch that the stored text was last found in, where its page was kept; of a look only.
    earlier: Earlier | None = None
    #: Versions of the extractor and the rules that made that text; of a look only.
    made_by: tuple[str, str] | None = None
    #: How the address was found ("feed"), and the endpoint or page that named it; None where not known.
    how: str | None = None
    via: str | None = None


def hint_from(stored: dict[str, Any] | None) -> FeedHint | None:
    """The hint as stored in JSON, a value again."""
    if stored is None:
        return None
    return FeedHint(**{**stored, "authors": tuple(stored.get("authors", ())), "tags": tuple(stored.get("tags", ()))})
