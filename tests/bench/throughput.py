"""Throughput of crawls: `python -m tests.bench.throughput [--pages 200] [--rounds 1] [--plots FOLDER]`.

20 loopback hosts in a server process of their own. Beside each other, in turn, each in a fresh process:

  scrapy        Scrapy, fetching alone
  trafilatura   Scrapy, trafilatura (with metadata) called inline: what a user would write
  warraq        `warraq crawl`: WARC, extraction in workers, cleaning, dates, near-duplicates, search index, store

A round's rate is pages over the seconds from the first request to the end of the process. The account says where the
processor time of a page goes. The full run has --pages 1000 --rounds 3.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.loopback_press import CORPUS, PressProcess, newspapers, pages  # noqa: E402
from tests.bench.process_watch import ProcessWatch, spent_by  # noqa: E402

WAYS = ("scrapy", "trafilatura", "warraq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One way, once. Times in seconds."""

    way: str
    pages: int
    stored: int
    seconds: float
    #: Processor seconds by what they went into.
    spent: dict[str, float] = field(default_factory=dict)
    memory: tuple[tuple[float, float], ...] = ()

    @property
    def rate(self) -> float:
        return self.pages / self.seconds

    @property
    def cost_ms(self) -> dict[str, float]:
        """Processor milliseconds a page, by what they went into."""
        return {name: 1000 * seconds / self.pages for name, seconds in self.spent.items()}

    def memory_in_tenths(self) -> list[float]:
        """MB at most in each tenth of the round's time: what grows with the pages is seen here."""
        if not self.memory:
            return []
        end = self.memory[-1][0]
        tenths: list[float] = [0.0] * 10
        for at, size in self.memory:
            place = min(9, int(10 * at / end))
            tenths[place] = max(tenths[place], size)
        return tenths


def run(way: str, press: PressProcess, folder: Path) -> Round:
    """One round of one way."""
    folder.mkdir()
    urls = press.urls()
    (folder / "urls").write_text("\n".join(urls), "utf-8")
    press.write_sources(folder / "sources")
    out, account = folder / "out.jsonl", folder / "account.json"
    if way == "warraq":
        command = ["accounted_crawl.py", str(folder / "archive"), str(folder / "sources"), str(account)]
    else:
        command = ["plain_scrapy.py", {"scrapy": "fetch"}.get(way, way), str(folder / "urls"), str(out)]
    press.begin()
    server_before = spent_by(press.pid)
    with (folder / "errors").open("wb") as errors:
        program = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "bench" / command[0]), *command[1:]],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=errors, stderr=errors,
        )  # fmt: skip
        with ProcessWatch(program.pid) as watch:
            code = program.wait()
    ended = time.monotonic()
    if code:
        sys.exit(f"{way} ended with {code}:\n{(folder / 'errors').read_text('utf-8')[-3000:]}")
    spent = {"server": spent_by(press.pid) - server_before}
    if way == "warraq":
        spent |= _account(json.loads(account.read_text("utf-8"))) | {"extraction": watch.workers_s}
        stored = _articles(folder / "archive")
    else:
        spent["scrapy" if way == "scrapy" else "scrapy and extraction"] = watch.spent.get(program.pid, 0.0)
        stored = out.read_bytes().count(b"\n")
    seconds = ended - press.first_request()
    return Round(
        way=way, pages=len(urls), stored=stored, seconds=seconds, spent=spent, memory=tuple(watch.memory)
    )  # fmt: skip


def _account(found: dict[str, dict[str, float]]) -> dict[str, float]:
    """Our main process: the reactor's thread, WARC, store, and what its other threads took."""
    threads, within = found["threads"], found["within"]
    reactor = threads.pop("MainThread")
    return {
        "fetch (reactor)": reactor,
        "WARC": within.get("warc", 0.0),
        "store": within.get("store", 0.0),
        "other threads": max(0.0, sum(threads.values()) - within.get("warc", 0.0) - within.get("store", 0.0)),
    }


def _articles(folder: Path) -> int:
    from storage.archive import Archive

    with Archive.open(folder, create=False) as archive:
        return sum(source.articles for source in archive.stats().sources)


def rounds(press: PressProcess, number: int, ways: tuple[str, ...] = WAYS) -> Iterator[Round]:
    """Every way once a round, in turn, so that what else the machine does hits all of them."""
    with tempfile.TemporaryDirectory(prefix="warraq-throughput-") as folder:
        for place in range(number):
            for way in ways:
                yield run(way, press, Path(folder) / f"{way}-{place}")


def report(found: list[Round]) -> float | None:
    """Print the tables; the ratio of the medians of ours and of Scrapy with trafilatura."""
    rates = {
        way: median(one.rate for one in found if one.way == way) for way in WAYS if any(r.way == way for r in found)
    }
    base = rates.get("trafilatura")
    print(f"\n{'median':16}{'pages/s':>10}{'beside trafilatura':>22}{'processor ms a page':>22}{'MB at most':>12}")
    for way, rate in rates.items():
        own = [one for one in found if one.way == way]
        cost = median(sum(ms for name, ms in one.cost_ms.items() if name != "server") for one in own)
        peak = max((size for one in own for _, size in one.memory), default=0.0)
        ratio = f"{rate / base:.2f} x" if base else ""
        print(f"{way:16}{rate:>10.1f}{ratio:>22}{cost:>22.1f}{peak:>12.0f}")
    ours = [one for one in found if one.way == "warraq"]
    if ours:
        print(f"\n{'where a page of warraq goes':30}{'processor ms':>14}")
        costs = {name: median(one.cost_ms[name] for one in ours) for name in ours[0].cost_ms}
        for name, ms in costs.items():
            print(f"{name:30}{ms:>14.1f}")
        cores = os.cpu_count() or 1
        idle = median(1000 * (cores * one.seconds - sum(one.spent.values())) / one.pages for one in ours)
        total = sum(costs.values())
        print(f"{'idle, or other programs':30}{idle:>14.1f}")
        print(f"{'all of it':30}{total:>14.1f}   {cores} cores could do {1000 * cores / total:.1f} pages/s at most")
        print("\nMB at most in each tenth of a crawl's time")
        for one in ours:
            print(" ".join(f"{size:.0f}" for size in one.memory_in_tenths()))
    return rates["warraq"] / base if base and "warraq" in rates else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="a folder of pages, *.html.gz")
    parser.add_argument("--plots", type=Path, help="a folder for throughput.png and throughput-memory.png")
    options = parser.parse_args()
    bodies, what = pages(options.pages, options.corpus)
    size = sum(map(len, bodies)) / len(bodies) / 1024
    print(f"{what}, {size:.0f} KB on average; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{'round':16}{'pages/s':>10}{'seconds':>10}{'stored':>10}")
    found = []
    with PressProcess.serving(newspapers(bodies)) as press:
        for one in rounds(press, options.rounds, tuple(options.ways)):
            print(f"{one.way:16}{one.rate:>10.1f}{one.seconds:>10.1f}{one.stored:>10}", flush=True)
            found.append(one)
    report(found)
    if options.plots:
        from tests.bench.throughput_plots import draw

        draw(found, options.plots)
    return 0


if __name__ == "__main__":
    sys.exit(main())
