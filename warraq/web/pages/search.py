"""Search page: matches with highlighted words, and facets by newspaper, month and kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from storage.archive import Archive
from storage.errors import StorageError
from storage.search.base import Hit
from storage.search.cards import Card
from storage.search.explain import Explanation
from storage.search.facet_counts import FACET_SAMPLE, FacetCounts
from storage.search.query import QueryError
from warraq.known_values import UnknownValueError
from warraq.web.filters import Filters
from warraq.web.known_filters import refuse_unknown_values
from warraq.web.lists import Cursor, CursorError, ListPage, hits
from warraq.web.room import room_of
from warraq.web.templating import render, stream

FacetName = Literal["source", "month", "kind", "language"]
#: Articles per page.
SIZE = 20
#: Maximum number of values per facet.
_MAX_FACET_VALUES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A field by which a search can be narrowed."""

    name: FacetName
    #: (value, number of articles, URL that toggles the value, whether it is selected).
    values: tuple[tuple[str, int, str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """What a search found; empty, with a message, if it took too long."""

    page: ListPage[tuple[Hit, Card]]
    number: int = 0
    facets: Sequence[Facet] = ()
    #: Newest matches that the facets count, and whether there are more.
    counted: int = 0
    is_partial: bool = False
    #: Why nothing was found.
    why: Explanation | None = None
    #: URL of the next page.
    following: str | None = None
    error: str | None = None


def search(request: Request) -> Response:
    """Render the page. Its head is sent before the search is done."""
    room = room_of(request)
    filters = Filters.read(request.query_params)
    try:
        refuse_unknown_values(room, filters)
        after = Cursor.read(request.query_params.get("after", ""))
    except (QueryError, CursorError, UnknownValueError) as error:
        return render(request, "search.html", status=400, filters=filters, error=str(error), flush="")
    results = partial(_results, room.archive, filters, after)
    return stream(request, "search.html", filters=filters, error=None, results=results)


def _results(archive: Archive, filters: Filters, after: Cursor | None) -> SearchResults:
    query = filters.query()
    try:
        page = hits(archive, filters, size=SIZE, after=after)
        number = archive.count(query)
        found = archive.facet_counts(query)
        return SearchResults(
            page=page,
            number=number,
            facets=_facets(found, filters),
            counted=found.counted,
            is_partial=number > found.counted == FACET_SAMPLE,
            why=archive.explain(query) if not number and not filters.is_empty else None,
            following=filters.url("/search", after=page.next.written()) if page.next else None,
        )
    except (QueryError, StorageError) as error:
        return SearchResults(page=ListPage((), None), error=str(error))


def _facets(found: FacetCounts, filters: Filters) -> list[Facet]:
    by_name: dict[FacetName, Mapping[str, int]] = {
        "source": found.sources,
        "kind": found.kinds,
        "language": found.languages,
    }
    facets = [
        Facet(
            name=name,
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
