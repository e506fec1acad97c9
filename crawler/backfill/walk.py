"""Walk a backfill from its first step to its last: what to fetch next, and how to interpret the response.

The archive stores the steps; this object only holds process state: which links a listing has shown already. Order: the
source's date archives, its sitemaps (including those in robots.txt) and its numbered URLs; section paging only if none
of these found anything, since it leads through all the years between.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from crawler.backfill.date_range import DateRange, FilteredLinks, choose, filter_links, span_in_name
from crawler.backfill.id_search import IdRange, NextId, numbers_of
from crawler.discovery.found import Found, Link
from crawler.discovery.polls import MAX_DEPTH
from crawler.sources.source import Source
from crawler.sources.url_templates import ArchivePage, first_pages, next_of, number_in, page_of
from pipelines.html.links import resolve
from pipelines.urls.canonical import canonical_key
from storage.archive import Archive
from storage.crawl_state.backfills import BACKLOG, NewStep, StepClaim
from storage.model.address import Discovered

logger = logging.getLogger(__name__)

#: Maximum pages of one section that are walked back.
MAX_SECTION_PAGES = 5_000
#: Consecutive pages of a listing without new links after which it ends.
IDLE_PAGES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRequest:
    """The request: the newspaper's days from `since` to `until`, both included."""

    since: date
    until: date
    #: Skip URLs whose publication date cannot be determined.
    dated_only: bool = False
    #: Walk only; fetch no article.
    estimate: bool = False


