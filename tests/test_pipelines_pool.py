"""The worker processes: what goes wrong in one stays in one."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.extraction.pool import ExtractionError, Pool
from pipelines.page import Page

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(workers=1, preload=("pipelines.html.links",)) as pool:
        yield pool


def page(body: str) -> Page:
    return Page(url="https://example.ma/a/1", body=body.encode(), fetched_at=datetime(2026, 1, 1, tzinfo=UTC))


def hang() -> None:
    while True:
        pass


def exit_at_once() -> None:
    os._exit(7)


def leave() -> None:
    sys.exit(0)


def kill_myself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hog() -> int:
    return len([bytearray(100 * 1024 * 1024) for _ in range(20)])


def fail() -> None:
    raise KeyError("of two\nlines")


def recurse() -> None:
    recurse()


def unpicklable() -> object:
    return lambda: None


def write_a_file(folder: str) -> None:
    with (Path(folder) / "written").open("wb", buffering=0) as file:
        file.write(b"x")


def interrupt_me() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "still here"


def double(number: int) -> int:
    if number == 3:
        raise ValueError("three")
    return 2 * number


def where() -> int:
    return os.getpid()


def run(pool: Pool, function: object, *arguments: object, timeout: float = 20) -> object:
    return pool.submit(function, *arguments, timeout=timeout, url="https://example.ma/1").result(60)  # type: ignore[arg-type]


@pytest.mark.fault("F09", "F11")
@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (exit_at_once, "crashed (exit code 7)"),
        (kill_myself, "crashed (SIGKILL)"),
        (hog, "memory"),
        (fail, "error: KeyError: 'of two\\nlines'"),
        (leave, "error: SystemExit: 0"),
    ],
)
def test_a_page_that_fails_is_told_apart_and_the_next_is_served(pool: Pool, function: object, reason: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        run(pool, function)
    assert caught.value.reason == reason
    assert caught.value.url == "https://example.ma/1"
    assert run(pool, double, 4) == 8


def test_a_page_that_hangs_is_given_up_at_its_deadline_and_the_next_is_served(pool: Pool) -> None:
    run(pool, double, 1)
    with pytest.raises(ExtractionError, match="timeout"):
        run(pool, hang, timeout=0.5)
    assert run(pool, double, 4) == 8


def test_endless_recursion_and_results_that_do_not_travel_are_errors_of_the_page(pool: Pool) -> None:
    with pytest.raises(ExtractionError, match="RecursionError"):
        run(pool, recurse)
    with pytest.raises(ExtractionError, match=r"error: .*[Pp]ickle"):
        run(pool, unpicklable)
    assert run(pool, double, 1) == 2


def test_a_function_that_a_worker_cannot_import_is_an_error_of_the_page(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = types.ModuleType("module_of_this_process_alone")
    exec("def stray(): return 1", stray.__dict__)
    monkeypatch.setitem(sys.modules, stray.__name__, stray)
    with pytest.raises(ExtractionError, match="error: ModuleNotFoundError"):
        run(pool, stray.stray)
    assert run(pool, double, 1) == 2


def test_a_worker_killed_while_idle_costs_no_page(pool: Pool) -> None:
    for _ in range(3):
        victim = run(pool, where)
        assert isinstance(victim, int)
        os.kill(victim, signal.SIGKILL)
        time.sleep(0.2)
        assert run(pool, where) != victim


def crash_times(counter: str, times: int) -> int:
    """Dies by SIGKILL for the first calls; how many there were.

    Counts in file names: a worker may not write into files.
    """
    calls = len(list(Path(counter).iterdir()))
    (Path(counter) / str(calls)).mkdir()
    if calls < times:
        os.kill(os.getpid(), signal.SIGKILL)
    return calls + 1


def test_a_page_whose_worker_is_killed_is_given_to_another(pool: Pool, tmp_path: Path) -> None:
    assert run(pool, crash_times, str(tmp_path), 2) == 3


@pytest.mark.fault("F04")
def test_a_page_that_kills_every_worker_is_given_up_after_three(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match="SIGKILL") as caught:
        run(pool, crash_times, str(tmp_path), 100)
    assert not caught.value.passing
    assert len(list(tmp_path.iterdir())) == 3
    assert run(pool, double, 4) == 8


def say_where_and_work(folder: str, seconds: float) -> str:
    (Path(folder) / str(os.getpid())).mkdir()
    started = time.process_time()
    while time.process_time() - started < seconds:
        pass
    return "done"


@pytest.mark.fault("F05")
def test_a_worker_that_is_stopped_for_longer_than_its_deadline_goes_on(pool: Pool, tmp_path: Path) -> None:
    future = pool.submit(say_where_and_work, str(tmp_path), 0.3, timeout=1)
    while not (names := list(tmp_path.iterdir())):
        time.sleep(0.01)
    os.kill(int(names[0].name), signal.SIGSTOP)
    time.sleep(2)
    os.kill(int(names[0].name), signal.SIGCONT)
    assert future.result(30) == "done"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.slow
def test_a_worker_that_never_goes_on_is_replaced(pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.extraction.stopwatch.PATIENCE", 3.0)
    future = pool.submit(say_where_and_work, str(tmp_path), 0.05, timeout=2)
    while not (names := list(tmp_path.iterdir())):
        time.sleep(0.01)
    os.kill(int(names[0].name), signal.SIGSTOP)
    assert future.result(60) == "done"
    assert len(list(tmp_path.iterdir())) == 2


def test_without_a_process_to_be_had_the_page_waits_and_is_not_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("pipelines.extraction.pool.WorkerHandle", refuse)
    with Pool(workers=1, preload=()) as pool, pytest.raises(ExtractionError, match="no worker") as caught:
        pool.submit(double, 1).result(30)
    assert caught.value.passing


def test_a_worker_cannot_write_files(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match="OSError"):
        run(pool, write_a_file, str(tmp_path))


def test_ctrl_c_does_not_reach_a_worker(pool: Pool) -> None:
    assert run(pool, interrupt_me) == "still here"


def test_many_pages_at_once_each_get_their_own_answer() -> None:
    async def all_of_them() -> list[int]:
        with Pool(workers=2, preload=()) as pool:
            return await asyncio.gather(*(pool.run(double, number) for number in range(4, 60)))

    assert asyncio.run(all_of_them()) == [2 * number for number in range(4, 60)]


def test_a_batch_comes_back_in_order_with_failures_as_values_and_is_taken_bit_by_bit() -> None:
    taken = []

    def numbers() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with Pool(workers=2, preload=()) as pool:
        results = pool.map_ordered(double, numbers())
        first = next(results)
        assert first == 0
        assert len(taken) <= 8
        rest = list(results)
    assert [value for value in rest if not isinstance(value, ExtractionError)] == [2, 4, *range(8, 200, 2)]
    assert [value.reason for value in rest if isinstance(value, ExtractionError)] == ["error: ValueError: three"]


def test_a_closed_pool_cancels_what_was_queued_and_takes_no_more() -> None:
    pool = Pool(workers=1, preload=())
    futures = [pool.submit(time.sleep, 0.3) for _ in range(5)]
    while not futures[0].running() and not futures[0].done():
        time.sleep(0.01)
    pool.close()
    pool.close()
    assert futures[0].result(0) is None
    assert futures[-1].cancelled()
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(double, 1)


PARENT = """
import sys, time
sys.path.insert(0, {root!r})
from pipelines.extraction.pool import Pool
from tests_pool_target import pid_and_hang, pid
if __name__ == "__main__":
    pool = Pool(workers=2, preload=())
    pool.submit(pid_and_hang, {out!r}, timeout=100)
    print(pool.submit(pid).result(60), flush=True)
    time.sleep(100)
