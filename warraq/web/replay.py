"""Replay: a kept page as the server sent it, from an origin of its own, without scripts, network or forms."""

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
#: Hours for which such an address leads to its page.
_HOURS = 12


def replay_path(room: Room, article: int, version: int) -> str:
    """The address of a version's page on the replay origin; it ends with this server, or after some hours."""
    until = str(int(room.clock().timestamp()) + _HOURS * 3600)
    return f"/{article}/{version}/{until}/{room.signer.sign(PURPOSE, str(article), str(version), until)}"


def create_replay_app(room: Room, *, allowed: AllowedHosts, pages_port: int) -> Starlette:
    """The application of the replay origin. It knows no cookie: an address that we signed is what lets in."""
    policy = replay_policy(pages_port)
    app = Starlette(
        routes=[Route("/{article:int}/{version:int}/{until:int}/{signature}", _page, methods=["GET"])],
        middleware=[Middleware(SecurityHeaders, policy=policy, own=False), Middleware(HostGuard, allowed=allowed)],
    )
    app.state.room = room
    return app


def snapshot_of(room: Room, article: int, version: int) -> Snapshot:
    """The fetch that a version was read from. Raises NotFoundError where its page was not kept."""
    found = next((one for one in room.archive.versions(article) if one.number == version), None)
    if found is None or found.snapshot is None or found.snapshot.record is None:
        raise NotFoundError(f"the page of version {version} of article {article} was not kept")
    return found.snapshot


def _page(request: Request) -> Response:
    room, values = room_of(request), request.path_params
    article, version, until = values["article"], values["version"], values["until"]
    is_ours = room.signer.is_signed(values["signature"], PURPOSE, str(article), str(version), str(until))
    if not is_ours or datetime.fromtimestamp(min(until, 2**40), UTC) < room.clock():
        return PlainTextResponse("this address has run out; open the page again from its article\n", status_code=403)
    try:
        snapshot = snapshot_of(room, article, version)
        page = reextract_page(room.archive.warc, snapshot)
    except (NotFoundError, PageLostError, WarcError) as error:
        return PlainTextResponse(f"{error}\n", status_code=404)
    # Whatever its charset was, it is sent as UTF-8: the header counts more than what the page says of itself.
    return HTMLResponse(decode(page.body, page.headers).text)
