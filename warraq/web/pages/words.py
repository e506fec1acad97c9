"""Words page: the words that mark a query against the rest of the archive, as a table."""

from starlette.requests import Request
from starlette.responses import Response

from storage.search.query import QueryError
from warraq.known_values import UnknownValueError
from warraq.web.filters import Filters
from warraq.web.known_filters import refuse_unknown_values
from warraq.web.room import room_of
from warraq.web.templating import render


def words(request: Request) -> Response:
    """Render the page."""
    room = room_of(request)
    filters = Filters.read(request.query_params)
    if filters.is_empty:
        return render(request, "words.html", filters=filters, found=None, error=None)
    try:
        refuse_unknown_values(room, filters)
        found = room.archive.marking_words(filters.query(), room.word_spread())
    except (QueryError, UnknownValueError) as error:
        return render(request, "words.html", status=400, filters=filters, found=None, error=str(error))
    return render(request, "words.html", filters=filters, found=found, error=None)
