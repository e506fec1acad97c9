"""Checks of Host and Origin headers, against DNS rebinding and cross-site forms."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedHosts:
    """Host names that requests may use."""

    #: In addition to these, any IP address is allowed: only names can be rebound.
    names: frozenset[str] = frozenset()
    #: False: loopback only, in any notation.
    beyond_loopback: bool = False

    def allow(self, host: str) -> bool:
        """Whether a Host header may name this server."""
        name = urlsplit(f"//{host}").hostname or ""
        if name == "localhost" or name in self.names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self.beyond_loopback or address.is_loopback


class HostGuard:
    """Middleware that rejects unknown hosts, and state-changing requests from other origins."""

    def __init__(self, app: ASGIApp, *, allowed: AllowedHosts) -> None:
        self.app = app
        self.allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(Headers(scope=scope), scope["method"])
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            code, words = refusal
            await PlainTextResponse(words, status_code=code)(scope, receive, send)

    def _refusal(self, headers: Headers, method: str) -> tuple[int, str] | None:
        try:
            if not self.allowed.allow(headers.get("host", "")):
                return 421, "this server is not known by that name; start it with --allow-host NAME\n"
        except ValueError:
            return 400, "the Host header cannot be read\n"
        if method in _SAFE_METHODS:
            return None
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "this form was sent by another site\n"
        origin = headers.get("origin")
        if origin is None or urlsplit(origin).netloc != headers.get("host", ""):
            return 403, "this form was sent by another site\n"
        return None
