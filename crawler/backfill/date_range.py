"""Decide which of the listed URLs lie within a range of days, from all available date evidence. Pure."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from crawler.discovery.found import Child, Link

Span = tuple[date, date]
Verdict = Literal["within", "before", "after"]

#: A sitemap's day may differ from the newspaper's: servers' clocks run in any zone.
_DAY = timedelta(days=1)
#: Articles are edited, and their lastmod moves; mostly within days. What was modified later than this after the range
#: is assumed to be published after it.
EDITED = timedelta(days=14)
#: If this many entries of a list share one lastmod, it is the day on which the list was generated.
_STAMPED, _STAMPED_OF = 0.8, 20
#: Lists that contain no articles.
_OTHER = re.compile(
    r"(?:^|[/_-])(?:categor(?:y|ies)|post_tags?|tags?|authors?|users?|images?|videos?|topics?)[_-]?(?:sitemap|\d*\.xml)|"
    r"sitemap[_-](?:categor(?:y|ies)|tags?|authors?|users?|images?|videos?|topics?)\d*\.",
    re.IGNORECASE,
)
_DATES = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[-_/.]?)(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_/](?P<m>0?[1-9]|1[0-2])[-_/](?P<d>0?[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_/.]?(?P<m>0[1-9]|1[0-2])(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_/](?P<m>[1-9])(?!\d)"),
    re.compile(r"(?:mm|month)=(?P<m>0?[1-9]|1[0-2])(?!\d).*?(?:yyyy|year)=(?P<y>(?:19|20)\d\d)"),
    re.compile(r"(?:yyyy|year)=(?P<y>(?:19|20)\d\d)(?:.*?(?:mm|month)=(?P<m>0?[1-9]|1[0-2])(?!\d))?"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?!\d)"),
)
#: In an article's URL, accept only certain dates: a number of six digits is mostly the article's number.
_ADDRESS = re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>0?[1-9]|1[0-2])(?:[/-](?P<d>0?[1-9]|[12]\d|3[01]))?(?=[/-]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """A range of days, both ends included, in the newspaper's own zone."""

    since: date
    until: date
    zone: ZoneInfo

    def verdict(self, span: Span, *, slack: timedelta = timedelta()) -> Verdict:
        """Compare a span of days with the range; a span that overlaps the range is within."""
        if span[1] + slack < self.since:
            return "before"
        return "after" if span[0] - slack > self.until else "within"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredLinks:
    """The part of a list that lies within the range."""

    links: tuple[Link, ...]
    #: Month of each, "2020-03", or "undated".
    months: tuple[str, ...]
    #: Number of links outside the range.
    before: int = 0
    after: int = 0
    #: First and last day that the list mentions at all; None if it mentions none.
    oldest: date | None = None
    newest: date | None = None


@dataclass(slots=True)
class _LinkVerdict:
    verdict: Verdict | None = None
    month: str = "undated"
    days: list[date] = field(default_factory=list)


def filter_links(
    links: Sequence[Link], stretch: DateRange, *, listed: Span | None = None, dated_only: bool = False
) -> FilteredLinks:
    """Return those links of a list that lie within the range.

    The first available evidence decides: a news sitemap's own date, the URL, `lastmod` (unless the whole list shares
    it), `listed`. An undated entry is out if its nearest dated neighbours on the list both lie on one side of the
    range; otherwise it is taken, as undated, or left out with `dated_only`.

    Args:
        listed: the days that the list itself covers, according to its URL.
    """
    stamp = _stamp(links)
    judged = [_link_verdict(link, stretch, listed=listed, stamp=stamp) for link in links]
    _from_neighbours(judged)
    if dated_only:
        for one in judged:
            one.verdict = one.verdict or "after"
    taken = [(link, one) for link, one in zip(links, judged, strict=True) if one.verdict in ("within", None)]
    days = [day for one in judged for day in one.days]
    verdicts = Counter(one.verdict for one in judged)
    return FilteredLinks(
        links=tuple(link for link, _ in taken),
        months=tuple(one.month for _, one in taken),
        before=verdicts["before"],
        after=verdicts["after"],
        oldest=min(days, default=None),
        newest=max(days, default=None),
    )


