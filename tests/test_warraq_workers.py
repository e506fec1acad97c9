"""Many workers on one PostgreSQL: nothing is lost, nothing done twice, no host hurried, whoever is killed."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from press import Press

from crawler.source import Source, to_toml
from storage.archive import Archive
from storage.gather import Gathering, gather
from storage.query import Query
from storage.verify import verify
from warraq.register import Register

ROOT = Path(__file__).parents[1]
DELAY_S = 1.0
#: What a request may lose of its gap between the turn that was given to it and its arrival, on a machine with much to do.
JITTER_S = 0.25

pytestmark = [pytest.mark.postgres]


@dataclass
class Crew:
    """Worker processes on one archive."""

    url: str
    folder: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ended: list[int] = field(default_factory=list)

    def hire(self, name: str, *options: str) -> None:
        program = [sys.executable, str(ROOT / "tests/crawl_worker.py")]
        arguments = [self.url, str(self.folder / "warc"), str(self.folder / "sources"), name, *options]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                [*program, *arguments], stdout=log, stderr=log, cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT}/tests"}
            )

    def busiest(self, register: Register) -> str:
        """Who has most in hand; waited for until somebody has."""
        while True:
            seen = [worker for worker in register.workers() if worker.name in self.running and worker.sources]
            if seen:
                return max(seen, key=lambda worker: len(worker.sources)).name
            time.sleep(0.2)

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        assert process.poll() is None, f"{name} ended by itself:\n{self.log(name)}"
        process.kill()
        process.wait()

    def dismiss(self) -> list[int]:
        """End all of them by SIGTERM; their exit codes."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(30) for process in self.running.values()]
        self.running.clear()
        return codes

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")[-4000:]

    def log_of_all(self) -> str:
        return "\n".join(path.read_text("utf-8", "replace")[-9000:] for path in sorted(self.folder.glob("*.log")))


@pytest.fixture
def crew(postgres_url: str, tmp_path: Path) -> Iterator[Crew]:
    (tmp_path / "sources").mkdir()
    crew = Crew(postgres_url, tmp_path)
    yield crew
    for process in crew.running.values():
        process.kill()
        process.wait()


def write(crew: Crew, sources: list[Source]) -> None:
    for source in sources:
        (crew.folder / "sources" / f"{source.key}.toml").write_text(to_toml(source), "utf-8")


@contextmanager
def opened(crew: Crew) -> Iterator[Archive]:
    with Archive.open(crew.url, warc=crew.folder / "warc") as archive:
        yield archive


def wait_until(true: Callable[[], bool], *, seconds: float, told: Callable[[], object]) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"not within {seconds} s: {told()}"
        time.sleep(0.2)


@pytest.mark.slow
def test_workers_that_are_killed_lose_nothing_and_repeat_nothing_and_hurry_no_host(crew: Crew) -> None:
    hosts = [f"127.0.{number // 10 + 1}.{number % 10 + 10}" for number in range(30)]
    with Press(hosts, articles=4) as press, opened(crew) as archive:
        # Four hosts have two newspapers each.
        sources = [press.source(host, f"paper{n:02}", delay_s=DELAY_S) for n, host in enumerate([*hosts, *hosts[:4]])]
        write(crew, sources)
        for name in ("one", "two", "three"):
            crew.hire(name)
        register = Register(crew.url.replace("+psycopg", ""))
        register.prepare()
        for number in range(5):
            time.sleep(3)
            victim = crew.busiest(register)
            crew.kill(victim)
            crew.hire(f"next{number}")
        wanted = press.articles * len(sources)
        wait_until(
            lambda: archive.count(Query()) == wanted and not register.jobs(),
            seconds=240,  # alone on two cores it takes thirty
            told=lambda: (register.jobs(), register.workers(), archive.frontier.counts(), crew.log_of_all()),
        )
        assert crew.dismiss() == [0, 0, 0], crew.log_of_all()

        found = list(archive.find(Query()))
        assert Counter(one.article.source for one in found) == dict.fromkeys((s.key for s in sources), press.articles)
        assert {one.versions for one in found} == {1}
        assert archive.frontier.counts() == {"done": wanted}
        assert not archive.frontier.owners()
        assert not register.workers()
        assert not register.failed()
        assert not [finding for finding in verify(archive) if finding.severity == "error"]
        assert min(press.gaps()) >= DELAY_S - JITTER_S, sorted(press.gaps())[:20]

        # The files of all workers in one place, and nothing left here: everything is read from there.
        place = (crew.folder / "shared").as_uri()
        assert all(taken.moved for taken in gather(archive.warc.folder, Gathering(place), move=True))
        with Archive.open(crew.url, warc=crew.folder / "warc", gather=place) as elsewhere:
            assert not [finding for finding in verify(elsewhere) if finding.severity == "error"]
        assert [finding for finding in verify(archive) if finding.severity == "error"]
        print(
            f"shortest gap {min(press.gaps()):.3f} s of {DELAY_S} s, {len(press.asked)} requests for {wanted} articles"
        )
