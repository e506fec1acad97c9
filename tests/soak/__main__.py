"""Crawl newspapers of which one page in a hundred has each of fourteen faults, killed a minute, until all is there.

usage: python -m tests.soak [--pages 20000] [--hosts 20] [--kill-every 60] [--longest 3600]

Ends with one line of figures. Fails if an article is lost or stored twice, if a lease or an address is left without a
state, if `warraq verify` finds an error, or if a page is asked for more often than the kills explain.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from crawler.engine.scheduler import MOST_UNSTORED
from tests.soak.faulty_press import FAULTS, LASTING, FaultyPress
from tests.support.sound import assert_sound, rows

ROOT = Path(__file__).parents[2]
#: Pages of one newspaper that a kill may cost a second fetch: those that were fetched and not yet stored.
UNSTORED = MOST_UNSTORED + 4


@dataclass
class Soak:
    """What was seen so far."""

    pages: int
    kills: int = 0
    crawls: int = 0
    seconds: float = 0.0
    #: Most memory (MB) and open files of the crawling process, of each run.
    memory: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)

    def line(self, stored: int, asked: int) -> str:
        return (
            f"{self.pages} pages, {stored} articles, {self.kills} kills, {self.crawls} crawls, {asked} requests, "
            f"{self.seconds:.0f} s, at most {max(self.memory):.0f} MB and {max(self.files)} open files"
        )


def watch(process: subprocess.Popen[bytes], seconds: float) -> tuple[bool, float, int]:
    """Look at a process until it ends or the time is over: whether it ended, its most memory and open files."""
    until, memory, files = time.monotonic() + seconds, 0.0, 0
    while process.poll() is None and time.monotonic() < until:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
            memory = max(memory, int(status.partition("VmHWM:")[2].split()[0]) / 1024)
            files = max(files, sum(1 for _ in Path(f"/proc/{process.pid}/fd").iterdir()))
        except (OSError, IndexError):
            pass
        time.sleep(0.2)
    return process.poll() is not None, memory, files


def soak(folder: Path, *, pages: int, hosts: int, kill_every: float, longest: float) -> str:
    """Run it in an empty folder; the line of figures. Raises AssertionError where a promise is broken."""
    archive, sources, seen = folder / "archive", folder / "sources", Soak(pages)
    sources.mkdir()
    began = time.monotonic()
    with FaultyPress(hosts, pages=pages // hosts) as press:
        for number, host in enumerate(press.hosts):
            (sources / f"paper{number}.toml").write_text(press.source_toml(host), encoding="utf-8")
        keys = [f"paper{number}" for number in range(hosts)]
        command = [sys.executable, "-m", "warraq", "--archive", str(archive), "crawl", *keys, "--quiet"]
        settings = {"WARRAQ_SOURCES": str(sources), "WARRAQ_ALLOW_PRIVATE": "yes", "WARRAQ_PATIENCE": "5"}
        environment = os.environ | settings | {"PYTHONPATH": str(ROOT), "WARRAQ_TIMEOUT": "4"}
        wanted = press.urls("")
        with (folder / "log").open("ab") as log:
            while True:
                assert time.monotonic() - began < longest, f"not whole after {longest} s: {seen}"
                crawl = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
                ended, memory, files = watch(crawl, kill_every)
                seen.crawls += 1
                seen.memory.append(memory)
                seen.files.append(files)
                if not ended:
                    crawl.send_signal(signal.SIGKILL)
                    seen.kills += 1
                crawl.wait()
                assert_sound(archive)
                if ended and wanted <= _articles(archive):
                    break
        seen.seconds = time.monotonic() - began
        _assert_ledger(archive, press, seen.kills)
        line = seen.line(len(_articles(archive)), press.asked.total())
    verified = subprocess.run(
        [sys.executable, "-m", "warraq", "--archive", str(archive), "verify"], env=environment, capture_output=True
    )
    assert verified.returncode == 0, verified.stdout.decode()
    return line


def _articles(archive: Path) -> set[str]:
    if not (archive / "archive.db").exists() or not rows(archive, "select 1 from sqlite_master where name='article'"):
        return set()
    found = [url for (url,) in rows(archive, "select url from article")]
    assert len(found) == len(set(found)), "an article is stored twice"
    return set(found)


def _assert_ledger(archive: Path, press: FaultyPress, kills: int) -> None:
    found = _articles(archive)
    assert press.urls("") <= found
    assert not found & (press.urls(*LASTING) - press.urls("many headers"))
    states = dict(rows(archive, "select url, state from url"))
    assert press.urls("", *FAULTS) <= set(states)
    assert rows(archive, "select count(*) from url where lease_owner is not null") == [(0,)]
    good = sum(press.asked[url.removeprefix("http://").replace(f":{press.port}", "")] for url in press.urls(""))
    most = len(press.urls("")) + kills * len(press.hosts) * UNSTORED
    assert good <= most, f"{good} requests for good pages where {most} are explained"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--hosts", type=int, default=20)
    parser.add_argument("--kill-every", type=float, default=60)
    parser.add_argument("--longest", type=float, default=3_600)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="warraq-soak-") as made:
        print(soak(Path(made), **vars(asked)))