def choose(children: Sequence[Child], stretch: DateRange) -> tuple[list[Child], int]:
    """Return the sitemaps of an index that may list something of the range, and the number of the others.

    A sitemap is excluded if its name covers other days, if nothing in it was modified since the range began, or if it
    lists no articles (sections, authors, images). If names contain numbers that may be dates, all of that kind must.
    """
    spans = _spans([child.url for child in children])
    taken = []
    for child in children:
        span, modified = spans.get(child.url), _day(child.lastmod, stretch.zone)
        named = span is None or stretch.verdict(span, slack=_DAY) == "within"
        if named and not (modified and modified + _DAY < stretch.since) and not _OTHER.search(unquote(child.url)):
            taken.append(child)
    return taken, len(children) - len(taken)


def span_in_name(address: str) -> Span | None:
    """Return the days in the name of a list: "/sitemap-2020-03.xml", "/sitemap/2020/3", "?yyyy=2020&mm=03"."""
    parts = urlsplit(address)
    name = unquote(parts.path) + "?" + unquote(parts.query)
    for pattern in _DATES:
        for found in pattern.finditer(name):
            if (span := _span(found)) is not None:
                return span
    return None


def span_in_address(url: str) -> Span | None:
    """Return the day in an article's URL, or its month."""
    found = _ADDRESS.search(unquote(urlsplit(url).path))
    return _span(found) if found else None


def _link_verdict(link: Link, stretch: DateRange, *, listed: Span | None, stamp: date | None) -> _LinkVerdict:
    published = _day(link.hint.published if link.hint else None, stretch.zone)
    span = (published, published) if published else span_in_address(link.url)
    if span is not None:
        return _LinkVerdict(verdict=stretch.verdict(span), month=f"{span[0]:%Y-%m}", days=list(span))
    modified = _day(link.lastmod, stretch.zone)
    modified = None if modified == stamp else modified
    if listed is not None:
        inside = stretch.since <= listed[0] and listed[1] <= stretch.until
        month = f"{listed[0]:%Y-%m}" if (listed[0].year, listed[0].month) == (listed[1].year, listed[1].month) else ""
        if inside or modified is None or stretch.verdict(listed) != "within":
            return _LinkVerdict(verdict=stretch.verdict(listed), month=month or _month(modified), days=list(listed))
    if modified is None:
        return _LinkVerdict()
    verdict = stretch.verdict((modified, modified))
    if verdict == "after" and modified <= stretch.until + EDITED:
        verdict = "within"
    return _LinkVerdict(verdict=verdict, month=_month(modified), days=[modified])


def _from_neighbours(judged: list[_LinkVerdict]) -> None:
    known = [(place, one.verdict) for place, one in enumerate(judged) if one.verdict is not None]
    for (low, before), (high, after) in itertools.pairwise(known):
        if before == after and before != "within":
            for one in judged[low + 1 : high]:
                one.verdict = before


def _stamp(links: Sequence[Link]) -> date | None:
    """Return the lastmod that nearly all entries share: it describes the list, not the entries."""
    days = Counter((link.lastmod or "")[:10] for link in links)
    days.pop("", None)
    if sum(days.values()) < _STAMPED_OF:
        return None
    ((day, number),) = days.most_common(1)
    return _day(day, ZoneInfo("UTC")) if number >= _STAMPED * sum(days.values()) and len(links) >= _STAMPED_OF else None


def _spans(addresses: Sequence[str]) -> dict[str, Span]:
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for address in addresses:
        alike[re.sub(r"\d+", "#", address)].append(address)
    spans: dict[str, Span] = {}
    for group in alike.values():
        found = [(address, span_in_name(address)) for address in group]
        spans |= {address: span for address, span in found if span} if all(span for _, span in found) else {}
    return spans


def _month(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else "undated"


def _span(found: re.Match[str]) -> Span | None:
    said = {name: int(value) for name, value in found.groupdict().items() if name != "s" and value}
    try:
        first = date(said["y"], said.get("m", 1), said.get("d", 1))
    except ValueError:
        return None
    if "d" in said:
        return first, first
    later = first + timedelta(days=32) if "m" in said else first.replace(year=first.year + 1)
    return first, later.replace(day=1) - _DAY


def _day(text: str | None, zone: ZoneInfo) -> date | None:
    """Return the day of an ISO instant or day in a zone; None for anything else. An instant without zone is in the
    newspaper's own."""
    text = (text or "").strip()
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            return None
    if len(text) <= 10 or when.tzinfo is None:
        return when.date()
    try:
        return when.astimezone(zone).date()
    except OverflowError:
        return when.astimezone(UTC).date()
