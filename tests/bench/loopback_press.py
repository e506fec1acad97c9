"""Newspapers of real pages for benches: 20 loopback hosts in a server process of their own.

`pages` takes the shared corpus where it lies next to the checkout, else the golden pages of this project.
"""

import contextlib
import gzip
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

from tests.bench.real_pages import SOURCE, Newspaper, Press

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / ".." / "shared" / "corpus2"
GOLDEN = ROOT / "tests" / "golden"
HOSTS = 20


def pages(number: int, corpus: Path = CORPUS) -> tuple[list[bytes], str]:
    """So many pages, and where they come from. A page that is needed twice is told apart by a comment at its end."""
    files = sorted(corpus.glob("*.html.gz"))
    name = "pages of the shared corpus"
    if not files:
        files, name = sorted(GOLDEN.glob("**/*.html.gz")) + sorted(GOLDEN.glob("**/*.html")), "golden pages"
    real = [gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() for file in files]
    found = [
        page + (f"\n<!-- copy {place // len(real)} -->".encode() if place >= len(real) else b"")
        for place, page in ((place, real[place % len(real)]) for place in range(number))
    ]
    return found, f"{min(number, len(real))} {name}" + (f", served as {number}" if number > len(real) else "")


def newspapers(bodies: Sequence[bytes]) -> list[Newspaper]:
    """The pages, dealt out over `HOSTS` loopback addresses."""
    papers = [Newspaper(host=f"paper {n}", address=f"127.2.0.{n}") for n in range(1, HOSTS + 1)]
    for number, body in enumerate(bodies):
        papers[number % HOSTS].pages[f"/news/{number}.html"] = body
    return papers


@dataclass(frozen=True)
class PressProcess:
    """A running server. `port`: of all its addresses; `pid`: its process."""

    papers: list[Newspaper]
    port: int
    pid: int
    _pipe: Connection

    @classmethod
    @contextlib.contextmanager
    def serving(cls, papers: list[Newspaper]) -> Iterator[Self]:
        """Start the server; it ends with the block."""
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("fork").Process(target=_serve, args=(papers, theirs), daemon=True)
        process.start()
        try:
            assert process.pid is not None
            yield cls(papers=papers, port=ours.recv(), pid=process.pid, _pipe=ours)
        finally:
            process.terminate()
            process.join()

    def urls(self) -> list[str]:
        """The addresses of all pages, one newspaper after the other's."""
        return [paper.base(self.port) + path for paper in self.papers for path in paper.pages]

    def begin(self) -> None:
        """Forget what was asked for so far."""
        self._pipe.send("begin")
        self._pipe.recv()

    def first_request(self) -> float:
        """Monotonic time of the first request since `begin`, of whatever address."""
        self._pipe.send("first")
        first: float = self._pipe.recv()
        return first

    def write_sources(self, folder: Path) -> list[str]:
        """A source file for each newspaper; their keys."""
        folder.mkdir(exist_ok=True)
        for paper in self.papers:
            text = SOURCE.format(key=paper.key, host=paper.host, base=paper.base(self.port))
            (folder / f"{paper.key}.toml").write_text(text, encoding="utf-8")
        return [paper.key for paper in self.papers]


class _TimedPress(Press):
    first: float | None = None

    def _response(self, paper: Newspaper, path: str, known: str) -> bytes:
        self.first = self.first or time.monotonic()
        return super()._response(paper, path, known)


def _serve(papers: list[Newspaper], pipe: Connection) -> None:
    press = _TimedPress(papers)
    with press.serving():
        pipe.send(press.port)
        while True:
            if pipe.recv() == "first":
                pipe.send(press.first)
            else:
                press.first = None
                pipe.send(None)
