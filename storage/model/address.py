"""URLs of the frontier as values: what was discovered, what a crawl has leased, and the states of a row. No SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.model.article import FeedHint
from storage.model.json_records import HintRecord
from storage.warc import Earlier

State = Literal["pending", "done", "not_article", "failed", "gone"]


How = Literal[
    "feed", "sitemap", "news_sitemap", "section", "page", "capture", "import", "redirect", "archive", "number"
]


#: States that a row keeps while its page is revisited.
FINISHED: tuple[State, ...] = ("done", "gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """A discovered URL, and what was stated about it."""

    url: str
    #: `pipelines.urls.canonical.canonical_key(url)`.
    key: str
    source: str | None = None
    how: How
    #: URL of the endpoint or page that linked to it.
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
    #: Number of this attempt: 1 for the first. With `owner` it fences off expired leases.
    attempts: int
    hint: FeedHint | None
    etag: str | None
    last_modified: str | None
    owner: str
    lease_until: datetime
    #: A revisit of a stored page.
    revisit: bool = False
    #: Revisits made before; part of the fence.
    looks: int = 0
    #: The fetch in which the stored text was last found, if its page was kept; revisits only.
    earlier: Earlier | None = None
    #: Versions of the extractor and the rules that produced that text; revisits only.
    made_by: tuple[str, str] | None = None
    #: How the URL was found ("feed"), and the endpoint or page that linked to it; None if not known.
    how: str | None = None
    via: str | None = None


def hint_from(stored: HintRecord | None) -> FeedHint | None:
    """Restore a hint from its JSON form."""
    if stored is None:
        return None
    return FeedHint(
        title=stored.get("title"),
        published=stored.get("published"),
        authors=tuple(stored.get("authors", ())),
        content=stored.get("content"),
        origin=stored.get("origin", "feed"),
        tags=tuple(stored.get("tags", ())),
    )
