"""Many workers on one PostgreSQL: kills lose nothing, repeat nothing and violate no host's gap."""

import json
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import put_source

from crawler.sources.source import Source, to_toml
from storage.archive import Archive
from storage.extras import install_command
from storage.model.address import Discovered
from storage.search.query import Query
from storage.verify import verify
from storage.warc.gather import Gathering, gather
from tests.support.press import Press
from warraq.cli.main import run
from warraq.workers.maintenance import release_dead
from warraq.workers.registry import WorkerRegistry

ROOT = Path(__file__).parents[1]
DELAY_S = 1.0
#: What a request may lose of its gap between the turn that was given to it and its arrival, on a machine with much to
#: do.
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
        program = [sys.executable, str(ROOT / "tests/support/crawl_worker.py")]
        arguments = [self.url, str(self.folder / "warc"), str(self.folder / "sources"), name, *options]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                [*program, *arguments], stdout=log, stderr=log, cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT}/tests"}
            )

    def busiest(self, registry: WorkerRegistry) -> str:
        """The worker with most jobs; waits until one has any."""
        while True:
            seen = [worker for worker in registry.workers() if worker.name in self.running and worker.sources]
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


@pytest.mark.fault("F01")
@pytest.mark.slow
def test_workers_that_are_killed_lose_nothing_and_repeat_nothing_and_hurry_no_host(crew: Crew) -> None:
    hosts = [f"127.0.{number // 10 + 1}.{number % 10 + 10}" for number in range(30)]
    with Press(hosts, articles=4) as press, opened(crew) as archive:
        # Four hosts have two newspapers each.
        sources = [press.source(host, f"paper{n:02}", delay_s=DELAY_S) for n, host in enumerate([*hosts, *hosts[:4]])]
        write(crew, sources)
        for name in ("one", "two", "three"):
            crew.hire(name)
        registry = WorkerRegistry(crew.url.replace("+psycopg", ""))
        registry.prepare()
        for number in range(5):
            time.sleep(3)
            victim = crew.busiest(registry)
            crew.kill(victim)
            crew.hire(f"next{number}")
        wanted = press.articles * len(sources)
        wait_until(
            lambda: archive.count(Query()) == wanted and not registry.jobs(),
            seconds=240,  # alone on two cores it takes thirty
            told=lambda: (registry.jobs(), registry.workers(), archive.frontier.counts(), crew.log_of_all()),
        )
        assert crew.dismiss() == [0, 0, 0], crew.log_of_all()

        found = list(archive.find(Query()))
        assert Counter(one.article.source for one in found) == dict.fromkeys((s.key for s in sources), press.articles)
        assert {one.versions for one in found} == {1}
        assert archive.frontier.counts() == {"done": wanted}
        assert not archive.frontier.owners()
        assert not registry.workers()
        assert not registry.failed()
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


@pytest.fixture
def registry(postgres_url: str) -> WorkerRegistry:
    made = WorkerRegistry(postgres_url.replace("+psycopg", ""))
    made.prepare()
    return made


def silent(registry: WorkerRegistry, worker: int, *, seconds: float) -> None:
    """Make a worker's last sign of life so old."""
    with registry._connected() as connection:
        connection.execute(
            "update procrastinate_workers set last_heartbeat = now() - make_interval(secs => %s) where id = %s",
            (seconds, worker),
        )


def enter(registry: WorkerRegistry, name: str = "beirut", *, doing: str | None = None) -> int:
    """A worker in the registry, with a running job."""
    with registry._connected() as connection:
        (row,) = connection.execute("select worker_id from procrastinate_register_worker_v1()")
        if doing is not None:
            connection.execute(
                "insert into procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id)"
                " values ('crawl', 'crawl_source', %s, %s, 'doing', %s)",
                (f"host:{doing}.example", doing, row["worker_id"]),
            )
    registry.register(row["worker_id"], name=name, machine="vm/1", pid=4242)
    return row["worker_id"]


def test_many_that_start_at_once_make_one_archive(postgres_url: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        archives = list(threads.map(lambda n: Archive.open(postgres_url, warc=tmp_path / str(n)), range(4)))
    for archive in archives:
        assert archive.count(Query()) == 0
        archive.close()


def test_many_that_start_at_once_make_one_queue(postgres_url: str) -> None:
    registers = [WorkerRegistry(postgres_url.replace("+psycopg", "")) for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda one: one.prepare(), registers))
    assert registers[0].workers() == []


def test_a_queue_of_an_older_library_is_brought_up_to_date(registry: WorkerRegistry) -> None:
    with registry._connected() as connection:
        (latest,) = connection.execute("delete from applied where migration like '03.04%%post%%' returning migration")
    registry.prepare()
    with registry._connected() as connection:
        assert connection.execute("select 1 from applied where migration = %s", (latest["migration"],)).fetchone()


def test_who_is_silent_is_struck_out_and_his_job_is_free_again(registry: WorkerRegistry) -> None:
    dead, living = enter(registry, doing="rassad"), enter(registry, "amman", doing="manara")
    silent(registry, dead, seconds=31)

    gone, freed = registry.remove_dead(silent_s=30)

    assert [(worker.name, worker.owner) for worker in gone] == [("beirut", "vm/1:4242:")]
    assert freed == ["rassad"]
    assert registry.jobs() == {"rassad": "todo", "manara": "doing"}
    assert [worker.id for worker in registry.workers()] == [living]
    assert not registry.live(dead, pages=1)
    assert registry.live(living, pages=1)


