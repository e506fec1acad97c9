"""What robots.txt disallows now, since when, and whether it did before. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import urlsplit

from crawler.health.findings import Facts, Finding, Kind, Severity
from crawler.politeness.robots_rules import Rules, read_rules
from storage.crawl_state.hosts import RobotsSeen
from storage.statistics.health import SourceFigures

#: Number of URLs tested against the rules, and the share of them that must be disallowed.
_TRIED, _SHARE = 30, 0.3
#: A Crawl-delay that rose by this many seconds, and by this factor, is reported.
_SLOWER_S, _SLOWER = 5.0, 2.0


@dataclass(frozen=True, slots=True)
class _Look:
    """A parsed robots.txt."""

    seen: RobotsSeen
    rules: Rules


def robots(source: SourceFigures) -> list[Finding]:
    """Return findings about the robots.txt of each origin."""
    addresses = [one.url for one in reversed(source.samples)][:_TRIED] + [one.url for one in source.endpoints]
    found = []
    for place, history in groupby(source.robots, key=lambda seen: seen.place):
        looks = [_Look(seen, read_rules(seen.status, seen.body.encode())) for seen in _by_time(history)]
        here = [url for url in addresses if url.startswith(place + "/")]
        found += _unreachable(source, place, looks) or _forbidding(source, place, looks, here)
    return found


def _by_time(history: Iterable[RobotsSeen]) -> list[RobotsSeen]:
    return sorted(history, key=lambda seen: (seen.last_seen_at, seen.first_seen_at))


def _unreachable(source: SourceFigures, place: str, looks: Sequence[_Look]) -> list[Finding]:
    if not looks[-1].rules.unreachable:
        return []
    since = looks[-1].seen.first_seen_at
    for look in reversed(looks):
        if not look.rules.unreachable:
            break
        since = min(since, look.seen.first_seen_at)
    facts = {"status": looks[-1].seen.status}
    return [_finding(source, place, "robots_unreachable", looks[-1], (f"{place}/robots.txt",), facts, since=since)]


def _standing(looks: Sequence[_Look]) -> tuple[_Look, _Look | None]:
    """Return the current rules, as first seen, and those before them; ignoring times without a readable file."""
    first = looks[-1]
    for look in reversed(looks[:-1]):
        if look.rules.unreachable:
            continue
        if (look.seen.status, look.seen.body) != (first.seen.status, first.seen.body):
            return first, look
        first = look
    return first, None


def _forbidding(source: SourceFigures, place: str, looks: Sequence[_Look], addresses: Sequence[str]) -> list[Finding]:
    now, before = _standing(looks)
    forbidden = [url for url in addresses if now.rules.verdict(url) == "disallowed"]
    newly = [url for url in forbidden if before is not None and before.rules.verdict(url) == "allowed"]
    facts = {"forbidden": len(forbidden), "tried": len(addresses)}
    if newly and len(newly) >= _SHARE * len(addresses):
        return [_finding(source, place, "robots_changed", now, tuple(newly[:3]), facts)]
    if forbidden and len(forbidden) >= _SHARE * len(addresses):
        return [_finding(source, place, "robots_forbids", now, tuple(forbidden[:3]), facts)]
    asked, asked_before = now.rules.crawl_delay_s, before.rules.crawl_delay_s if before is not None else 0.0
    if before is not None and asked >= max(asked_before + _SLOWER_S, asked_before * _SLOWER):
        slower = {"delay_s": asked, "delay_before_s": asked_before}
        return [_finding(source, place, "robots_changed", now, (f"{place}/robots.txt",), slower, severity="notice")]
    return []


def _finding(
    source: SourceFigures,
    place: str,
    kind: Kind,
    look: _Look,
    examples: tuple[str, ...],
    facts: Facts,
    *,
    since: datetime | None = None,
    severity: Severity = "problem",
) -> Finding:
    return Finding(
        source=source.source,
        kind=kind,
        severity=severity,
        since=since or look.seen.first_seen_at,
        examples=examples,
        command=f"warraq stats --robots {urlsplit(place).hostname or place}",
        facts=facts,
    )
