"""Stretch: which of the addresses that a list names lie within a stretch of days, by everything that tells a day. Pure."""

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

#: A sitemap's day may be another than the newspaper's: clocks of servers run in any zone.
_DAY = timedelta(days=1)
#: Articles are edited, and their lastmod moves; mostly within days. What was modified later than this after the stretch
#: is taken for published after it.
EDITED = timedelta(days=14)
#: Where so many of a list's entries bear one lastmod, it is the day on which the list was made.
_STAMPED, _STAMPED_OF = 0.8, 20
#: Lists of anything but articles.
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
#: In an article's address only what surely is a date: a number of six digits is mostly the article's own.
_ADDRESS = re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>0?[1-9]|1[0-2])(?:[/-](?P<d>0?[1-9]|[12]\d|3[01]))?(?=[/-]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """A stretch of days, both ends included, in the newspaper's own zone."""

    since: date
    until: date
    zone: ZoneInfo

    def verdict(self, span: Span, *, slack: timedelta = timedelta()) -> Verdict:
        """Where a span of days lies; one that reaches into the stretch is within."""
        if span[1] + slack < self.since:
            return "before"
        return "after" if span[0] - slack > self.until else "within"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredLinks:
    """What of a list lies within the stretch."""

    links: tuple[Link, ...]
    #: Of each of them, "2020-03" or "undated".
    months: tuple[str, ...]
    #: Those outside it.
    before: int = 0
    after: int = 0
    #: First and last day that the list names of anything; None where it names none.
    oldest: date | None = None
    newest: date | None = None


@dataclass(slots=True)
class _Judged:
    verdict: Verdict | None = None
    month: str = "undated"
    days: list[date] = field(default_factory=list)


def filter_links(
    links: Sequence[Link], stretch: DateRange, *, listed: Span | None = None, dated_only: bool = False
) -> FilteredLinks:
    """Return those of a list that lie within the stretch.

    What tells the day, the first that does: a news sitemap's own date, the address, `lastmod` (unless it is that of
    the whole list), `listed`. An entry that nothing tells of is out where its nearest neighbours on the list that are
    told of both lie on one side of the stretch; else it is taken, as undated, or left with `dated_only`.

    Args:
        listed: the days that the list itself is of, as its address says.
    """
    stamp = _stamp(links)
    judged = [_judged(link, stretch, listed=listed, stamp=stamp) for link in links]
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
    """The sitemaps of an index that may name something of the stretch, and how many may not.

    One may not where its name is of other days, where nothing in it was modified since the stretch began, or where it
    lists no articles (sections, authors, pictures). Where names hold numbers that may be dates, all of that kind must.
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
    """The days that the name of a list speaks of: "/sitemap-2020-03.xml", "/sitemap/2020/3", "?yyyy=2020&mm=03"."""
    parts = urlsplit(address)
    name = unquote(parts.path) + "?" + unquote(parts.query)
    for pattern in _DATES:
        for found in pattern.finditer(name):
            if (span := _span(found)) is not None:
                return span
    return None


def span_in_address(url: str) -> Span | None:
    """The day that an article's address names, or its month."""
    found = _ADDRESS.search(unquote(urlsplit(url).path))
    return _span(found) if found else None


def _judged(link: Link, stretch: DateRange, *, listed: Span | None, stamp: date | None) -> _Judged:
    published = _day(link.hint.published if link.hint else None, stretch.zone)
    span = (published, published) if published else span_in_address(link.url)
    if span is not None:
        return _Judged(verdict=stretch.verdict(span), month=f"{span[0]:%Y-%m}", days=list(span))
    modified = _day(link.lastmod, stretch.zone)
    modified = None if modified == stamp else modified
    if listed is not None:
        inside = stretch.since <= listed[0] and listed[1] <= stretch.until
        month = f"{listed[0]:%Y-%m}" if (listed[0].year, listed[0].month) == (listed[1].year, listed[1].month) else ""
        if inside or modified is None or stretch.verdict(listed) != "within":
            return _Judged(verdict=stretch.verdict(listed), month=month or _month(modified), days=list(listed))
    if modified is None:
        return _Judged()
    verdict = stretch.verdict((modified, modified))
    if verdict == "after" and modified <= stretch.until + EDITED:
        verdict = "within"
    return _Judged(verdict=verdict, month=_month(modified), days=[modified])


def _from_neighbours(judged: list[_Judged]) -> None:
    known = [(place, one.verdict) for place, one in enumerate(judged) if one.verdict is not None]
    for (low, before), (high, after) in itertools.pairwise(known):
        if before == after and before != "within":
            for one in judged[low + 1 : high]:
                one.verdict = before


def _stamp(links: Sequence[Link]) -> date | None:
    """The lastmod that nearly all entries share: it speaks of the list, not of them."""
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
    """The day of an ISO instant or day in a zone; None for anything else. An instant without zone is the newspaper's own."""
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
