"""Receivers of alerts on loopback: a webhook whose answers a test sets, and a mail server."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass
class Webhook:
    """What a webhook received, and what it answers: statuses in order, the last one for ever."""

    port: int
    statuses: list[int] = field(default_factory=lambda: [200])
    received: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    #: While it is set, no request is answered.
    hangs: threading.Event = field(default_factory=threading.Event)
    #: Called with each request before it is answered.
    on_request: Callable[[], None] = lambda: None

    @property
    def target(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook/secret-token"

    @property
    def titles(self) -> list[str]:
        """Headlines of all matches received, in order."""
        return [match["title"] for one in self.received for match in one["matches"]]


@contextmanager
def webhook() -> Iterator[Webhook]:
    """A webhook on a free port."""
    freed = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hook.received.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            hook.headers.append({name.lower(): value for name, value in self.headers.items()})
            hook.on_request()
            if hook.hangs.is_set():
                freed.wait(30)
                return
            status = hook.statuses.pop(0) if len(hook.statuses) > 1 else hook.statuses[0]
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    hook = Webhook(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        freed.set()
        server.shutdown()
        server.server_close()


@dataclass
class Mailbox:
    """What a mail server received."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)

    @property
    def target(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=warraq@press.example&to=desk@press.example&mode=insecure"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server on a free port."""
    box = Mailbox(0)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", 0))
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
