"""Today page: the newest articles by day and hour, grouped by story."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from storage.model.time_zones import known_zone
from storage.search.cards import Card
from storage.search.query import QueryError
from storage.statistics.source_summaries import SourceSummary
from warraq.known_values import UnknownValueError
from warraq.web.filters import Filters
from warraq.web.known_filters import refuse_unknown_values
from warraq.web.lists import Cursor, CursorError, cards
from warraq.web.room import room_of
from warraq.web.templating import render

#: Articles per page.
SIZE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayItem:
    """One line of the page: an article with its near-duplicates."""

    first: Card
    others: tuple[Card, ...] = ()
    #: Publication date in the newspaper's time zone, at the known precision.
    at: datetime
    has_time: bool

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the other newspapers that published the story, each once."""
        keys = (card.source for card in self.others if card.source and card.source != self.first.source)
        return tuple(dict.fromkeys(keys))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfItems:
    """The items of one day, by hour; items without a time of day come last."""

    day: date
    hours: Sequence[tuple[int | None, Sequence[TodayItem]]]


def today(request: Request) -> Response:
    """Render the page."""
    room = room_of(request)
    filters = Filters.read(request.query_params)
    try:
        refuse_unknown_values(room, filters)
        page = cards(room.archive, filters, size=SIZE, after=Cursor.read(request.query_params.get("after", "")))
    except (QueryError, CursorError, UnknownValueError) as error:
        return render(request, "problem.html", status=400, title=str(error), filters=filters)
    items = list(_items(page.items, room.sources()))
    lead = _lead(items) if page.offset == 0 else []
    rest = [item for item in items if item not in lead]
    return render(
        request,
        "today.html",
        filters=filters,
        lead=lead,
        days=list(_days(rest)),
        page=page,
        following=filters.url("/", after=page.next.written()) if page.next else None,
    )


def _items(found: Iterable[Card], sources: Mapping[str, SourceSummary]) -> Iterator[TodayItem]:
    stories: dict[int, list[Card]] = {}
    for card in found:
        stories.setdefault(card.story, []).append(card)
    for group in stories.values():
        # The list shows the newest article of a story; the story page shows who was first.
        first, *others = group
        yield TodayItem(first=first, others=tuple(others), at=_moment(first, sources), has_time=_has_time(first))


def _has_time(card: Card) -> bool:
    return card.published is not None and len(card.published) > 10


def _moment(card: Card, sources: Mapping[str, SourceSummary]) -> datetime:
    """Return the stated publication time, or the time the article was first seen, in the newspaper's time zone."""
    if card.published is not None:
        return datetime.fromisoformat(card.published).replace(tzinfo=None)
    source = sources.get(card.source or "")
    zone = known_zone(source.timezone) if source else None
    return card.first_seen_at.astimezone(zone or UTC).replace(tzinfo=None)


def _lead(items: Sequence[TodayItem]) -> list[TodayItem]:
    """Return three items for the top: stories by number of newspapers, then the newest articles with text."""
    ranked = sorted(items[: SIZE // 2], key=lambda item: -len(item.sources))
    return [item for item in ranked if item.first.lead.strip()][:3]


def _days(items: Sequence[TodayItem]) -> Iterator[DayOfItems]:
    ordered = sorted(items, key=lambda item: (item.at.date(), item.has_time, item.at), reverse=True)
    for day, of_day in groupby(ordered, key=lambda item: item.at.date()):
        hours = groupby(of_day, key=lambda item: item.at.hour if item.has_time else None)
        yield DayOfItems(day=day, hours=[(hour, list(of_hour)) for hour, of_hour in hours])
