"""Gather every date candidate of a page, and when the page says that it was changed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.dates.evidence.address import dates_in_address
from pipelines.dates.evidence.decide import has_false_utc
from pipelines.dates.evidence.markup import stated_in_json, stated_in_meta
from pipelines.dates.evidence.numeric import NumericOrder, in_day_first_order, numeric_order
from pipelines.dates.evidence.visible import VisibleDate, seen_dates
from pipelines.dates.parse import parse_date
from pipelines.html import jsonld
from pipelines.html.parsed_page import ParsedPage
from storage.model.article import DateEvidence, FeedHint

#: Kinds of evidence, most trusted first. "http" is Last-Modified, which counts only together with
#: others.
ORIGINS = ("json-ld", "meta", "time", "visible", "feed", "sitemap", "url", "http")

#: Words of a candidate that are kept; and candidates of one kind, so that no page fills the archive.
MAX_TEXT = 100
MAX_OF_A_KIND = 5

_SPACES = re.compile(r"\s+")


def gather(
    parsed: ParsedPage,
    *,
    url: str,
    headers: Mapping[str, str],
    hint: FeedHint | None,
    now: datetime,
    timezone: str | None,
    objects: list[jsonld.Object] | None = None,
    seen: Sequence[VisibleDate] | None = None,
) -> tuple[DateEvidence, ...]:
    """Return the publishing dates of page, feed and URL, in the order of `ORIGINS`, most certain of each kind first.

    `now` is the time of the fetch; `timezone` the IANA zone of the source, for
    "أمس"; `objects` and `seen` the page's JSON-LD and its `seen_dates`, if already read. Dates of the last change are
    excluded: see `modified`.
    """
    objects = jsonld.objects(parsed.tree) if objects is None else objects
    seen = seen_dates(parsed, now=now) if seen is None else seen
    words = {
        "json-ld": stated_in_json(objects, parsed, url),
        "meta": stated_in_meta(parsed),
        "time": [one.text for one in seen if one.origin == "time" and not one.is_update],
        "visible": [one.text for one in seen if one.origin == "visible" and not one.is_update],
        (hint.origin if hint else "feed"): [hint.published] if hint and hint.published else [],
        "http": [headers["last-modified"]] if headers.get("last-modified") else [],
    }
    order = numeric_order(parsed.tree)
    found = [one for origin, texts in words.items() for one in _read(origin, texts, now, timezone, order)]
    found += [DateEvidence(origin="url", text=text[:MAX_TEXT], iso=iso) for text, iso in dates_in_address(url)]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: ORIGINS.index(one.origin)))


def _read(
    origin: str, texts: Iterable[str], now: datetime, timezone: str | None, order: NumericOrder
) -> Iterator[DateEvidence]:
    texts = dict.fromkeys(_SPACES.sub(" ", text).strip() for text in texts)
    for text in list(texts)[:MAX_OF_A_KIND]:
        # The zone is not filled in here: evidence keeps what was stated. It only says which day "أمس" is.
        words = in_day_first_order(text, order)
        found = parse_date(words, now=_local(now, timezone)) if words else None
        yield DateEvidence(origin=origin, text=text[:MAX_TEXT], iso=found.isoformat() if found else None)


def _local(now: datetime, timezone: str | None) -> datetime:
    return now.astimezone(ZoneInfo(timezone)) if timezone and now.tzinfo else now


def modified(
    parsed: ParsedPage,
    *,
    now: datetime,
    timezone: str | None,
    url: str = "",
    dates: tuple[DateEvidence, ...] = (),
    objects: list[jsonld.Object] | None = None,
    seen: Sequence[VisibleDate] | None = None,
) -> datetime | None:
    """Return when the page says that it was last changed, in UTC.

    None where it does not say so to the minute and with a zone.

    `dates` is what `gather` found: where it shows that the page's "Z" is local time, it is so here too.
    """
    objects = jsonld.objects(parsed.tree) if objects is None else objects
    texts = [*stated_in_json(objects, parsed, url, modified=True), *stated_in_meta(parsed, modified=True)]
    texts += [one.text for one in (seen_dates(parsed, now=now) if seen is None else seen) if one.is_update]
    is_local = has_false_utc(dates, now=now)
    for text in texts:
        found = parse_date(text, now=now, timezone=timezone)
        if isinstance(found, datetime) and is_local and found.utcoffset() == timedelta():
            found = found.replace(tzinfo=ZoneInfo(timezone) if timezone else None)
        if isinstance(found, datetime) and found.tzinfo is not None and _is_possible(found, now):
            return datetime.fromtimestamp(found.timestamp(), UTC)
    return None


def _is_possible(found: datetime, now: datetime) -> bool:
    limit = now if now.tzinfo else now.replace(tzinfo=UTC)
    return found.year >= 1990 and (found - limit).total_seconds() < 36 * 3600
