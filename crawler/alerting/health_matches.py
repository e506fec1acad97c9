"""Health findings as matches of alerts: each is sent once while it lasts."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from crawler.health import Diagnosis, Finding, diagnose
from storage.alerts.alert import AlertMatch, AlertState
from storage.alerts.findings import put_findings
from storage.archive import Archive
from storage.search.query import QueryError, parse
from storage.search.stored_documents import sources_of
from storage.statistics.health import figures


def note_findings(archive: Archive, states: Sequence[AlertState], *, now: datetime) -> None:
    """Check the newspapers, and add new problems to the alerts that subscribe to them.

    Of an alert's query only sources and countries apply: a finding has no words.
    """
    wanting = [state for state in states if "health" in state.alert.events]
    if not wanting:
        return
    with archive.reading() as connection:
        counted = figures(connection, now=now)
    problems = [finding for finding in _findings(diagnose(counted)) if finding.severity == "problem"]
    for state in wanting:
        sources = _sources(archive, state.alert.query)
        found = {
            f"health:{finding.source or ''}:{finding.kind}": _match(finding, now)
            for finding in problems
            if sources is None or finding.source in sources
        }
        put_findings(archive, state.id, found, now=now)


def _findings(diagnosis: Diagnosis) -> Iterable[Finding]:
    yield from diagnosis.findings
    for report in diagnosis.reports:
        yield from report.findings


def _sources(archive: Archive, query: str) -> set[str] | None:
    """Return the sources that a query names; None: all."""
    try:
        wanted = parse(query)
    except QueryError:
        return set()
    keys, countries = wanted.named("source"), wanted.named("country")
    if not keys and not countries:
        return None
    with archive.reading() as connection:
        return {*keys, *sources_of(connection, countries)}


def _match(finding: Finding, now: datetime) -> AlertMatch:
    since = f" since {finding.since:%Y-%m-%d}" if finding.since is not None else ""
    return AlertMatch(
        identity="",
        change="health",
        article_id=None,
        source=finding.source,
        title=f"{finding.source or 'the whole archive'}: {finding.kind.replace('_', ' ')}{since}",
        url=finding.examples[0] if finding.examples else "",
        detail=finding.command,
        at=now,
    )
