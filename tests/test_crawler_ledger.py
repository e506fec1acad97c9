"""Ledger and memory: every request is counted, and no restart makes a host be asked sooner than it may be."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from crawler.politeness.host_queue import (
    FAILURES,
    FLUSH_S,
    HOP_S,
    MAX_BACK_OFF_S,
    MAX_REST_S,
    Gap,
    HostQueue,
    HostResting,
)
from crawler.politeness.request_log import LoggedResponse, RequestLog
from storage.archive import Archive
from storage.crawl_state.hosts import HostDay, HostMemory
from storage.errors import StorageError

START = datetime(2026, 1, 5, 10, tzinfo=UTC)


class Time:
    """Both clocks of a process: the wall's can be set apart from the other."""

    def __init__(self, *, booted: float = 50.0) -> None:
        self.passed, self.booted, self.wall_off = 0.0, booted, 0.0

    def clock(self) -> float:
        return self.booted + self.passed

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed + self.wall_off)


class Process:
    """What one process keeps of hosts, on clocks of its own."""

    alive: ClassVar[list["Process"]] = []

    def __init__(self, archive: Archive | None, at: Time) -> None:
        self.at = at
        hosts = archive.hosts if archive is not None else None
        self.host_queue = HostQueue(hosts, clock=at.clock, now=at.now)
        self.ledger = RequestLog(self.host_queue, hosts, now=at.now, every_s=60)
        self.alive.append(self)

    def ask(self, host: str = "a", *, delay_s: float = 5.0, part="page", failed=False, concurrency=1) -> Gap | None:
        """One request, which waits for nothing: a wait that does not end at once is an error."""
        gap = asyncio.run(self._ask(host, delay_s, part, concurrency))
        self.ledger.started(host, gap)
        self.host_queue.done(host, latency_s=0.0, failed=failed)
        return gap

    async def _ask(self, host, delay_s, part, concurrency):
        return await asyncio.wait_for(
            self.host_queue.turn(host, delay_s=delay_s, concurrency=concurrency, stopped=lambda: False, part=part), 0.6
        )

    def must_wait(self, host: str = "a", **given) -> bool:
        try:
            self.ask(host, **given)
        except TimeoutError:
            return True
        return False


@pytest.fixture
def archive(archive: Archive) -> Iterator[Archive]:
    """An archive that is not closed before the threads that write to it have ended."""
    yield archive
    while Process.alive:
        Process.alive.pop().ledger.close()


def test_a_rest_outlives_the_process(archive: Archive) -> None:
    at = Time()
    first = Process(archive, at)
    first.ask()
    first.host_queue.rest("a", 3_600)
    first.ledger.flush()
    at.passed = 600
    later = Process(archive, Time(booted=7.0))
    later.at.passed = 600
    with pytest.raises(HostResting) as resting:
        later.ask()
    assert resting.value.seconds == pytest.approx(3_000)
    later.at.passed = 3_601
    later.ask()


def test_a_rest_is_written_at_once(archive: Archive) -> None:
    process = Process(archive, Time())
    process.ask()
    process.host_queue.rest("a", 3_600)
    deadline = time.monotonic() + 5
    while not (row := archive.hosts.recall().get("a")) or row.rest_until is None:
        assert time.monotonic() < deadline, "the ledger's own thread writes it"
        time.sleep(0.01)
    assert row.rest_until == START + timedelta(hours=1)
    process.ledger.close()


def test_a_restart_keeps_the_delay_after_the_last_request(archive: Archive) -> None:
    at = Time()
    first = Process(archive, at)
    at.passed = 30
    first.ask()
    first.ledger.close()
    second = Process(archive, Time())
    second.at.passed = 33
    assert second.must_wait()
    second.at.passed = 33 + 5.0
    gap = second.ask()
    assert gap is not None
    assert gap.asked == 5.0
    assert gap.seconds == pytest.approx(8.0), "the gap across the restart is in the ledger, too"


def test_who_was_killed_may_have_asked_until_the_next_write_was_due(archive: Archive) -> None:
    first = Process(archive, Time())
    first.ask()
    first.ledger.flush()
    first.at.passed = FLUSH_S - 1
    first.ask()  # and is killed: nothing of this is written
    second = Process(archive, Time())
    second.at.passed = FLUSH_S + 3
    assert second.must_wait(), "4 s after the request that nobody wrote down"
    second.at.passed = FLUSH_S + 5
    assert not second.must_wait()


