"""What an endpoint lists, as plain values that travel back from a worker process."""

from dataclasses import dataclass, field

from crawler.sources.fields import EndpointKind
from pipelines.urls.canonical import canonical_key
from storage.model.article import FeedHint


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """Freshness hints of a response."""

    #: Stated freshness in seconds (Cache-Control, Expires, ttl, sy:updatePeriod); 0 = not stated.
    fresh_s: float = 0.0
    #: Hours (0-23) and weekdays (0 = Monday) in which not to poll, UTC.
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A URL that an endpoint lists as an article's."""

    #: Absolute http(s), without fragment.
    url: str
    #: `pipelines.urls.canonical.canonical_key(url)`, computed here because 50,000 of them take a second.
    key: str
    #: What the endpoint states about the article; None for a bare link.
    hint: FeedHint | None = None
    #: Sitemap's lastmod or feed's updated, as written.
    lastmod: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A further endpoint that an endpoint lists: a sitemap of an index."""

    url: str
    kind: EndpointKind | None
    lastmod: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The content of one poll."""

    #: Detected type of the content; None if unknown.
    kind: EndpointKind | None
    #: In the endpoint's order, each URL once.
    links: tuple[Link, ...] = ()
    children: tuple[Child, ...] = ()
    #: URL of a section's following page.
    next_page: str | None = None
    #: Days that a section page shows with its articles, YYYY-MM-DD in page order.
    days: tuple[str, ...] = ()
    #: Faults, for people; a list with problems is still used.
    problems: tuple[str, ...] = ()
    #: Its freshness hints.
    hints: Hints = field(default_factory=Hints)


def link_to(address: str, *, hint: FeedHint | None = None, lastmod: str | None = None) -> Link:
    """Build a link from a URL that `pipelines.html.links.resolve` returned: it has a key."""
    return Link(url=address, key=canonical_key(address), hint=hint, lastmod=lastmod)
