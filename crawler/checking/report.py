"""Result of a source check, with its problems in words. Values only; crawler/checking/check.py does the fetching."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

#: "well": nothing is wrong. "faulty": articles are available, but something is wrong. "failed": no articles.
Verdict = Literal["well", "faulty", "failed"]

#: A newspaper whose newest item is older is silent, or publishes elsewhere.
STALE = timedelta(days=30)

#: Pages shown instead of a newspaper's, as `pipelines.classification.classify` calls them.
WALLS = {"challenge": "a wall against robots", "login_wall": "asks for a login"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointCheck:
    """The check of one endpoint."""

    url: str
    #: Its detected type; None if unknown.
    kind: str | None
    #: HTTP status; None if there was no response.
    status: int | None
    #: Number of articles and further endpoints it lists.
    links: int
    #: Latest date of its items, in UTC; None if none is dated.
    newest: datetime | None = None
    #: The problem in words; "" if there is none.
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledPage:
    """One article that an endpoint lists, fetched and extracted."""

    url: str
    status: int | None
    title: str = ""
    #: As `storage.model.article.Published.iso`; None if no date was found.
    published: str | None = None
    #: Words of the text; 0 if it is not an article.
    words: int = 0
    #: Why it is not an article; "" if it is one.
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """Result of a source check."""

    source: str
    #: Time of the check, in UTC.
    at: datetime
    home: str
    #: HTTP status of the home page; None if there was no response.
    home_status: int | None = None
    #: Why the home page could not be read; "" if it could.
    home_problem: str = ""
    #: The URL on another host that the home page redirects to; None if there is none.
    moved_to: str | None = None
    #: "challenge" or "login_wall" if one of its pages was one; else None.
    wall: str | None = None
    #: HTTP status of robots.txt; None if there was no response.
    robots_status: int | None = None
    #: Whether this program may fetch articles: "allowed", "disallowed", or "unreachable" if the file is not available.
    robots: str = "allowed"
    #: Crawl delay that robots.txt asks for, in seconds; 0 if none.
    crawl_delay_s: float = 0.0
    endpoints: tuple[EndpointCheck, ...] = ()
    samples: tuple[SampledPage, ...] = ()
    #: Latest date of its items and samples, in UTC; None if none is dated.
    newest: datetime | None = None

    @property
    def read(self) -> int:
        """Number of samples that are articles."""
        return sum(not sample.problem for sample in self.samples)

    @property
    def verdict(self) -> Verdict:
        """Whether articles are available, and whether anything is wrong."""
        if self.robots != "allowed" or not self.read:
            return "failed"
        return "faulty" if self.problems else "well"

    @property
    def problems(self) -> tuple[str, ...]:
        """Problems in words, causes before their consequences; each once."""
        found = [
            {"disallowed": "robots.txt disallows its articles", "unreachable": "robots.txt unreachable"}.get(
                self.robots
            ),
            WALLS.get(self.wall or ""),
            f"moved to {self.moved_to}" if self.moved_to else None,
            f"home page: {self.home_problem}" if self.home_problem else None,
            *(f"{_path(look.url)}: {look.problem}" for look in self.endpoints if look.problem),
            *self._of_samples(),
            f"nothing newer than {self.newest.date()}" if self.newest and self.at - self.newest > STALE else None,
        ]
        return tuple(dict.fromkeys(filter(None, found)))

    def _of_samples(self) -> list[str]:
        tried = len(self.samples)
        if not tried:
            return []
        if not self.read:
            return [f"none of {tried} articles could be read: {self.samples[0].problem}"]
        dated = any(sample.published for sample in self.samples)
        return [] if dated else [f"no date on {self.read} of {tried} articles"]

    def plain(self) -> dict[str, object]:
        """Convert to JSON values: instants in ISO 8601, with verdict and problems."""
        fields_as_json = {"source": self.source, "verdict": self.verdict, "problems": list(self.problems)} | asdict(
            self
        )
        for part in (fields_as_json, *fields_as_json["endpoints"]):
            part["newest"] = part["newest"] and part["newest"].isoformat()
        return fields_as_json | {"at": self.at.isoformat()}


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
