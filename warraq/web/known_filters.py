"""Filters whose values exist: a misspelt newspaper or kind is an error with a guess, not an empty list."""

from starlette.requests import Request

from storage.search.query import Query
from warraq.known_values import refuse_unknown, refuse_unknown_sources
from warraq.web.change_lists import ChangeFilters
from warraq.web.filters import Filters
from warraq.web.room import Room, room_of


def known_filters(request: Request) -> Filters:
    """Read a request's filters. Raises QueryError, UnknownValueError."""
    filters = Filters.read(request.query_params)
    refuse_unknown_values(room_of(request), filters)
    return filters


def refuse_unknown_values(room: Room, filters: Filters) -> None:
    """Raise UnknownValueError where the filters name a source, country, kind or language that there is not."""
    refuse_unknown_query(room, filters.query())


def refuse_unknown_query(room: Room, query: Query) -> None:
    """Raise the same for a query."""
    refuse_unknown(room.archive, query, room.config.sources)


def known_changes(request: Request) -> ChangeFilters:
    """Read the filters of a list of changes. Raises UnknownValueError where a source is none."""
    filters, room = ChangeFilters.read(request.query_params), room_of(request)
    refuse_unknown_sources(room.archive, filters.sources, room.config.sources)
    return filters
