"""Findings: what a diagnosis says. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

#: problem: articles are lost, wrong or about to be; notice: worth knowing, and nobody need act.
Severity = Literal["problem", "notice"]

#: One word a kind, so that they can be counted. In the order of a report: the cause before its consequences.
Kind = Literal[
    # of the whole archive
    "nothing_crawled",
    "everything_fell",
    # we, not they
    "never_crawled",
    "not_looked",
    # they do not let us
    "robots_unreachable",
    "robots_forbids",
    "robots_changed",
    "challenged",
    "login_wall",
    "blocked",
    "failing",
    # what names the articles
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

#: What a finding rests on: numbers and short words of ours, or what a server said.
Facts = Mapping[str, float | int | str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong."""

    #: None: of the archive as a whole.
    source: str | None
    kind: Kind
    severity: Severity = "problem"
    #: When it began, UTC, as near as the archive knows; None: not known.
    since: datetime | None
    #: The beginning is known to the day only.
    since_day: bool = False
    #: Addresses to look at, three at most.
    examples: tuple[str, ...] = ()
    #: The command to try.
    command: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How one source does."""

    source: str
    name_ar: str
    name_en: str
    #: Articles of today (in the newspaper's zone) and of the seven days before it, and how many would be usual by now;
    #: None: not yet known.
    today: int
    today_usual: float | None
    week: int
    week_usual: float | None
    newest_at: datetime | None
    #: When we last looked; None: never.
    looked_at: datetime | None
    #: Of the fetches of the last three days with any, those that were turned away or met a challenge; None: no fetch.
    blocked_share: float | None
    #: Of the latest articles drawn, those without a date, without a title; None: no article lately.
    undated_share: float | None
    untitled_share: float | None
    #: Median length of the latest texts and of those before, in characters.
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
    """Of all sources that were looked at."""

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