"""
TARGET = """
import os, re
def pid(): return os.getpid()
def pid_and_hang(out):
    os.write(os.open(out, os.O_WRONLY), b"%d\\n" % os.getpid())
    re.match("(a+)+$", "a" * 60 + "b")  # holds the interpreter in C for ages
"""


def test_a_parent_that_is_killed_leaves_no_worker_behind_not_even_one_stuck_in_c_code(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "tests_pool_target.py").write_text(TARGET)
    (tmp_path / "parent.py").write_text(PARENT.format(root=str(ROOT), out=str(pipe)))
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "parent.py")], stdout=subprocess.PIPE, cwd=tmp_path
    ) as parent:
        with pipe.open() as lines:
            stuck = int(lines.readline())
        assert parent.stdout is not None
        idle = int(parent.stdout.readline())
        time.sleep(0.2)
        parent.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and (alive(stuck) or alive(idle)):
        time.sleep(0.05)
    assert not alive(stuck)
    assert not alive(idle)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


HOSTILE = {
    "120 KB of <b>": "<html><body>" + "<b>x" * 30_000,
    "166,000 attributes": "<html><body><p " + " ".join(f"a{n}=1" for n in range(166_000)) + ">نص</p>",
    "60,000 levels": "<html><body>" + "<div>" * 60_000 + "نص",
}


@pytest.mark.fault("A19")
@pytest.mark.slow
@pytest.mark.parametrize("shape", HOSTILE)
def test_a_hostile_page_ends_at_its_deadline_and_the_next_is_served_soon(shape: str) -> None:
    async def crawl() -> None:
        with Pool(workers=1) as pool:
            await pool.extract(page("<p>"))
            (answer,) = await asyncio.gather(pool.extract(page(HOSTILE[shape])), return_exceptions=True)
            assert getattr(answer, "reason", "timeout") in ("timeout", "memory")
            assert (await pool.extract(page('<a href="/b">'))).links == ("https://example.ma/b",)

    asyncio.run(crawl())
