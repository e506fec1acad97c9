"""Press: any number of tiny newspapers, each on a loopback address of its own, that remember when they were asked.

All are answered by one loop in one thread, so that a test on two cores leaves them to the crawlers.
"""

import asyncio
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from crawler.sources.source import Source, parse
from tests.support.loopback import word_of


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came. `at`: seconds of the monotonic clock."""

    at: float
    host: str
    path: str


class Press:
    """Newspapers on these addresses. A context manager."""

    def __init__(self, hosts: Iterable[str], *, articles: int) -> None:
        self.hosts = list(hosts)
        self.articles = articles
        self.asked: list[Asked] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def source(self, host: str, key: str, *, delay_s: float) -> Source:
        """A newspaper of its own, also where another one stands on the same address."""
        base = f"http://{host}:{self.port}/{key}"
        return parse(
            f'name_ar = "صحيفة {key}"\nname_en = "{key}"\ncountry = "JO"\ntimezone = "Asia/Amman"\nhome = "{base}/"\n'
            f"article_url = '/{key}/article/'\ndelay_s = {delay_s}\n[[endpoint]]\nurl = \"{base}/feed.xml\"\nkind = \"feed\"\n",  # noqa: E501  one value
            path=f"{key}.toml",
        )  # fmt: skip

    def by_host(self) -> dict[str, list[Asked]]:
        """What each address was asked for, in order."""
        return {host: [one for one in self.asked if one.host == host] for host in self.hosts}

    def gaps(self) -> list[float]:
        """Seconds between the turns at one host: its robots.txt and the page that it was asked for are one turn."""
        return [
            second.at - first.at
            for asked in self.by_host().values()
            for first, second in pairwise(asked)
            if first.path != "/robots.txt" or second.path == "/robots.txt"
        ]

    def _answer(self, path: str) -> tuple[int, str, bytes]:
        key, _, rest = path.strip("/").partition("/")
        if rest == "feed.xml":
            return 200, "application/rss+xml", self._feed(key).encode()
        if rest.startswith("article/"):
            return 200, "text/html; charset=utf-8", _article(f"خبر {key} رقم {rest[8:]}").encode()
        return 404, "text/plain", b""

    def _feed(self, key: str) -> str:
        items = "".join(
            f"<item><title>خبر {key} رقم {number}</title><link>article/{number}</link></item>"
            for number in range(self.articles)
        )
        return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{key}</title>{items}</channel></rss>'  # noqa: E501  a template

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while line := (await reader.readline()).decode("latin-1"):
                path = line.split()[1]
                self.asked.append(Asked(time.monotonic(), host, path))
                while (await reader.readline()).strip():
                    pass
                status, kind, body = self._answer(path)
                writer.write(
                    f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass  # its worker was killed, or the test is over
        finally:
            writer.close()

    async def _start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, self.hosts[:1], 0)
        self.port = server.sockets[0].getsockname()[1]
        self._others = await asyncio.start_server(self._serve, self.hosts[1:], self.port) if self.hosts[1:] else None
        return server

    async def _stop(self) -> None:
        for server in filter(None, (self._server, self._others)):
            server.close()
        current = asyncio.current_task()
        for task in asyncio.all_tasks():
            if task is not current:
                task.cancel()

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _article(title: str) -> str:
    """A page that shares no line with another: nothing of it is learned as the newspaper's furniture."""
    lines = (" ".join(word_of(f"{title} {line} {word}") for word in range(12)) for line in range(5))
    body = "".join(f"<p>قال {line}.</p>" for line in lines)
    return (
        f"<!doctype html><html lang='ar' dir='rtl'><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta property='og:type' content='article'></head><body><article><h1>{title}</h1>{body}</article></body></html>"  # noqa: E501  a template
    )
