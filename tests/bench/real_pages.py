"""Crawl real newspaper pages from loopback: one address a newspaper, a feed made from its pages, their own paths.

usage: python -m tests.bench.real_pages [DATA_DIR] [--archive FOLDER]

DATA_DIR holds gold.json (name -> {"url", ...}) and NAME.html.gz. Crawls everything twice with `warraq crawl` and
prints, per newspaper, what was stored, what was refused and why; then what the second run did. Exit code 1 if a page is
lost or stored twice, or if the second run fetched a page again.
"""

import argparse
import asyncio
import contextlib
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
DATA = ROOT / ".." / "shared" / "corpus"

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{host}</title><link>{base}/</link>{items}</channel></rss>"""
SOURCE = """key = "{key}"
name_ar = "{host}"
name_en = "{host}"
country = "MA"
timezone = "Africa/Casablanca"
home = "{base}/"
article_url = "."
delay_s = 0.0

[[endpoint]]
url = "{base}/feed.xml"
kind = "feed"
"""


@dataclass
class Newspaper:
    """One host of the corpus, served from one loopback address."""

    host: str
    address: str
    pages: dict[str, bytes] = field(default_factory=dict)  # path with query -> body

    @property
    def key(self) -> str:
        return "n" + self.address.rsplit(".", 1)[1].zfill(3)

    def base(self, port: int) -> str:
        return f"http://{self.address}:{port}"

    def feed(self, port: int) -> bytes:
        links = (escape(self.base(port) + path) for path in self.pages)
        items = "".join(f"<item><link>{link}</link><guid>{link}</guid></item>" for link in links)
        return FEED.format(host=self.host, base=self.base(port), items=items).encode()


def newspapers(data: Path) -> list[Newspaper]:
    """The hosts of a corpus with their pages; a path that occurs twice in a host is told apart by a query."""
    gold = json.loads((data / "gold.json").read_text(encoding="utf-8"))
    by_host: dict[str, dict[str, bytes]] = defaultdict(dict)
    for name, entry in sorted(gold.items()):
        url = urlsplit(entry["url"])
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        pages = by_host[url.netloc]
        unique = path if path not in pages else f"{path}{'&' if '?' in path else '?'}page={name[:6]}"
        pages[unique] = gzip.decompress((data / f"{name.removesuffix('.html')}.html.gz").read_bytes())
    return [
        Newspaper(host=host, address=f"127.1.0.{number}", pages=pages)
        for number, (host, pages) in enumerate(sorted(by_host.items()), start=1)
    ]


class Press:
    """All newspapers behind one port, each on its own address; counts what is asked of it."""

    def __init__(self, papers: list[Newspaper]) -> None:
        self.papers = {paper.address: paper for paper in papers}
        self.asked: Counter[tuple[str, str, int]] = Counter()
        self.port = 0
        self._loop = asyncio.new_event_loop()

    @contextlib.contextmanager
    def serving(self) -> Iterator["Press"]:
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        yield self
        self._loop.call_soon_threadsafe(self._loop.stop)
        thread.join()

    async def _listen(self) -> None:
        first, *others = self.papers
        server = await asyncio.start_server(self._answer, first, 0)
        self.port = server.sockets[0].getsockname()[1]
        await asyncio.start_server(self._answer, others, self.port)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        paper = self.papers[writer.get_extra_info("sockname")[0]]
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                path = head[0].split(" ")[1]
                headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
                writer.write(self._response(paper, path, headers.get("if-none-match", "")))
                await writer.drain()
        writer.close()

    def _response(self, paper: Newspaper, path: str, known: str) -> bytes:
        body = paper.feed(self.port) if path == "/feed.xml" else paper.pages.get(path)
        status = "200 OK" if body is not None else "404 Not Found"
        etag = f'"{hashlib.sha1(body or b"").hexdigest()}"'
        if body is not None and etag == known:
            status, body = "304 Not Modified", b""
        kind = "application/rss+xml" if path == "/feed.xml" else "text/html; charset=utf-8"
        self.asked[paper.key, path, int(status[:3])] += 1
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body or b'')}\r\nETag: {etag}\r\n\r\n"
        )
        return head.encode("latin-1") + (body or b"")


def crawl(archive: Path, sources: Path, keys: list[str]) -> tuple[int, float]:
    """Run `warraq crawl` over all newspapers; exit code and seconds."""
    began = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "warraq",
        "crawl",
        *keys,
        "--archive",
        str(archive),
        "--sources",
        str(sources),
        "--allow-private",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        sys.exit(f"warraq crawl ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done.returncode, time.perf_counter() - began


def states(archive: Path) -> dict[str, Counter[str]]:
    """Per source: how many addresses ended in which state, with the reason where there is one."""
    from storage.archive import Archive

    found: dict[str, Counter[str]] = defaultdict(Counter)
    with Archive.open(archive, create=False) as opened:
        for line in opened.ledger():
            found[line.source or ""][f"{line.state}: {line.reason}" if line.reason else line.state] += line.number
        for source in opened.stats().sources:
            found[source.source or ""]["articles"] = source.articles
    return found


def report(press: Press, archive: Path) -> bool:
    """Print the ledger per newspaper; True if no page is lost and none is stored twice."""
    found, whole = states(archive), True
    print(f"{'newspaper':32} {'pages':>5} {'stored':>6}  refused and why")
    for paper in press.papers.values():
        ends = found[paper.key]
        stored = ends.pop("articles", 0)
        refused = {state: number for state, number in ends.items() if state not in ("done", "done: alias")}
        settled = stored + sum(number for state, number in refused.items() if not state.startswith("pending"))
        sound = settled == len(paper.pages)
        whole &= sound
        why = ", ".join(f"{number} {state}" for state, number in sorted(refused.items()))
        print(f"{paper.host:32.32} {len(paper.pages):5} {stored:6}  {why}{'' if sound else '  << LOST OR TWICE'}")
    return whole


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=DATA)
    parser.add_argument("--archive", type=Path)
    options = parser.parse_args()
    if not (options.data / "gold.json").exists():
        print(f"real_pages: no corpus in {options.data}; skipped")
        return 0
    with tempfile.TemporaryDirectory() as folder, Press(newspapers(options.data)).serving() as press:
        archive, sources = options.archive or Path(folder) / "archive", Path(folder) / "sources"
        sources.mkdir()
        for paper in press.papers.values():
            text = SOURCE.format(key=paper.key, host=paper.host, base=paper.base(press.port))
            (sources / f"{paper.key}.toml").write_text(text, encoding="utf-8")
        keys = [paper.key for paper in press.papers.values()]
        total = sum(len(paper.pages) for paper in press.papers.values())
        code, seconds = crawl(archive, sources, keys)
        whole = report(press, archive)
        twice = [
            asked
            for asked, number in press.asked.items()
            if number > 1 and asked[1] not in ("/feed.xml", "/robots.txt")
        ]
        print(
            f"\nfirst run: {total} pages of {len(keys)} newspapers in {seconds:.1f} s ({total / seconds:.1f} pages/s), exit code {code}"  # noqa: E501  one value
        )
        press.asked.clear()
        code, seconds = crawl(archive, sources, keys)
        again = sum(number for (_, path, _), number in press.asked.items() if path not in ("/feed.xml", "/robots.txt"))
        unchanged = sum(
            number for (_, path, status), number in press.asked.items() if path == "/feed.xml" and status == 304
        )
        print(
            f"second run: {again} pages fetched, {unchanged} of {len(keys)} feeds unchanged (304), {seconds:.1f} s, exit code {code}"  # noqa: E501  one value
        )
        print(f"pages asked for twice in the first run: {len(twice)}")
    return 0 if whole and not again and not twice else 1


if __name__ == "__main__":
    sys.exit(main())
