"""The web application: pages, static files and security middleware."""

from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ExceptionHandler, Scope

from storage.errors import NotFoundError, StorageError, WarraqError
from warraq.web import pages
from warraq.web.api import routes as api
from warraq.web.api.answers import problem
from warraq.web.feeds import routes as feeds
from warraq.web.room import Room
from warraq.web.security.headers import SecurityHeaders, page_policy
from warraq.web.security.hosts import AllowedHosts, HostGuard
from warraq.web.security.token import TokenGuard
from warraq.web.templating import FOLDER, render

STATIC = FOLDER / "static"


class _Static(StaticFiles):
    """Static files with ETag revalidation: browsers check for changes before each use."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_font = Path(path).suffix == ".woff2"
        response.headers["cache-control"] = f"public, max-age={86_400 * 30 if is_font else 300}"
        return response


def create_app(
    room: Room,
    *,
    allowed: AllowedHosts = AllowedHosts(),  # noqa: B008  a frozen value
    token: str | None = None,
) -> Starlette:
    """Create the reading room's application for one archive.

    Args:
        allowed: host names that requests may use.
        token: secret that each reader must send; None: no token is required.
    """
    app = Starlette(
        routes=[
            *pages.routes(),
            *api.routes(),
            *feeds.routes(),
            Mount("/static", _Static(directory=STATIC), name="static"),
        ],
        middleware=[
            Middleware(SecurityHeaders, policy=page_policy(room.replay_port)),
            Middleware(HostGuard, allowed=allowed),
            Middleware(TokenGuard, token=token),
        ],
        exception_handlers=_HANDLERS,
    )
    app.state.room = room
    return app


def _not_found(request: Request, error: Exception) -> Response:
    title = str(error) if isinstance(error, NotFoundError) else "there is no such page"
    return render(request, "problem.html", status=404, title=title)


def _http(request: Request, error: Exception) -> Response:
    if request.url.path.startswith(("/api/", "/feed/", "/export/")):
        status = error.status_code if isinstance(error, HTTPException) else 500
        return problem(status, error.detail if isinstance(error, HTTPException) else "")
    if not isinstance(error, HTTPException) or error.status_code == 404:
        return _not_found(request, error)
    return render(request, "problem.html", status=error.status_code, title=error.detail)


def _warraq(request: Request, error: Exception) -> Response:
    status = 503 if isinstance(error, StorageError) else 400
    return render(request, "problem.html", status=status, title=str(error))


_HANDLERS: Mapping[int | type[Exception], ExceptionHandler] = {
    NotFoundError: _not_found,
    HTTPException: _http,
    WarraqError: _warraq,
}
