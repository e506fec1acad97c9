"""Condition: what a look at a source found, and what is wrong with it in words. Values only; crawler/checking/check.py looks."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

#: "well": nothing is wrong. "faulty": articles come, but something is wrong. "failed": none would come.
Verdict = Literal["well", "faulty", "failed"]

#: A newspaper whose newest item is older says nothing any more, or says it elsewhere.
STALE = timedelta(days=30)

#: Pages that stand in the place of a newspaper's, as `pipelines.classification.classify` calls them.
WALLS = {"challenge": "a wall against robots", "login_wall": "asks for a login"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointCheck:
    """One endpoint as it answered."""

    url: str
    #: What it turned out to be; None where it is nothing that we know.
    kind: str | None
    #: HTTP status; None where no answer came.
    status: int | None
    #: How many articles and further endpoints it names.
    links: int
    #: The latest date of its items, in UTC; None where it dates none.
    newest: datetime | None = None
    #: What is wrong, in words; "" where nothing is.
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledPage:
    """One article that an endpoint names, fetched and extracted."""

    url: str
    status: int | None
    title: str = ""
    #: As `storage.model.article.Published.iso`; None where no date was found.
    published: str | None = None
    #: Words of the text; 0 where it is no article.
    words: int = 0
    #: Why it is no article; "" where it is one.
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """How a source was found."""

    source: str
    #: When it was looked at, in UTC.
    at: datetime
    home: str
    #: HTTP status of the home page; None where no answer came.
    home_status: int | None = None
    #: Why the home page could not be read; "" where it could.
    home_problem: str = ""
    #: The address of another host that the home page leads to; None where it is its own.
    moved_to: str | None = None
    #: "challenge" or "login_wall" where a page of it was one; else None.
    wall: str | None = None
    #: HTTP status of robots.txt; None where no answer came.
    robots_status: int | None = None
    #: Whether this program may fetch articles: "allowed", "disallowed", or "unreachable" where the file cannot be had.
    robots: str = "allowed"
    #: Seconds that robots.txt asks for between two requests; 0 where it does not.
    crawl_delay_s: float = 0.0
    endpoints: tuple[EndpointCheck, ...] = ()
    samples: tuple[SampledPage, ...] = ()
    #: The latest date of its items and samples, in UTC; None where none is dated.
    newest: datetime | None = None

    @property
    def read(self) -> int:
        """How many of the samples are articles."""
        return sum(not sample.problem for sample in self.samples)

    @property
    def verdict(self) -> Verdict:
        """Whether articles come, and whether anything is wrong."""
        if self.robots != "allowed" or not self.read:
            return "failed"
        return "faulty" if self.problems else "well"

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, in words, the cause before its consequences; each once."""
        found = [
            {"disallowed": "robots.txt forbids its articles", "unreachable": "robots.txt unreachable"}.get(self.robots),
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

    def plain(self) -> dict[str, Any]:
        """As JSON takes it: instants in ISO 8601, with verdict and problems."""
        told = {"source": self.source, "verdict": self.verdict, "problems": list(self.problems)} | asdict(self)
        for part in (told, *told["endpoints"]):
            part["newest"] = part["newest"] and part["newest"].isoformat()
        return told | {"at": self.at.isoformat()}


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