def test_a_job_of_a_dead_worker_does_not_stand_beside_one_that_waits(registry: WorkerRegistry) -> None:
    dead = enter(registry, doing="rassad")
    with registry._connected() as connection:
        connection.execute(
            "insert into procrastinate_jobs (queue_name, task_name, queueing_lock) values ('crawl', 'crawl_source', 'rassad')"  # noqa: E501  a table row
        )
    silent(registry, dead, seconds=31)
    assert registry.remove_dead(silent_s=30)[1] == []
    assert registry.jobs() == {"rassad": "todo"}


def test_a_duty_is_done_once_a_period(registry: WorkerRegistry) -> None:
    with ThreadPoolExecutor(6) as threads:
        turns = list(threads.map(lambda _: registry.is_turn("all", every_s=60), range(6)))
    assert sorted(turns) == [False] * 5 + [True]
    assert registry.is_turn("all", every_s=0)


def test_leases_of_a_dead_worker_are_free_wherever_it_ran(registry: WorkerRegistry, crew: Crew) -> None:
    with Archive.open(crew.url, warc=crew.folder / "warc") as archive:
        put_source(archive)
        archive.frontier.add(
            [Discovered(url="https://rassad.example/1", key="rassad.example/1", source="rassad", how="feed")]
        )
        owner = "elsewhere/7:4242:abc"
        assert archive.frontier.claim(source="rassad", owner=owner, limit=1)
        with registry._connected() as connection:
            (row,) = connection.execute("select worker_id from procrastinate_register_worker_v1()")
        registry.register(row["worker_id"], name="tunis", machine="elsewhere/7", pid=4242)
        silent(registry, row["worker_id"], seconds=31)

        release_dead(archive, registry, silent_s=30)

        (claim,) = archive.frontier.claim(source="rassad", owner="here", limit=1)
        assert claim.attempts == 1  # the dead worker's attempt was none of the page's doing


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["worker", "--archive", "archive"], "give it with --archive postgresql+psycopg://"),
        (["workers", "--archive", "mysql://press@db/press"], "write postgresql+psycopg://user@host/name"),
        (["watch", "--enqueue", "--archive", "archive"], "give it with --archive postgresql+psycopg://"),
        (["gather", "--archive", "archive"], "add --to s3://bucket/prefix"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 4
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_an_archive_without_a_queue_says_how_one_comes_to_be(
    postgres_url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["workers", "--archive", postgres_url, "--warc", str(tmp_path)]) == 5
    assert "start one with `warraq worker`" in capsys.readouterr().err


def test_workers_are_shown_with_what_they_have_in_hand(
    registry: WorkerRegistry, crew: Crew, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = enter(registry, doing="rassad")
    enter(registry, "amman", doing="manara")
    silent(registry, dead, seconds=45)

    assert run(["workers", "--archive", crew.url, "--json"]) == 0
    first, second, queue = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["name"], first["sources"], first["silent"]) == ("beirut", ["rassad"], True)
    assert (second["name"], second["silent"]) == ("amman", False)
    assert queue == {"queue": {"waiting": 0, "in_hand": 2, "failed": 0}}

    assert run(["workers", "--archive", crew.url]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"beirut +vm +4242 .* s ago +silent +0 +rassad", shown)
    assert re.search(r"amman +vm +4242 .* s ago +works +0 +manara", shown)
    assert "0 crawls queued, 2 running" in shown


@pytest.mark.slow
def test_a_worker_that_is_stopped_gives_its_crawl_back_and_says_so(crew: Crew) -> None:
    with Press(["127.0.4.10"], articles=30) as press, opened(crew) as archive:
        write(crew, [press.source("127.0.4.10", "slow", delay_s=1.0)])
        registry = WorkerRegistry(crew.url.replace("+psycopg", ""))
        registry.prepare()
        crew.hire("one")
        wait_until(lambda: archive.count(Query()) > 0, seconds=60, told=lambda: crew.log("one"))

        assert crew.dismiss() == [130], crew.log("one")

        assert registry.jobs() == {"slow": "todo"}
        assert registry.workers() == []
        assert not archive.frontier.owners()


@pytest.mark.parametrize("library", ["psycopg", "procrastinate"])
def test_a_library_that_is_not_installed_is_told_with_its_cure(library: str, tmp_path: Path) -> None:
    program = (
        f"import sys; sys.modules['{library}'] = None; from warraq.cli.main import run; "
        f"sys.exit(run(['workers', '--archive', 'postgresql+psycopg://press@db/press', '--warc', '{tmp_path}']))"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 4
    assert (
        ended.stderr == f"warraq: a worker needs {library}, which is not installed; run: {install_command('scale')}\n"
    )


@pytest.mark.slow
def test_watch_enqueue_queues_what_is_due_and_crawls_nothing(crew: Crew, registry: WorkerRegistry) -> None:
    with Press(["127.0.4.11"], articles=1) as press:
        write(crew, [press.source("127.0.4.11", "due", delay_s=1.0)])
        options = [
            "--archive",
            crew.url,
            "--warc",
            str(crew.folder / "warc"),
            "--sources",
            str(crew.folder / "sources"),
        ]
        watch = subprocess.Popen([sys.executable, "-m", "warraq", "watch", "--enqueue", "due", *options], cwd=ROOT)
        try:
            wait_until(lambda: registry.jobs() == {"due": "todo"}, seconds=60, told=registry.jobs)
            watch.terminate()
            assert watch.wait(30) == 0
        finally:
            watch.kill()
            watch.wait()
        assert press.asked == []
        assert registry.jobs() == {"due": "todo"}
