"""Findings of a diagnosis. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

#: problem: articles are lost, wrong or about to be; notice: worth knowing, no action needed.
Severity = Literal["problem", "notice"]

#: One word per kind, so that they can be counted. In report order: causes before consequences.
Kind = Literal[
    # of the whole archive
    "nothing_crawled",
    "everything_fell",
    # caused by us
    "never_crawled",
    "not_looked",
    # access denied
    "robots_unreachable",
    "robots_forbids",
    "robots_changed",
    "challenged",
    "login_wall",
    "blocked",
    "failing",
    # endpoints
    "feed_died",
    "feed_lies",
    # the articles
    "silent",
    "fewer",
    "stale",
    "no_text",
    "short_texts",
    "no_titles",
    "no_dates",
    "dates_ahead",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

#: Evidence of a finding: numbers and short words, or a server's statement.
Facts = Mapping[str, float | int | str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong."""

    #: None: the archive as a whole.
    source: str | None
    kind: Kind
    severity: Severity = "problem"
    #: When it began, UTC, as precisely as known; None: not known.
    since: datetime | None
    #: Only the day of the beginning is known.
    since_day: bool = False
    #: Example URLs, three at most.
    examples: tuple[str, ...] = ()
    #: The command to try.
    command: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """State of one source."""

    source: str
    name_ar: str
    name_en: str
    #: Articles of today (in the newspaper's zone) and of the seven days before, and the number expected by now; None:
    #: not yet known.
    today: int
    today_usual: float | None
    week: int
    week_usual: float | None
    newest_at: datetime | None
    #: Time of the last poll; None: never.
    looked_at: datetime | None
    #: Share of the fetches of the last three days with any that were refused or challenged; None: no fetch.
    blocked_share: float | None
    #: Share of the latest sampled articles without a date, without a title; None: no article recently.
    undated_share: float | None
    untitled_share: float | None
    #: Median length of the latest texts and of earlier ones, in characters.
    length: float | None
    length_usual: float | None
    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Literal["problem", "notice", "new", "well"]:
        """The worst of its findings; "new": nothing is wrong, and too little is known to say more."""
        severities = {finding.severity for finding in self.findings}
        for severity in ("problem", "notice"):
            if severity in severities:
                return severity
        return "new" if self.week_usual is None else "well"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """State of all checked sources."""

    at: datetime
    #: Of the archive as a whole.
    findings: tuple[Finding, ...]
    #: Worst first.
    reports: tuple[Report, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing is a problem."""
        found = [*self.findings, *(finding for report in self.reports for finding in report.findings)]
        return all(finding.severity != "problem" for finding in found)
