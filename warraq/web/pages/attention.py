"""Attention page: several queries as lines over time, as counts or as shares of all articles."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from storage.search.query import QueryError
from warraq.known_values import UnknownValueError
from warraq.web.attention import STEPS, Attention
from warraq.web.attention import attention as counted
from warraq.web.charts.lines import LineChart, Series, line_chart
from warraq.web.filters import Filters
from warraq.web.known_filters import refuse_unknown_query
from warraq.web.room import room_of
from warraq.web.templating import language_of_request, render

#: Maximum number of queries to compare.
_MAX_QUERIES = 4


def attention(request: Request) -> Response:
    """Render the page."""
    room, params = room_of(request), request.query_params
    filters = Filters.read(params)
    words = [word.strip() for word in params.getlist("q") if word.strip()][:_MAX_QUERIES]
    step = next((one for one in STEPS if one == params.get("step")), None)
    by_share = params.get("as") == "share"
    base = replace(filters, q="")

    def page(*, found: Attention | None = None, chart: LineChart | None = None, error: str | None = None) -> Response:
        return render(
            request,
            "attention.html",
            status=400 if error else 200,
            filters=base,
            words=words,
            steps=STEPS,
            chosen_step=step,
            by_share=by_share,
            found=found,
            chart=chart,
            error=error,
        )

    if not words:
        return page()
    try:
        queries = [replace(filters, q=word).query() for word in words]
        for query in (*queries, base.query()):
            refuse_unknown_query(room, query)
        found = counted(room.days, queries, base.query(), step=step)
    except (QueryError, UnknownValueError) as error:
        return page(error=str(error))
    chart = _chart(found, words, by_share=by_share, right_to_left=language_of_request(request) == "ar")
    return page(found=found, chart=chart)


def _chart(found: Attention, words: list[str], *, by_share: bool, right_to_left: bool) -> LineChart | None:
    if not found.starts:
        return None
    lines = [
        Series(word, found.shares(place) if by_share else found.numbers[place]) for place, word in enumerate(words)
    ]
    length = {"day": 10, "week": 10, "month": 7, "year": 4}[found.step]
    names = [day.isoformat()[:length] for day in found.starts]
    return line_chart(lines, names, right_to_left=right_to_left, percent=by_share)
