"""FaultyPress: newspapers on loopback of whose pages one in a hundred has each of the faults."""

import asyncio
import gzip
import threading
from collections import Counter
from typing import Self

from tests.support.loopback import article

HTML = "Content-Type: text/html; charset=utf-8\r\n"
#: Faults of a page's first answer alone: the second is the article.
PASSING = ("reset", "closed", "short", "truncated", "http 500", "http 503", "hanging")
#: Faults that stay: there is no article to be had.
LASTING = ("http 404", "http 410", "pdf", "bomb", "circle", "many headers", "too large")
FAULTS = PASSING + LASTING


class FaultyPress:
    """Newspapers of so many pages each. A context manager."""

    def __init__(self, hosts: int, *, pages: int) -> None:
        self.hosts = [f"127.0.10.{number + 1}" for number in range(hosts)]
        self.pages = pages
        self.asked: Counter[str] = Counter()
        self.port = 0
        self._servers: list[asyncio.Server] = []

    @staticmethod
    def fault(number: int) -> str:
        """The fault of a page; "" for 100 - len(FAULTS) pages of a hundred."""
        return FAULTS[number % 100] if number % 100 < len(FAULTS) else ""

    def urls(self, *faults: str) -> set[str]:
        """The pages that have one of these faults."""
        numbers = [number for number in range(self.pages) if self.fault(number) in faults]
        return {f"http://{host}:{self.port}/news/{number}" for host in self.hosts for number in numbers}

    def source_toml(self, host: str) -> str:
        base = f"http://{host}:{self.port}"
        return (
            f'name_ar = "صحيفة"\nname_en = "{host}"\ncountry = "JO"\ntimezone = "Asia/Amman"\nhome = "{base}/"\n'
            f'article_url = "/news/"\ndelay_s = 0\nconcurrency = 2\n[[endpoint]]\nurl = "{base}/map.xml"\n'
            'kind = "sitemap"\n'
        )

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            line = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            await self._answer(writer, host, line.split()[1])
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, host: str, path: str) -> None:
        self.asked[f"{host}{path}"] += 1
        if path == "/map.xml":
            places = "".join(f"<url><loc>http://{host}:{self.port}/news/{n}</loc></url>" for n in range(self.pages))
            writer.write(_answer(f"<urlset>{places}</urlset>".encode(), "Content-Type: text/xml\r\n"))
        elif path.startswith("/news/"):
            number = int(path.rpartition("/")[2])
            fault = self.fault(number)
            if fault in PASSING and self.asked[f"{host}{path}"] > 1:
                fault = ""
            await _misbehave(writer, fault, path, article(f"خبر {host} رقم {number}"))
        else:
            writer.write(_answer(b"", "", "404 Not Found"))

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    async def _listen(self) -> None:
        for host in self.hosts:
            server = await asyncio.start_server(self._serve, host, self.port)
            self._servers.append(server)
            self.port = self.port or server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:  # requests that hang on purpose
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _answer(body: bytes, headers: str = HTML, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


async def _misbehave(writer: asyncio.StreamWriter, fault: str, path: str, body: bytes) -> None:
    whole = _answer(body)
    match fault:
        case "reset":
            writer.transport.abort()
        case "closed":
            pass
        case "short":
            writer.write(whole[: len(whole) // 2])
        case "truncated":
            writer.write(_answer(gzip.compress(body)[:-30], HTML + "Content-Encoding: gzip\r\n"))
        case "hanging":
            await asyncio.sleep(8)
        case "http 503":
            writer.write(_answer(b"", "Retry-After: 1\r\n", "503 Busy"))
        case "http 500" | "http 404" | "http 410":
            writer.write(_answer(b"", HTML, f"{fault[5:]} X"))
        case "pdf":
            writer.write(_answer(b"%PDF-1.7\n" + bytes(range(256)) * 20))
        case "bomb":
            writer.write(_answer(b"<html><body>" + b"<b>x" * 20_000))
        case "circle":
            writer.write(_answer(b"", f"Location: {path}\r\n", "302 Found"))
        case "many headers":
            writer.write(_answer(body, HTML + "".join(f"X-{n}: {'y' * 60}\r\n" for n in range(6_000))))
        case "too large":
            writer.write(_answer(b"<html>" + b"x" * 10_500_000))
        case _:
            writer.write(whole)