def test_a_host_that_is_met_is_marked_before_it_is_asked(archive: Archive) -> None:
    first = Process(archive, Time())
    first.ask()  # killed before anything was flushed
    second = Process(archive, Time())
    second.at.passed = 1
    assert second.must_wait()


def test_a_process_does_not_wait_for_itself(archive: Archive) -> None:
    process = Process(archive, Time())
    for turn in range(6):
        process.at.passed = turn * 20.0
        assert not process.must_wait(delay_s=20.0)
        process.ledger.flush()


def test_another_process_meanwhile_is_noticed_when_the_host_is_met_again(archive: Archive) -> None:
    here, there = Process(archive, Time()), Process(archive, Time())
    here.ask()
    here.ledger.flush()
    there.at.passed = here.at.passed = 30
    there.ask()
    assert here.must_wait()


def test_what_others_wrote_is_heard_when_we_write(archive: Archive) -> None:
    here, there = Process(archive, Time()), Process(archive, Time())
    here.ask(delay_s=0)
    there.at.passed = here.at.passed = 6
    there.ask(delay_s=0)
    there.host_queue.rest("a", 600)
    there.ledger.flush()
    here.ledger.flush()
    with pytest.raises(HostResting):
        here.ask()
    assert here.host_queue.resting_s("a") == pytest.approx(600)


def test_crawl_delay_and_failures_are_remembered(archive: Archive) -> None:
    first = Process(archive, Time())
    first.host_queue.set_crawl_delay("a", 40)
    for _ in range(FAILURES - 1):
        first.ask(delay_s=0, failed=True)
        first.at.passed += 60
    first.ledger.flush()
    second = Process(archive, Time())
    second.at.passed = first.at.passed + 60
    second.ask(delay_s=5, failed=True)
    second.at.passed += 29
    with pytest.raises(HostResting):
        second.ask()
    second.at.passed += 10
    assert second.must_wait(delay_s=5), "40 s were asked for by a robots.txt that this process has not read"


@pytest.mark.fault("F42")
def test_failing_hosts_rest_up_to_hours_get_one_probe_at_a_time_and_recover_by_one_success() -> None:
    process = Process(None, Time())
    rests = []
    for _ in range(FAILURES + 12):
        process.ask(delay_s=0, failed=True)
        rests.append(process.host_queue.resting_s("a"))
        process.at.passed += rests[-1] + 1
    assert rests[FAILURES - 1 : FAILURES + 3] == [30, 60, 120, 240]
    assert rests[-1] == MAX_BACK_OFF_S == 6 * 3_600

    async def probe() -> None:
        turn = {"delay_s": 0.0, "concurrency": 4, "stopped": lambda: False}
        await process.host_queue.turn("a", **turn)
        second = asyncio.ensure_future(process.host_queue.turn("a", **turn))
        await asyncio.sleep(0.3)
        assert not second.done(), "one probe at a time, whatever the source allows"
        process.host_queue.done("a", latency_s=0.0, failed=False)
        await asyncio.wait_for(second, 1)
        process.host_queue.done("a", latency_s=0.0, failed=False)

    asyncio.run(probe())
    process.ask(delay_s=0, failed=True)
    assert process.host_queue.resting_s("a") == 0


@pytest.mark.parametrize("off", [-3_600.0, 3_600.0, 864_000.0])
def test_a_wall_clock_that_is_wrong_costs_no_more_than_it_is_wrong_by(archive: Archive, off: float) -> None:
    first = Process(archive, Time())
    first.ask()
    first.host_queue.rest("a", MAX_REST_S)
    first.ledger.flush()
    second = Process(archive, Time())
    second.at.wall_off = off
    try:
        second.ask()
    except HostResting:
        assert second.host_queue.resting_s("a") <= MAX_REST_S
    second.at.passed = MAX_REST_S + max(-off, 0) + 5.1
    assert not second.must_wait()


@pytest.mark.fault("F15")
def test_a_clock_that_is_set_back_while_we_run_changes_no_gap() -> None:
    process = Process(None, Time())
    process.ask()
    process.at.wall_off = -7_200
    process.at.passed = 4.9
    assert process.must_wait()
    process.at.passed = 5.0
    assert process.ask() == Gap(5.0, 5.0)


def test_robots_txt_and_redirects_belong_to_the_turn() -> None:
    process = Process(None, Time())
    assert process.ask(part="robots") is None
    process.at.passed = 0.2
    assert process.ask() is None, "robots.txt began this turn"
    process.at.passed += HOP_S
    assert process.ask(part="hop") is None
    process.at.passed += 4.9
    assert process.must_wait(part="robots"), "the gap is counted from the turn's last request"
    process.at.passed += 0.1
    assert process.ask(part="robots") == Gap(pytest.approx(5.0), 5.0)
    assert process.ask() is None
    process.at.passed += 5.5
    assert process.ask() == Gap(pytest.approx(5.5), 5.0)


