"""Changes page: silent edits and withdrawals, newest first, filtered by kind."""

from starlette.requests import Request
from starlette.responses import Response

from storage.search.query import QueryError
from warraq.known_values import UnknownValueError
from warraq.web.change_lists import changes as changes_page
from warraq.web.known_filters import known_changes
from warraq.web.lists import Cursor, CursorError
from warraq.web.room import room_of
from warraq.web.templating import render

#: Changes per page.
SIZE = 30


def changes(request: Request) -> Response:
    """Render the page."""
    room = room_of(request)
    try:
        filters = known_changes(request)
        page = changes_page(room.archive, filters, size=SIZE, after=Cursor.read(request.query_params.get("after", "")))
    except (QueryError, CursorError, UnknownValueError) as error:
        return render(request, "problem.html", status=400, title=str(error))
    return render(
        request,
        "changes.html",
        wanted=filters,
        page=page,
        following=filters.url("/changes", after=page.next.written()) if page.next else None,
    )
