"""Found: what an endpoint says, as plain values that travel back from a worker process."""

from dataclasses import dataclass, field

from crawler.sources.fields import EndpointKind
from pipelines.urls.canonical import canonical_key
from storage.model.article import FeedHint


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What an answer says of its own rhythm."""

    #: Seconds for which it is said to be fresh (Cache-Control, Expires, ttl, sy:updatePeriod); 0 = not said.
    fresh_s: float = 0.0
    #: Hours (0-23) and days of the week (0 = Monday) in which not to look, UTC.
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address that an endpoint names as an article's."""

    #: Absolute http(s), without fragment.
    url: str
    #: `pipelines.urls.canonical.canonical_key(url)`, worked out here because 50,000 of them take a second.
    key: str
    #: What the endpoint says of the article; None for a bare link.
    hint: FeedHint | None = None
    #: Sitemap's lastmod or feed's updated, as written.
    lastmod: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A further endpoint that an endpoint names: a sitemap of an index."""

    url: str
    kind: EndpointKind | None
    lastmod: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one poll of an endpoint brought."""

    #: What the content turned out to be; None if it is nothing that we know.
    kind: EndpointKind | None
    #: In the endpoint's order, each address once.
    links: tuple[Link, ...] = ()
    children: tuple[Child, ...] = ()
    #: Address of a section's following page.
    next_page: str | None = None
    #: Days that a section page shows beside its articles, YYYY-MM-DD in page order.
    days: tuple[str, ...] = ()
    #: What was wrong, for people; a list with problems is still used.
    problems: tuple[str, ...] = ()
    #: What it says of its own rhythm.
    hints: Hints = field(default_factory=Hints)


def link_to(address: str, *, hint: FeedHint | None = None, lastmod: str | None = None) -> Link:
    """A link to an address that `pipelines.html.links.resolve` gave: it has a key."""
    return Link(url=address, key=canonical_key(address), hint=hint, lastmod=lastmod)