def answer(status: int | None = 200, size: int = 0, host: str = "a") -> LoggedResponse:
    return LoggedResponse(source="rassad", host=host, status=status, bytes=size, seconds=0.1 if status else None)


def test_the_ledger_adds_up_by_host_and_day(archive: Archive) -> None:
    at = Time()
    ledger = RequestLog(HostQueue(clock=at.clock, now=at.now), archive.hosts, now=at.now, every_s=60)
    heard: list[LoggedResponse] = []
    ledger.watchers.append(heard.append)
    for number, (status, size, gap) in enumerate(
        [(200, 1_000, None), (304, 0, Gap(5.5, 5.0)), (429, 20, Gap(5.25, 8.0)), (503, 30, None), (None, 0, None)]
    ):
        ledger.started("a", gap)
        ledger.ended(answer(status, size))
        if number == 2:
            ledger.flush()
    at.passed = 15 * 3_600
    ledger.started("a", Gap(0.0, 0.0))
    ledger.ended(answer())
    ledger.close()
    assert archive.hosts.days() == [
        HostDay(
            host="a", day="2026-01-05", requests=5, bytes=1_050, not_modified=1, too_many=1, errors=2,
            shortest_gap_s=5.25, delay_s=5.0,
        ),
        HostDay(host="a", day="2026-01-06", requests=1, shortest_gap_s=0.0, delay_s=0.0),
    ]  # fmt: skip
    assert [one.status for one in heard] == [200, 304, 429, 503, None, 200]


class Broken:
    """Hosts that cannot be written, until they can."""

    def __init__(self, hosts) -> None:
        self.hosts, self.broken = hosts, True

    def __getattr__(self, name: str):
        if self.broken and name in ("remember", "add_days"):
            raise StorageError("no space left")
        return getattr(self.hosts, name)


def test_what_could_not_be_written_is_written_later(folder_archive: Archive) -> None:
    at, hosts = Time(), Broken(folder_archive.hosts)
    host_queue = HostQueue(hosts, clock=at.clock, now=at.now)
    ledger = RequestLog(host_queue, hosts, now=at.now, every_s=60)
    ledger.started("a", Gap(6.0, 5.0))
    host_queue.done("a", latency_s=None, failed=True)
    with pytest.raises(StorageError):
        ledger.flush()
    ledger.started("a", Gap(7.0, 5.0))
    hosts.broken = False
    ledger.close()
    assert folder_archive.hosts.days() == [
        HostDay(host="a", day="2026-01-05", requests=2, shortest_gap_s=6.0, delay_s=5.0)
    ]
    assert folder_archive.hosts.recall()["a"] == HostMemory(host="a", failures=1, updated_at=START)


def test_a_request_costs_the_ledger_little() -> None:
    host_queue = HostQueue()
    ledger = RequestLog(host_queue, None)
    started = time.thread_time()
    for _ in range(2_000):
        ledger.started("a", Gap(5.0, 5.0))
        ledger.ended(answer(size=10))
    assert (time.thread_time() - started) / 2_000 < 0.001


KILLED = """
import asyncio, sys
from crawler.politeness.request_log import RequestLog
from crawler.politeness.host_queue import HostQueue
from storage.archive import Archive
archive = Archive.open(sys.argv[1])
host_queue = HostQueue(archive.hosts)
ledger = RequestLog(host_queue, archive.hosts)
async def work():
    while True:
        ledger.started("a", await host_queue.turn("a", delay_s=0.4, concurrency=1, stopped=lambda: False))
        print(__import__("time").time(), flush=True)
        host_queue.done("a", latency_s=0.0, failed=False)
asyncio.run(work())
"""


@pytest.mark.slow
def test_no_kill_makes_two_processes_ask_sooner_than_the_delay(tmp_path: Path) -> None:
    asked: list[float] = []
    Archive.open(tmp_path / "archive").close()
    for _ in range(3):
        command = [sys.executable, "-c", KILLED, str(tmp_path / "archive")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as process:
            assert process.stdout is not None
            asked += [float(process.stdout.readline()) for _ in range(2)]
            os.kill(process.pid, signal.SIGKILL)
    gaps = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert len(gaps) == 5
    assert min(gaps) > 0.39, gaps