class BackfillWalk:
    """The walk through one date range of a source's past. The source must exist in the archive."""

    def __init__(self, archive: Archive, source: Source, order: BackfillRequest) -> None:
        self._archive, self._source, self._order = archive, source, order
        self._stretch = DateRange(since=order.since, until=order.until, zone=ZoneInfo(source.timezone))
        self.backfill = archive.backfills.open(
            source.key, order.since, order.until, self._first_steps(), held=order.estimate
        )
        #: Progress when this run resumed it.
        self.began = archive.backfills.progress(self.backfill.id)
        self._in_hand: dict[int, StepClaim] = {}
        self._counted: set[str] = set()
        self._shown: dict[str, set[str]] = {}
        self._idle: Counter[str] = Counter()
        self._points: dict[int, date | None] | None = None
        self._top = 0
        #: The article to fetch before the walk continues, and its number.
        self.probe: tuple[int, str] | None = None
        self._numbers: StepClaim | None = None
        self._over = self.backfill.ended_at is not None

    # Next steps

    def next_steps(self, at_once: int) -> list[StepClaim]:
        """Claim further steps, up to the limit of claimed ones: a kill repeats at most those. [] while a probe or
        the last pages are pending, and at the end."""
        limit = at_once - len(self._in_hand)
        if self._over or limit <= 0 or self.probe is not None:
            return []
        claims = self._archive.backfills.claim(self.backfill.id, limit=limit, without=self._in_hand)
        self._in_hand |= {claim.id: claim for claim in claims}
        steps = [claim for claim in claims if claim.how != "number"]
        for claim in claims:
            if claim.how == "number":
                self._numbers = claim
        if not steps and self._numbers is not None and len(self._in_hand) == 1:
            self._search_numbers(self._numbers)
            return self.next_steps(at_once)
        if not claims and not self._in_hand and not self._go_on():
            self._over = self._archive.backfills.finish(self.backfill.id)
        elif not claims and not self._in_hand:
            return self.next_steps(at_once)
        return steps

    def is_over(self) -> bool:
        """Whether no step is left."""
        return self._over

    @property
    def waits(self) -> bool:
        """Whether no page of the frontier may be claimed: listings come first. A probe may."""
        return not self._over and self.probe is None

    def probed(self, key: str) -> None:
        """Note that a URL was settled; if it is the probe's, the walk continues."""
        if self.probe is None or self.probe[1] != key:
            return
        state, day = self._archive.backfills.outcome(key) or ("failed", None)
        if state == "pending":
            return  # it will be retried
        assert self._points is not None
        self._points[self.probe[0]] = date.fromisoformat(day) if day else None
        self.probe = None

    def release(self) -> None:
        """Release claimed steps."""
        self._archive.backfills.release(self._in_hand.values())
        self._in_hand.clear()

    # Interpreting responses

    def failed(self, claim: StepClaim, *, status: int | None, error: str, final: bool) -> None:
        """Record that a step returned no page."""
        missing = status in (404, 410)
        self._archive.backfills.settle(claim, status=status, error=error, final=final or missing)
        self._in_hand.pop(claim.id, None)

    def read(self, claim: StepClaim, found: Found, *, url: str, robots: Sequence[str] = ()) -> int:
        """Store the content of a step's page; return how many URLs were new.

        Args:
            url: the final URL.
            robots: sitemaps listed in the host's robots.txt.
        """
        page = self._archive_page(claim.url)
        listed = (page.first, page.last) if page else span_in_name(claim.url) if claim.how == "sitemap" else None
        sifted, steps = self._filtered_links(claim, found, page, listed)
        steps += [
            NewStep(how="sitemap", url=one)
            for listed_url in robots
            if (one := resolve(listed_url, base=url)) is not None
        ]
        chosen, skipped = choose(found.children, self._stretch) if claim.depth < MAX_DEPTH else ([], 0)
        steps += [NewStep(how="sitemap", url=child.url, depth=claim.depth + 1) for child in chosen]
        counts = self._counts(sifted) | {"sitemaps left out": skipped}
        new = self._archive.backfills.settle(
            claim,
            status=200,
            addresses=self._discovered(sifted.links, how="sitemap" if claim.how == "sitemap" else "archive", via=claim),
            steps=steps,
            counts={name: number for name, number in counts.items() if number},
            oldest=sifted.oldest,
            newest=sifted.newest,
            held=self._order.estimate,
        )
        self._in_hand.pop(claim.id, None)
        return new or 0

    def _filtered_links(
        self, claim: StepClaim, found: Found, page: ArchivePage | None, listed: tuple[date, date] | None
    ) -> tuple[FilteredLinks, list[NewStep]]:
        """Return the URLs within the range, and the following page."""
        links = [link for link in found.links if not self._source.skips(link.url)]
        if claim.how == "sitemap":
            return filter_links(links, self._stretch, listed=listed, dated_only=self._order.dated_only), []
        listing = f"{page.template} {page.first}" if page else claim.url.partition("?")[0].partition("/page/")[0]
        shown = self._shown.setdefault(listing, set())
        fresh = [link for link in links if link.key not in shown]
        shown.update(link.key for link in links)
        self._idle[listing] = 0 if fresh else self._idle[listing] + 1
        days = sorted(date.fromisoformat(day) for day in found.days if _is_day(day)) if page is None else []
        span = listed or ((days[0], days[-1]) if days else None)
        sifted = filter_links(fresh, self._stretch, listed=span, dated_only=self._order.dated_only)
        if page is not None:
            onward = next_of(page) or found.next_page
            more = bool(fresh)
        else:
            onward = found.next_page
            newest = max((day for day in (sifted.newest, *days[-1:]) if day is not None), default=None)
            past = newest is not None and newest < self._stretch.since
            more = not past and self._idle[listing] < IDLE_PAGES and claim.depth < MAX_SECTION_PAGES
        further = [NewStep(how="page", url=onward, depth=claim.depth + 1)] if more and onward else []
        return sifted, further

    def _counts(self, sifted: FilteredLinks) -> dict[str, int]:
        counts = Counter({"before": sifted.before, "after": sifted.after})
        for link, month in zip(sifted.links, sifted.months, strict=True):
            if link.key not in self._counted:
                counts[month] += 1
        self._counted.update(link.key for link in sifted.links)
        return counts

    def _discovered(
        self, links: Iterable[Link], *, how: Literal["sitemap", "archive"], via: StepClaim
    ) -> list[Discovered]:
        source = self._source.key
        return [
            Discovered(
                url=link.url, key=link.key, source=source, how=how, via=via.url, hint=link.hint, priority=BACKLOG
            )
            for link in links
        ]

    # First steps

    def _first_steps(self) -> list[NewStep]:
        source = self._source
        steps = [NewStep(how="day", url=url) for one in source.archive for url in first_pages(one, *self._days)]
        kinds = {row.url: row.kind for row in self._archive.endpoints.all(source.key)}
        sitemaps = [one.url for one in source.endpoint if (one.kind or kinds.get(one.url)) == "sitemap"]
        if not sitemaps and not steps and not source.numbered:
            sitemaps = [urljoin(source.home, "/sitemap.xml")]
        steps += [NewStep(how="sitemap", url=url) for url in sitemaps]
        return steps + ([NewStep(how="number", url=source.numbered)] if source.numbered else [])

    @property
    def _days(self) -> tuple[date, date]:
        return self._order.since, self._order.until

    def _go_on(self) -> bool:
        """Walk the sections back if nothing else reached the range; return whether there is anything to walk."""
        backfills = self._archive.backfills
        ways = backfills.ways(self.backfill.id)
        if backfills.progress(self.backfill.id).found or "number" in ways or "day" in ways or "page" in ways:
            return False
        kinds = {row.url: row.kind for row in self._archive.endpoints.all(self._source.key)}
        sections = [
            one.url for one in self._source.endpoint if (one.kind or kinds.get(one.url) or "section") == "section"
        ]
        return backfills.add(self.backfill.id, [NewStep(how="page", url=url) for url in sections]) > 0

    def _archive_page(self, url: str) -> ArchivePage | None:
        pages = (page_of(template, url) for template in self._source.archive)
        return next((page for page in pages if page is not None), None)

    # Numbers

    def _search_numbers(self, claim: StepClaim) -> None:
        """Find the numbers of the range, or the article that must be fetched first."""
        template = self._source.numbered
        points = self._known_points(template)
        decided = numbers_of(points, *self._days)
        if decided is None and self._top:
            decided = NextId(number=self._top)
        if isinstance(decided, NextId) and not self._order.estimate:
            self._ask(decided.number, template)
            return
        if isinstance(decided, IdRange):
            self._take_numbers(claim, decided, template)
        else:
            error = (
                "an estimate by numbers requires fetching articles"
                if decided is not None
                else "no number of an article is known yet; crawl the newspaper once"
            )
            self._archive.backfills.settle(claim, error=error, final=True)
        self._numbers = None
        self._in_hand.pop(claim.id, None)

    def _ask(self, number: int, template: str) -> None:
        url = template.format(id=number)
        link = Discovered(url=url, key=canonical_key(url), source=self._source.key, how="number", via=template)
        known = self._archive.backfills.outcome(link.key)
        self.probe = (number, link.key)
        if known is not None and known[0] != "pending":
            self.probed(link.key)
            return
        self._archive.backfills.probe(link)

    def _take_numbers(self, claim: StepClaim, numbers: IdRange, template: str) -> None:
        urls = [template.format(id=number) for number in range(numbers.first, numbers.last + 1)]
        wanted = [
            Discovered(
                url=url, key=canonical_key(url), source=self._source.key, how="number", via=template, priority=BACKLOG
            )
            for url in urls
            if not self._source.skips(url)
        ]
        likely = round(len(wanted) * numbers.density)
        logger.info("%s: numbers %d to %d", self._source.key, numbers.first, numbers.last)
        self._archive.backfills.settle(
            claim,
            addresses=wanted,
            counts={"numbers": len(wanted), "gaps expected": len(wanted) - likely},
            oldest=self._order.since,
            newest=self._order.until,
            held=self._order.estimate,
        )

    def _known_points(self, template: str) -> dict[int, date | None]:
        """Number -> day of every settled URL. Read once; probes are added as they come."""
        if self._points is None:
            self._points = {}
            for url, state, day in self._archive.backfills.known(self._source.key):
                number = number_in(template, url)
                if number is None:
                    continue
                self._top = max(self._top, number)
                if state != "pending" and self._points.get(number) is None:
                    self._points[number] = date.fromisoformat(day) if day else None
        return self._points


def _is_day(day: str) -> bool:
    try:
        return bool(date.fromisoformat(day))
    except ValueError:
        return False
