"""Site: a web server on loopback whose every answer a test sets, and that remembers what it was asked."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self

from crawler.sources.source import Endpoint, Source

PARAGRAPH = (
    "أعلنت بلدية المنارة اليوم بدء العمل في توسعة الجسر القديم على أن ينتهي العمل فيه خلال عام واحد كما قال رئيسها."
)


def article(title: str = "بدء توسعة الجسر القديم", *, paragraphs: int = 6) -> bytes:
    """A page that is surely an article."""
    # No line stands in two articles: what does is learned as the newspaper's furniture and cleaned away.
    body = "".join(f"<p>{PARAGRAPH} {word_of(f'{title}{number}')}</p>" for number in range(paragraphs))
    return (
        f"<!doctype html><html lang='ar' dir='rtl'><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta property='og:type' content='article'></head><body><article><h1>{title}</h1>{body}</article></body></html>"  # noqa: E501  a template
    ).encode()


def word_of(text: str) -> str:
    """An invented word of ten letters, another for every text."""
    digest = hashlib.sha256(text.encode()).digest()
    return "".join("ابتثجحخدرزسشصضطعفقكلمنهوي"[byte % 25] for byte in digest[:10])


@dataclass(frozen=True)
class Reply:
    """One answer."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    #: Seconds before it is sent.
    wait: float = 0.0


@dataclass(frozen=True)
class Seen:
    """One request as it came."""

    at: float
    path: str
    headers: dict[str, str]


class Site:
    """A server on its own address (127.0.0.N), so that hosts can be told apart. A context manager."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.routes: dict[str, Reply | Callable[[Any], None]] = {}
        self.seen: list[Seen] = []
        self.most_at_once = 0
        self._now = 0
        self._lock = Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.host, self.port = host, self._server.server_address[1]

    @property
    def base(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [one.path for one in self.seen]

    def at(self, path: str) -> list[float]:
        """When a path was asked for."""
        return [one.at for one in self.seen if one.path == path]

    def _answer(self, handler: Any) -> None:
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            self.seen.append(Seen(time.monotonic(), handler.path, {k.lower(): v for k, v in handler.headers.items()}))
        try:
            reply = self.routes.get(handler.path, Reply(status=404))
            if callable(reply):
                handler.close_connection = True
                reply(handler)
                return
            time.sleep(reply.wait)
            handler.send_response(reply.status)
            for name, value in {"Content-Type": "text/html", **reply.headers}.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(reply.body)))
            handler.end_headers()
            handler.wfile.write(reply.body)
        except OSError:
            handler.close_connection = True
        finally:
            with self._lock:
                self._now -= 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def source(site: Site, **given: Any) -> Source:
    """The newspaper of a site, announced by its feed; `given`: what it has otherwise."""
    values: dict[str, Any] = {
        "key": "jarida",
        "name_ar": "الجريدة",
        "name_en": "Al Jarida",
        "country": "MA",
        "timezone": "Africa/Casablanca",
        "home": f"{site.base}/",
        "article_url": r"/news/",
        "delay_s": 0.0,
        "endpoint": (Endpoint(url=f"{site.base}/feed", kind="feed"),),
    }
    return Source(**{**values, **given})
