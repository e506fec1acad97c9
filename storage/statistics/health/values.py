"""The values that `storage.statistics.health` counts. Instants are UTC; hours are counted from the Unix epoch."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from storage.crawl_state.hosts import RobotsSeen

#: How far back articles are counted: four weeks to compare with, and five that may have gone wrong.
HISTORY = timedelta(days=63)
#: How far back fetches are counted.
FETCH_HISTORY = timedelta(days=28)

#: What a fetch came to. blocked: 401, 403, 429 and the like; empty: a page without a text where an article should be.
FetchClass = Literal["ok", "blocked", "challenge", "login_wall", "failed", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchDay:
    """Fetches of a source on one day of UTC that came to the same."""

    day: date
    kind: FetchClass
    number: int
    #: The first of them.
    first_at: datetime
    #: Some of their addresses, three at most.
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One of the articles that were drawn from a source."""

    url: str
    #: Its place in time: published, or first seen where it says no time.
    at: datetime
    first_seen_at: datetime
    published_at: datetime | None
    #: "minute", "day" or "none".
    precision: str
    titled: bool
    #: Characters of the text.
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """Addresses of a source that could not be fetched, for one reason."""

    reason: str
    number: int
    #: When the first and the last of them were found.
    first_at: datetime
    last_at: datetime
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFigures:
    """A declared feed, sitemap or section, and what its last looks brought."""

    url: str
    kind: str | None
    last_polled_at: datetime | None
    last_new_at: datetime | None
    last_status: int | None
    #: Failures in a row.
    errors: int
    last_error: str | None
    #: New items that would have been usual since the last one came, by its own rhythm; 0 where nothing was learned.
    missed: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigures:
    """What there is to judge a source by."""

    source: str
    name_ar: str
    name_en: str
    country: str
    timezone: str
    home: str
    #: Hour since the epoch -> articles that stand there, over `HISTORY`.
    hours: dict[int, int] = field(default_factory=dict)
    #: Time of the newest article ever; None: there is none.
    newest_at: datetime | None = None
    #: Oldest first.
    samples: tuple[Sample, ...] = ()
    fetches: tuple[FetchDay, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
    endpoints: tuple[EndpointFigures, ...] = ()
    #: By place and time, oldest first.
    robots: tuple[RobotsSeen, ...] = ()
    #: Days of UTC on which a host of it was asked for anything; empty: nobody wrote it down.
    visited: frozenset[date] = frozenset()
    first_fetch_at: datetime | None = None
    last_fetch_at: datetime | None = None

    @property
    def looked_at(self) -> datetime | None:
        """When we last looked for news of it, or fetched any; None: never."""
        looks = [one.last_polled_at for one in self.endpoints if one.last_polled_at is not None]
        return max([*looks, *([self.last_fetch_at] if self.last_fetch_at else [])], default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of all sources that were asked for."""

    at: datetime
    #: When a crawl last began; None: none ever did.
    last_run_at: datetime | None
    #: By key.
    sources: tuple[SourceFigures, ...]
