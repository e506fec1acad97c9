"""Replay of stored pages as the server sent them, on a separate origin, without scripts, network access or forms."""

from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipelines.html.decode import decode
from pipelines.reextraction.archived_page import PageLostError, reextract_page
from storage.errors import NotFoundError
from storage.model.visit import Snapshot
from storage.warc import WarcError
from warraq.web.room import Room, room_of
from warraq.web.security.headers import SecurityHeaders, replay_policy
from warraq.web.security.hosts import AllowedHosts, HostGuard

#: Purpose of the signatures of replay addresses.
PURPOSE = "replay"
#: Validity of a replay URL in hours.
_VALID_HOURS = 12


def replay_path(room: Room, article: int, version: int) -> str:
    """Return the replay path of a version's page; it expires after some hours or when the server stops."""
    until = str(int(room.clock().timestamp()) + _VALID_HOURS * 3600)
    return f"/{article}/{version}/{until}/{room.signer.sign(PURPOSE, str(article), str(version), until)}"


def create_replay_app(room: Room, *, allowed: AllowedHosts, pages_port: int) -> Starlette:
    """Create the application of the replay origin. Access is granted by signed URLs, never by cookies."""
    policy = replay_policy(pages_port)
    app = Starlette(
        routes=[Route("/{article:int}/{version:int}/{until:int}/{signature}", _page, methods=["GET"])],
        middleware=[Middleware(SecurityHeaders, policy=policy, own=False), Middleware(HostGuard, allowed=allowed)],
    )
    app.state.room = room
    return app


def snapshot_of(room: Room, article: int, version: int) -> Snapshot:
    """Return the snapshot of a version. Raises NotFoundError if its page was not stored."""
    found = next((one for one in room.archive.versions(article) if one.number == version), None)
    if found is None or found.snapshot is None or found.snapshot.record is None:
        raise NotFoundError(f"the page of version {version} of article {article} was not kept")
    return found.snapshot


def _page(request: Request) -> Response:
    room, values = room_of(request), request.path_params
    article, version, until = values["article"], values["version"], values["until"]
    is_ours = room.signer.is_signed(values["signature"], PURPOSE, str(article), str(version), str(until))
    if not is_ours or datetime.fromtimestamp(min(until, 2**40), UTC) < room.clock():
        return PlainTextResponse("this URL has expired; open the page again from its article\n", status_code=403)
    try:
        snapshot = snapshot_of(room, article, version)
        page = reextract_page(room.archive.warc, snapshot)
    except (NotFoundError, PageLostError, WarcError) as error:
        return PlainTextResponse(f"{error}\n", status_code=404)
    # Pages of every charset are sent as UTF-8: browsers prefer the header to a charset declared in the page.
    return HTMLResponse(decode(page.body, page.headers).text)
