"""The routes of feeds and exports."""

from collections.abc import Callable, Iterator
from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from storage.errors import NotFoundError, WarraqError
from storage.export.columns import to_json
from storage.export.feeds.article_feed import FeedHead, atom, json_feed
from storage.export.feeds.change_feed import write_feed
from storage.export.formats import FORMATS, Options
from warraq.records.change_records import edit_record
from warraq.web.api.answers import answer, problem_of, tagged
from warraq.web.change_lists import changes
from warraq.web.filters import Filters
from warraq.web.known_filters import known_changes, known_filters
from warraq.web.lists import Cursor, cards
from warraq.web.room import room_of

#: Maximum number of entries in a feed, and of changes in an export.
_ENTRIES, _CHANGES = 100, 10_000
_BLOCK = 1 << 16


def routes() -> Iterator[Route]:
    """Return the routes of all feeds and exports."""
    for path, endpoint in (
        ("/feed/articles.atom", _articles_atom),
        ("/feed/articles.json", _articles_json),
        ("/feed/changes.atom", _changes_atom),
        ("/feed/changes.json", _changes_json),
        ("/export/changes.jsonl", _changes_export),
        ("/export/{format}", _export),
    ):
        yield Route(path, _with_problem_details(endpoint), methods=["GET"])


def _with_problem_details(endpoint: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Return errors as JSON problem details, because programs read these routes."""

    def guarded(request: Request) -> Response:
        try:
            return endpoint(request)
        except WarraqError as error:
            return problem_of(error)

    return guarded


def _home(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _articles_atom(request: Request) -> Response:
    room, filters = room_of(request), known_filters(request)
    page = cards(room.archive, filters, size=_ENTRIES)
    body = atom(page.items, _head(request, filters, "/feed/articles.atom"), now=room.clock())
    return tagged(request, body, media_type="application/atom+xml")


def _articles_json(request: Request) -> Response:
    room, filters = room_of(request), known_filters(request)
    page = cards(room.archive, filters, size=_ENTRIES, after=Cursor.read(request.query_params.get("after", "")))
    head = _head(request, filters, "/feed/articles.json", after=page.next)
    return answer(request, json_feed(page.items, head), media_type="application/feed+json")


def _head(request: Request, filters: Filters, path: str, *, after: Cursor | None = None) -> FeedHead:
    home, own = _home(request), filters.url(path)
    following = home + filters.url(path, after=after.written()) if after else None
    return FeedHead(title=_title(filters), subject=own, address=home + own, home=home, following=following)


def _title(filters: Filters) -> str:
    return " ".join(["Warraq", *(value for _, value in filters.pairs())])


def _changes_atom(request: Request) -> Response:
    room, filters = room_of(request), known_changes(request)
    body = BytesIO()
    page = changes(room.archive, filters, size=_ENTRIES)
    name = " ".join((*filters.kinds, *sorted(filters.sources)))
    write_feed(page.items, body, name=name, now=room.clock())
    return tagged(request, body.getvalue(), media_type="application/atom+xml")


def _changes_json(request: Request) -> Response:
    room, filters = room_of(request), known_changes(request)
    page = changes(room.archive, filters, size=_ENTRIES, after=Cursor.read(request.query_params.get("after", "")))
    return answer(
        request,
        {
            "items": [edit_record(edit) for edit in page.items],
            "next": filters.url("/feed/changes.json", after=page.next.written()) if page.next else None,
        },
    )


def _changes_export(request: Request) -> Response:
    room, filters = room_of(request), known_changes(request)
    found = room.exports.changes(since=filters.start, kinds=filters.kinds, sources=filters.sources, limit=_CHANGES)
    lines = (f"{to_json(edit_record(edit))}\n".encode() for edit in found)
    return StreamingResponse(lines, media_type="application/jsonl", headers=_download("changes.jsonl"))


def _export(request: Request) -> Response:
    name = request.path_params["format"]
    chosen = FORMATS.get(name)
    if chosen is None or chosen.write is None:
        files = ", ".join(one for one, other in FORMATS.items() if other.write)
        raise NotFoundError(f"there is no format {name[:40]!r} that is one file; there are {files}")
    room, filters = room_of(request), known_filters(request)
    file: BinaryIO = TemporaryFile()  # noqa: SIM115  closed once it was sent
    try:
        chosen.write(room.exports.find(filters.query()), file, Options(archive=room.exports))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    blocks = iter(lambda: file.read(_BLOCK), b"")
    return StreamingResponse(
        blocks,
        media_type="application/octet-stream",
        headers=_download(f"warraq{chosen.suffix}"),
        background=BackgroundTask(file.close),
    )


def _download(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
