"""Polls: what one look at an endpoint means: addresses for the frontier, child endpoints, and when to look again. Pure."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy.http import Response

from crawler.answers import plain_headers
from crawler.found import Child, Found
from crawler.middlewares.polite import retry_after
from crawler.source import Source
from storage.endpoints import EndpointClaim
from storage.frontier import Discovered

#: Seconds until the next look, by kind. `warraq watch` finds each source's own rhythm later.
NEXT_POLL_S = {"feed": 600.0, "news_sitemap": 600.0, "section": 1_800.0, "sitemap": 21_600.0}
#: A section's further pages sleep until their first page brings something new.
ASLEEP_S = 30 * 86_400.0
#: After a failure: so long, times the failures in a row, a day at most.
ERROR_POLL_S = 300.0
#: Sitemap indexes are followed so deep (facts, A14: one that names itself under new addresses never ends).
MAX_DEPTH = 3
#: Children of a sitemap index that are looked at again because the index says that they changed lately.
RECENT = timedelta(days=3)
#: Of children without a date, the first and last so many: newspapers append at one of the two ends.
UNDATED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What is stored of one look at an endpoint."""

    claim: EndpointClaim
    #: Arguments of `Endpoints.settle`.
    outcome: dict[str, Any]
    #: Child endpoints to wake, always, and if the look brought new addresses.
    wakes: tuple[str, ...] = ()
    wakes_if_new: tuple[str, ...] = ()
    error: str | None = None
    problems: tuple[str, ...] = field(default=())


def poll_of(
    source: Source, claim: EndpointClaim, response: Response | None, found: Found | None, *, error: str | None
) -> Poll:
    """What a look came to. `found` is None where nothing was read: an error, or 304."""
    status = response.status if response is not None else None
    if found is None or error is not None:
        wait = _after_error_s(claim, response) if error else _next_poll_s(claim, claim.kind)
        return Poll(claim=claim, outcome={"status": status, "error": error, "next_poll_s": wait}, error=error)
    headers = plain_headers(response) if response is not None else {}
    children, wakes, wakes_if_new = _children(source, claim, found)
    outcome = {
        "status": status,
        "found": _discovered(source, claim, found),
        "children": children,
        "kind": found.kind,
        "etag": headers.get("etag"),
        "last_modified": headers.get("last-modified"),
        "next_poll_s": _next_poll_s(claim, found.kind),
    }
    return Poll(claim=claim, outcome=outcome, wakes=wakes, wakes_if_new=wakes_if_new, problems=found.problems)


def _after_error_s(claim: EndpointClaim, response: Response | None) -> float:
    asked = retry_after(response, now=datetime.now(UTC)) if response is not None else None
    return min(max(ERROR_POLL_S * (claim.errors + 1), asked or 0.0), 86_400.0)


def _next_poll_s(claim: EndpointClaim, kind: str | None) -> float:
    return ASLEEP_S if claim.depth and kind == "section" else NEXT_POLL_S.get(kind or "", 3_600.0)


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
    """Child endpoints, those of them that wake, and those that wake if the look brought something new."""
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
