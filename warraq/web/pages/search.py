"""Search page: matches with highlighted words, and facets by newspaper, month and kind."""

from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from storage.search.facet_counts import FACET_SAMPLE, FacetCounts
from storage.search.query import QueryError
from warraq.known_values import UnknownValueError
from warraq.web.filters import Filters
from warraq.web.known_filters import refuse_unknown_values
from warraq.web.lists import Cursor, CursorError, hits
from warraq.web.room import room_of
from warraq.web.templating import render

#: Articles per page.
SIZE = 20
#: Maximum number of values per facet.
_MAX_FACET_VALUES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A field by which a search can be narrowed."""

    name: Literal["source", "month", "kind", "language"]
    #: (value, number of articles, URL that toggles the value, whether it is selected).
    values: tuple[tuple[str, int, str, bool], ...]


def search(request: Request) -> Response:
    """Render the page."""
    room = room_of(request)
    filters = Filters.read(request.query_params)
    try:
        refuse_unknown_values(room, filters)
        after = Cursor.read(request.query_params.get("after", ""))
        page = hits(room.archive, filters, size=SIZE, after=after)
        number = room.archive.count(filters.query())
        found = room.archive.facet_counts(filters.query())
        why = room.archive.explain(filters.query()) if not number and not filters.is_empty else None
    except (QueryError, CursorError, UnknownValueError) as error:
        return render(request, "search.html", status=400, filters=filters, error=str(error))
    return render(
        request,
        "search.html",
        filters=filters,
        error=None,
        page=page,
        number=number,
        why=why,
        facets=_facets(found, filters),
        counted=found.counted,
        is_partial=number > found.counted == FACET_SAMPLE,
        following=filters.url("/search", after=page.next.written()) if page.next else None,
    )


def _facets(found: FacetCounts, filters: Filters) -> list[Facet]:
    by_name = {"source": found.sources, "kind": found.kinds, "language": found.languages}
    facets = [
        Facet(
            name=name,  # type: ignore[arg-type]  # keys of the table above
            values=tuple(
                (value, number, filters.toggled(name, value).url("/search"), value in filters.get(name))
                for value, number in list(counts.items())[:_MAX_FACET_VALUES]
            ),
        )
        for name, counts in by_name.items()
        if len(counts) > 1 or filters.get(name)
    ]
    months = tuple(
        (month, number, _in_month(filters, month).url("/search"), filters.since == filters.until == month)
        for month, number in list(found.months.items())[:_MAX_FACET_VALUES]
    )
    if len(months) > 1 or filters.since or filters.until:
        facets.insert(1, Facet(name="month", values=months))
    return facets


def _in_month(filters: Filters, month: str) -> Filters:
    if filters.since == filters.until == month:
        return filters.with_("since").with_("until")
    return filters.with_("since", month).with_("until", month)
