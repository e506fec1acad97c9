"""Workers: `python -m tests.bench.workers [--articles 20] [--delay 0.2]`: articles per second with one, two and three
workers, compared with `warraq crawl` in one process, on the same PostgreSQL; and the shortest gap that any host was
given.

Everything runs on this machine: the newspapers, PostgreSQL and all workers share its cores, so that beyond as many
workers as there are cores little can be won. Counted from the first request to the last article, without the programs'
start.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from sqlalchemy import create_engine, text  # noqa: E402

from crawler.sources.source import to_toml  # noqa: E402
from storage.archive import Archive  # noqa: E402
from storage.search.query import Query  # noqa: E402
from tests.support.postgres import _start  # noqa: E402
from tests.support.press import Press  # noqa: E402

HOSTS = [f"127.0.9.{number}" for number in range(10, 34)]

_CRAWL = """
import sys
from pathlib import Path
from crawler.config import Config
from crawler.engine.run import crawl
from crawler.sources.source import load
sources = [load(path) for path in sorted(Path(sys.argv[3]).glob("*.toml"))]
crawl(Config(archive=sys.argv[1], warc=Path(sys.argv[2]), allow_private=True, concurrency=24, workers=1), sources)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    articles: int
    seconds: float
    shortest_gap_s: float

    @property
    def rate(self) -> float:
        return self.articles / self.seconds


@contextmanager
def running(commands: list[list[str]]) -> Iterator[None]:
    """Programs that run meanwhile, and are ended with SIGTERM."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    path = {"PYTHONPATH": f"{ROOT}:{ROOT}/tests"}
    programs = [
        subprocess.Popen([sys.executable, *command], cwd=ROOT, env=os.environ | path, **quiet) for command in commands
    ]
    try:
        yield
    finally:
        for program in programs:
            program.terminate()
        for program in programs:
            program.wait()


def measure(url: str, folder: Path, workers: int, *, articles: int, delay_s: float) -> Measured:
    """One crawl of all newspapers into a fresh database. `workers`: 0 for `warraq crawl`."""
    (folder / "sources").mkdir()
    with Press(HOSTS, articles=articles) as press, Archive.open(url, warc=folder / "warc") as archive:
        for number, host in enumerate(HOSTS):
            source = press.source(host, f"paper{number}", delay_s=delay_s)
            (folder / "sources" / f"{source.key}.toml").write_text(to_toml(source), "utf-8")
        where = [url, str(folder / "warc"), str(folder / "sources")]
        commands = [
            ["tests/support/crawl_worker.py", *where, f"w{number}", "concurrency=24"] for number in range(workers)
        ]
        wanted = articles * len(HOSTS)
        with running(commands or [["-c", _CRAWL, *where]]):
            while (found := archive.count(Query())) < wanted:
                time.sleep(0.1)
            ended = time.monotonic()
    return Measured(articles=found, seconds=ended - press.asked[0].at, shortest_gap_s=min(press.gaps()))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=20, help="of each of the 24 newspapers")
    arguments.add_argument("--delay", type=float, default=0.2, help="seconds between two requests to one host")
    options = arguments.parse_args()
    print(f"{len(HOSTS)} newspapers of {options.articles} articles, {options.delay} s a request; {os.cpu_count()} cores,"  # noqa: E501  one value
          f" load {os.getloadavg()[0]:.1f}")  # fmt: skip
    print(f"{'':24}{'articles/s':>12}{'beside crawl':>14}{'seconds':>10}{'shortest gap, s':>18}")
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="warraq-pg-"))
        folder.chmod(0o711)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server_url, server = _start(folder)
        stack.callback(server.cleanup)
        engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
        stack.callback(engine.dispose)
        alone = None
        for workers in (0, 1, 2, 3):
            name = f"bench_{workers}"
            with engine.connect() as connection:
                connection.execute(text(f"create database {name}"))
            url = server_url.set(database=name).render_as_string(hide_password=False)
            with tempfile.TemporaryDirectory(prefix="warraq-bench-") as work:
                found = measure(url, Path(work), workers, articles=options.articles, delay_s=options.delay)
            alone = alone or found
            label = f"{workers} worker{'s' * (workers > 1)}" if workers else "warraq crawl"
            print(f"{label:24}{found.rate:>12.1f}{found.rate / alone.rate:>13.2f}x{found.seconds:>10.1f}"
                  f"{found.shortest_gap_s:>18.3f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
