"""Values that `storage.statistics.health` counts. Instants are UTC; hours are counted from the Unix epoch."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from storage.crawl_state.hosts import RobotsSeen

#: How far back articles are counted: four reference weeks, and five that may have gone wrong.
HISTORY = timedelta(days=63)
#: How far back fetches are counted.
FETCH_HISTORY = timedelta(days=28)

#: Result of a fetch. blocked: 401, 403, 429 and the like; empty: a page without a text instead of an article.
FetchClass = Literal["ok", "blocked", "challenge", "login_wall", "failed", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchDay:
    """Fetches of a source on one UTC day with the same result."""

    day: date
    kind: FetchClass
    number: int
    #: The first of them.
    first_at: datetime
    #: Some of their URLs, three at most.
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sampled article of a source."""

    url: str
    #: Its sort time: published, or first seen if it has no time.
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
    """URLs of a source that could not be fetched, for one reason."""

    reason: str
    number: int
    #: When the first and the last of them were discovered.
    first_at: datetime
    last_at: datetime
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFigures:
    """A declared feed, sitemap or section, and the results of its last polls."""

    url: str
    kind: str | None
    last_polled_at: datetime | None
    last_new_at: datetime | None
    last_status: int | None
    #: Consecutive failures.
    errors: int
    last_error: str | None
    #: Number of new items expected since the last one, at its own rate; 0 if nothing was learned.
    missed: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigures:
    """Figures for judging a source."""

    source: str
    name_ar: str
    name_en: str
    country: str
    timezone: str
    home: str
    #: Hour since the epoch -> articles, over `HISTORY`.
    hours: dict[int, int] = field(default_factory=dict)
    #: Time of the newest article ever; None: there is none.
    newest_at: datetime | None = None
    #: Oldest first.
    samples: tuple[Sample, ...] = ()
    fetches: tuple[FetchDay, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
    endpoints: tuple[EndpointFigures, ...] = ()
    #: By origin and time, oldest first.
    robots: tuple[RobotsSeen, ...] = ()
    #: UTC days on which one of its hosts was contacted; empty: not recorded.
    visited: frozenset[date] = frozenset()
    first_fetch_at: datetime | None = None
    last_fetch_at: datetime | None = None

    @property
    def looked_at(self) -> datetime | None:
        """When it was last polled or fetched; None: never."""
        looks = [one.last_polled_at for one in self.endpoints if one.last_polled_at is not None]
        return max([*looks, *([self.last_fetch_at] if self.last_fetch_at else [])], default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of all requested sources."""

    at: datetime
    #: When a crawl last began; None: never.
    last_run_at: datetime | None
    #: By key.
    sources: tuple[SourceFigures, ...]
