"""Access token: required when the reading room is reachable from other machines."""

import hmac
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, QueryParams
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "warraq_token"
_UNAUTHORIZED = (
    "a token is needed: open the address that `warraq read` printed, or send `Authorization: Bearer TOKEN`\n"
)


def same(given: str, wanted: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())


class TokenGuard:
    """Middleware that requires the token: in a cookie, an Authorization header or the URL, which sets the cookie."""

    def __init__(self, app: ASGIApp, *, token: str | None) -> None:
        """`token`: None disables the check, for a server that only this machine can reach."""
        self.app = app
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self.token is None:
            await self.app(scope, receive, send)
            return
        given = QueryParams(scope["query_string"]).get("token")
        if given is not None and same(given, self.token) and scope["method"] == "GET":
            response = RedirectResponse(scope["path"] if not scope["path"].startswith("//") else "/", status_code=303)
            response.set_cookie(COOKIE, self.token, httponly=True, samesite="strict", path="/")
            await response(scope, receive, send)
        elif any(same(one, self.token) for one in _request_tokens(Headers(scope=scope))):
            await self.app(scope, receive, send)
        else:
            refused = PlainTextResponse(_UNAUTHORIZED, status_code=401, headers={"www-authenticate": "Bearer"})
            await refused(scope, receive, send)


def _request_tokens(headers: Headers) -> list[str]:
    """Return the tokens that a request carries."""
    held = []
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        held.append(token.strip())
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return held
    return held + ([cookies[COOKIE].value] if COOKIE in cookies else [])
