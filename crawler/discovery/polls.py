"""Interpret a poll of an endpoint: URLs for the frontier, child endpoints, and the next poll time. Pure."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scrapy.http import Response

from crawler.discovery.found import Child, Found, Hints
from crawler.discovery.freshness import fresh_s
from crawler.discovery.poll_interval import IntervalBounds, next_poll
from crawler.fetching.http import retry_after
from crawler.fetching.responses import plain_headers
from crawler.sources.source import Source
from storage.crawl_state.endpoints import EndpointClaim, Learn, PollOutcome
from storage.model.address import Discovered

#: A section's further pages sleep until its first page lists something new.
ASLEEP_S = 30 * 86_400.0
#: A sitemap listed in an index sleeps this long, or until the index reports a change.
CHILD_ASLEEP_S = 7 * 86_400.0
#: Maximum delay of the next poll through consecutive failures, or the server.
MAX_ERROR_S = 86_400.0
#: Range of the random factor for intervals, so that feeds are not polled in lockstep.
JITTER = (0.9, 1.1)
#: Maximum depth of sitemap indexes (facts, A14: one that lists itself under new URLs never ends).
MAX_DEPTH = 3
#: Maximum children of a sitemap index that are polled again because the index reports a recent change.
RECENT = timedelta(days=3)
#: Of undated children, the first and last ones: newspapers append at one of the two ends.
UNDATED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What is stored of one poll."""

    claim: EndpointClaim
    outcome: PollOutcome
    #: Child endpoints to wake: always, and if the poll found new URLs.
    wakes: tuple[str, ...] = ()
    wakes_if_new: tuple[str, ...] = ()
    error: str | None = None
    problems: tuple[str, ...] = field(default=())


def poll_of(
    source: Source,
    claim: EndpointClaim,
    response: Response | None,
    found: Found | None,
    *,
    error: str | None,
    bounds: IntervalBounds | None = None,
) -> Poll:
    """Interpret a poll. `found` is None if nothing was parsed: an error, or 304."""
    bounds = bounds or IntervalBounds()
    status = response.status if response is not None else None
    if error is not None:
        wait = _after_error_s(claim, response, bounds)
        return Poll(claim=claim, outcome=PollOutcome(status=status, error=error, next_poll_s=wait), error=error)
    headers = plain_headers(response) if response is not None else {}
    rhythm = _learn(source, claim, headers, found, bounds)
    outcome = PollOutcome(status=status, next_poll_s=bounds.longest_s, rhythm=rhythm)
    if found is None:
        return Poll(claim=claim, outcome=outcome)
    children, wakes, wakes_if_new = _children(source, claim, found)
    outcome = replace(
        outcome,
        found=_discovered(source, claim, found),
        children=children,
        kind=found.kind,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
    )
    return Poll(claim=claim, outcome=outcome, wakes=wakes, wakes_if_new=wakes_if_new, problems=found.problems)


def _after_error_s(claim: EndpointClaim, response: Response | None, bounds: IntervalBounds) -> float:
    asked = retry_after(response, now=datetime.now(UTC)) if response is not None else None
    return min(max(bounds.after_error_s * (claim.errors + 1), asked or 0.0), MAX_ERROR_S)


def _learn(
    source: Source, claim: EndpointClaim, headers: Mapping[str, str], found: Found | None, bounds: IntervalBounds
) -> Learn:
    """Learn from the number of new URLs, which only the archive knows."""
    now = datetime.now(UTC)
    kind = found.kind if found is not None else claim.kind
    hints = found.hints if found is not None else Hints()
    hints = replace(hints, fresh_s=max(hints.fresh_s, fresh_s(headers, now=now)))
    newest = max((child.lastmod for child in found.children if child.lastmod), default="") if found else ""
    known = str(claim.rhythm.get("newest") or "")
    jitter = random.uniform(*JITTER)  # noqa: S311  no secret

    def learn(new: int) -> tuple[float, dict[str, object]]:
        # An index lists no articles: its news is that one of its sitemaps changed.
        new += bool(known and newest > known)
        zone = ZoneInfo(source.timezone)
        wait_s, kept = next_poll(claim.rhythm, now, new, zone=zone, hints=hints, bounds=bounds, jitter=jitter)
        if newest or known:
            kept["newest"] = max(newest, known)
        if claim.depth and kind == "section":
            wait_s = ASLEEP_S
        elif claim.depth and kind == "sitemap" and (not new or not claim.rhythm):
            wait_s = CHILD_ASLEEP_S
        return wait_s, kept

    return learn


def _discovered(source: Source, claim: EndpointClaim, found: Found) -> list[Discovered]:
    how = found.kind or "page"
    return [
        Discovered(url=link.url, key=link.key, source=source.key, how=how, via=claim.url, hint=link.hint)
        for link in found.links
        if not source.skips(link.url)
    ]


def _children(
    source: Source, claim: EndpointClaim, found: Found
) -> tuple[list[tuple[str, str | None]], tuple[str, ...], tuple[str, ...]]:
    """Return child endpoints, those that wake, and those that wake if the poll found something new."""
    if found.next_page is not None:
        pages = max((one.pages for one in source.endpoint if one.kind in (None, "section")), default=1)
        onward = (found.next_page,) if claim.depth + 1 < pages else ()
        return [(url, "section") for url in onward], (), onward
    if claim.depth >= MAX_DEPTH:
        return [], (), ()
    children: list[tuple[str, str | None]] = [(child.url, child.kind) for child in found.children]
    return children, _changed(found.children), ()


def _changed(children: tuple[Child, ...]) -> tuple[str, ...]:
    undated = [child.url for child in children if _day(child.lastmod) is None]
    recent = datetime.now(UTC) - RECENT
    dated = [child.url for child in children if (day := _day(child.lastmod)) is not None and day >= recent]
    return tuple(dict.fromkeys([*dated, *undated[:UNDATED], *undated[-UNDATED:]]))


def _day(lastmod: str | None) -> datetime | None:
    try:
        when = datetime.fromisoformat(lastmod or "")
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
