"""Start-up of commands beside the imports that they cannot do without: `python -m tests.bench.startup [--runs 11]`.

Each command runs as a process of its own on a small archive, in turn with the plain alternative, and the smallest
processor time of each counts: that of a quiet moment. `crawl` is timed on the wall, from its start to the first request
that the demo newspaper sees.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from crawler.demo.server import DemoNewspaper
from crawler.demo.source import source_toml
from tests.support.small_archive import make_archive

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = [sys.executable, "-c", "import sqlalchemy.orm, click, rich.console"]
TERMINAL = [sys.executable, "-c", "import click, rich.console"]
WARRAQ = [sys.executable, "-m", "warraq"]
#: Command, plain alternative, how many times its processor time the command may take.
COMMANDS: list[tuple[tuple[str, ...], list[str], float]] = [
    (("--help",), TERMINAL, 1.5),
    (("search", "الحكومة"), LIBRARIES, 1.4),
    (("show", "1"), LIBRARIES, 1.4),
    (("stats",), LIBRARIES, 1.4),
    (("export", "-f", "jsonl"), LIBRARIES, 1.4),
]
#: Seconds that a crawl may take to its first request.
FIRST_REQUEST_S = 2.0


def spent_ms(command: Sequence[str], folder: Path) -> float:
    """Processor milliseconds of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "WARRAQ_ARCHIVE": str(folder)}
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def first_request_s(folder: Path) -> float:
    """Seconds from the start of a crawl to its first request."""
    with DemoNewspaper(slow=False) as newspaper:
        sources = folder / "sources"
        sources.mkdir(exist_ok=True)
        (sources / "demo.toml").write_text(source_toml(newspaper.base_url), encoding="utf-8")
        command = [*WARRAQ, "--archive", str(folder / "new"), "-q", "crawl", "demo", "--limit", "1"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "WARRAQ_SOURCES": str(sources)}
        began = time.perf_counter()
        crawl = subprocess.Popen([*command], env=environment | {"WARRAQ_ALLOW_PRIVATE": "yes"})
        while not newspaper.access_log and crawl.poll() is None:
            time.sleep(0.005)
        seconds = time.perf_counter() - began
        crawl.wait()
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=11)
    runs = parser.parse_args().runs
    met = True
    print(f"{'command':<24}{'ms':>8}{'imports alone':>16}{'ratio':>8}{'at most':>9}")
    with tempfile.TemporaryDirectory() as name:
        folder = make_archive(Path(name) / "archive")
        for command, plain, bound in COMMANDS:
            pairs = [(spent_ms([*WARRAQ, *command], folder), spent_ms(plain, folder)) for _ in range(runs)]
            ours, theirs = (min(side) for side in zip(*pairs, strict=True))
            met &= ours <= bound * theirs
            print(f"{' '.join(command):<24}{ours:>8.0f}{theirs:>16.0f}{ours / theirs:>8.2f}{bound:>9}", flush=True)
        first = min(first_request_s(Path(name)) for _ in range(3))
    met &= first <= FIRST_REQUEST_S
    print(f"crawl, to its first request: {first:.2f} s (at most {FIRST_REQUEST_S} s)")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
