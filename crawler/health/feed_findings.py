"""Feeds: dead ones, and those that respond but list nothing new. Pure.

The archive stores how an endpoint's last poll ended and the number of consecutive failures. The time of the first
failure is derived from the intervals, which `crawler.discovery.polls` lengthens each time: a lower bound of the
duration.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.discovery.poll_interval import SILENCE, IntervalBounds
from crawler.health.findings import Finding, Kind
from storage.statistics.health import EndpointFigures, SourceFigures

#: One failure is a mishap, three in a row are a state.
_FAILURES = 3
#: Missing items, at its own rate, before a response without news is reported as `feed_lies`, and the minimum duration.
_MISSED, _QUIET = 3 * SILENCE, timedelta(days=2)
#: Other endpoints count as active if one of them listed news recently.
_LATELY = timedelta(days=1)


def feeds(source: SourceFigures) -> list[Finding]:
    """Return findings about a source's endpoints; one finding if it is the same for all."""
    broken = [one for one in source.endpoints if one.errors >= _FAILURES]
    if broken and len(broken) == len(source.endpoints) > 1 and len({_state(one) for one in broken}) == 1:
        return [_finding(source, broken, _kind(broken[0], every=True))]
    found = [_finding(source, [one], _kind(one)) for one in broken]
    found += [_finding(source, [one], "feed_lies") for one in source.endpoints if _is_quiet(one, source.endpoints)]
    return found


def _state(one: EndpointFigures) -> str:
    return one.last_error or ""


def _kind(one: EndpointFigures, *, every: bool = False) -> Kind:
    if _state(one) == "robots.txt":
        return "robots_forbids"
    if one.last_status == 200:
        return "feed_lies"
    return "failing" if every else "feed_died"


def _is_quiet(one: EndpointFigures, others: Sequence[EndpointFigures]) -> bool:
    """Whether it responds without new items for much longer than its rate suggests, while others list news."""
    if one.errors or one.last_polled_at is None or one.last_new_at is None:
        return False
    polled = one.last_polled_at
    lively = [other.last_new_at for other in others if other is not one and other.last_new_at is not None]
    others_speak = any(polled - moment <= _LATELY for moment in lively)
    return others_speak and one.missed >= _MISSED and polled - one.last_new_at >= _QUIET


def _finding(source: SourceFigures, endpoints: Sequence[EndpointFigures], kind: Kind) -> Finding:
    first = endpoints[0]
    times = [moment for one in endpoints if (moment := _since(one)) is not None]
    return Finding(
        source=source.source,
        kind=kind,
        since=min(times, default=None),
        examples=tuple(one.url for one in endpoints[:3]),
        command=f"warraq sources check {source.source}",
        facts={
            "kind": first.kind,
            "reason": first.last_error,
            "status": first.last_status,
            "failures": max(one.errors for one in endpoints) or None,
            "endpoints": len(endpoints),
            "last_new": first.last_new_at.isoformat() if first.last_new_at is not None else None,
            "missed": round(first.missed) if not first.errors else None,
        },
    )


def _since(one: EndpointFigures) -> datetime | None:
    """Return when it last succeeded, or first failed."""
    if not one.errors or one.last_polled_at is None:
        return one.last_new_at
    waits = IntervalBounds().after_error_s * one.errors * (one.errors - 1) / 2
    reckoned = one.last_polled_at - timedelta(seconds=waits)
    return max(reckoned, one.last_new_at) if one.last_new_at is not None else reckoned
