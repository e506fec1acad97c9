"""Newspapers page: the health of each source. Page of one source: calendar, volume, learned boilerplate, TOML file."""

from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from crawler.sources.source import path_of
from storage.errors import NotFoundError
from storage.search.query import Query
from warraq.web.charts.heat import Heat, heat, quarters
from warraq.web.charts.lines import LineChart, Series, line_chart
from warraq.web.filters import Filters
from warraq.web.lists import cards
from warraq.web.room import Room, room_of
from warraq.web.templating import language_of_request, render

#: Days in the volume chart.
_VOLUME_DAYS = 90
#: Number of years in the heat map, newest last.
_YEARS = 3
#: Maximum number of learned blocks and of newest articles.
_BLOCKS, _NEWEST = 30, 12


def sources(request: Request) -> Response:
    """Render the list of newspapers, those with findings first."""
    room = room_of(request)
    diagnosis = room.diagnosis()
    return render(request, "sources.html", diagnosis=diagnosis, known=room.sources())


def source(request: Request) -> Response:
    """Render the page of one newspaper. Raises NotFoundError."""
    room = room_of(request)
    key: str = request.path_params["key"]
    known = room.sources().get(key)
    if known is None:
        raise NotFoundError(f"the archive knows no newspaper {key}")
    filters = Filters(many={"source": (key,)})
    days = room.archive.days(Query(sources=(key,)))
    right_to_left = language_of_request(request) == "ar"
    last = max(days, default=None)
    return render(
        request,
        "source.html",
        source=known,
        report=next((report for report in room.diagnosis().reports if report.source == key), None),
        newest=cards(room.archive, filters, size=_NEWEST).items,
        list_filters=filters,
        heats=_heats(days, right_to_left=right_to_left),
        steps=quarters(days),
        volume=_volume(days, last, right_to_left=right_to_left) if last else None,
        volume_days=[(day, days.get(day, 0)) for day in _last_days(last)] if last else [],
        blocks=room.archive.boilerplate.blocks(key)[:_BLOCKS],
        toml=_file(room, key),
    )


def _heats(days: dict[date, int], *, right_to_left: bool) -> list[Heat]:
    years = sorted({day.year for day in days}, reverse=True)[:_YEARS]
    return [heat(year, days, right_to_left=right_to_left) for year in years]


def _last_days(last: date) -> list[date]:
    return [last - timedelta(days=back) for back in range(_VOLUME_DAYS - 1, -1, -1)]


def _volume(days: dict[date, int], last: date, *, right_to_left: bool) -> LineChart:
    shown = _last_days(last)
    names = [day.isoformat() for day in shown]
    return line_chart([Series("", [days.get(day, 0) for day in shown])], names, right_to_left=right_to_left)


def _file(room: Room, key: str) -> str | None:
    """Return the text of the source's TOML file; None if the file no longer exists."""
    found = path_of(key, room.config.sources)
    try:
        return found.read_text(encoding="utf-8") if found else None
    except (OSError, UnicodeDecodeError):
        return None
