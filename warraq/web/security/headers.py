"""Security headers of every response. Content of a stored page or text cannot load, run or frame anything."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: A host name or IP address that is valid in a Content-Security-Policy.
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")

#: Function from the request's host, without port, to a Content-Security-Policy.
Policy = Callable[[str], str]


def page_policy(replay_port: int | None) -> Policy:
    """Content-Security-Policy of the reading room: only files of its own origin; frames only from the replay port."""

    def policy(host: str) -> str:
        frames = f"http://{host}:{replay_port}" if replay_port and host else "'none'"
        return (
            "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; "
            f"connect-src 'self'; form-action 'self'; frame-src {frames}; frame-ancestors 'none'; base-uri 'none'"
        )

    return policy


def replay_policy(pages_port: int) -> Policy:
    """Content-Security-Policy of a replayed page: its own inline styles, no script, no network, no form, no origin."""

    def policy(host: str) -> str:
        frame = f"http://{host}:{pages_port}" if host else "'none'"
        return (
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
            f"form-action 'none'; base-uri 'none'; frame-ancestors {frame}"
        )

    return policy


def host_of(headers: Headers) -> str:
    """Return the request's host without its port; "" if it is missing or invalid."""
    try:
        name = urlsplit(f"//{headers.get('host', '')}").netloc.rpartition("@")[2]
    except ValueError:
        return ""
    host = name.rpartition(":")[0] if re.search(r":\d*$", name) else name
    return host if _HOST.fullmatch(host) else ""


COMMON = {
    "x-content-type-options": "nosniff",
    # With "no-referrer", browsers would send `Origin: null` with the reading room's own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}


class SecurityHeaders:
    """Middleware that adds the headers to every response, including errors."""

    def __init__(self, app: ASGIApp, *, policy: Policy, own: bool = True) -> None:
        """`own`: True for the reading room's pages, which other sites may not load; False for replayed pages."""
        self.app = app
        self.policy = policy
        self.headers = dict(COMMON)
        if own:
            self.headers |= {"x-frame-options": "DENY", "cross-origin-resource-policy": "same-origin"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        policy = self.policy(host_of(Headers(scope=scope)))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = policy
                for name, value in self.headers.items():
                    headers[name] = value
                if "cache-control" not in headers:
                    headers["cache-control"] = "private, no-cache"
            await send(message)

        await self.app(scope, receive, send_with_headers)
