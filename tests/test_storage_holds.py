"""Host locks: one of several workers uses a host, and a dead worker holds no lock."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.politeness.host_queue import HOLD_S, HostQueue, Stopped
from storage.archive import Archive
from storage.operations.host_locks import host_locks

pytestmark = pytest.mark.postgres


@pytest.fixture
def archives(postgres_url: str, tmp_path: Path):
    """Two programs on one archive."""
    with Archive.open(postgres_url, warc=tmp_path / "a") as one, Archive.open(postgres_url, warc=tmp_path / "b") as two:
        yield one, two


def test_a_host_is_held_by_one_until_it_is_let_go(archives) -> None:
    with host_locks(archives[0]) as here, host_locks(archives[1]) as there:
        assert here.take("cdn.example")
        assert not there.take("cdn.example")
        assert there.take("feeds.example")
        here.give("cdn.example")
        assert there.take("cdn.example")


def test_who_ends_holds_nothing(archives) -> None:
    with host_locks(archives[1]) as there:
        with host_locks(archives[0]) as here:
            assert here.take("cdn.example")
        assert there.take("cdn.example")


class _Others:
    """What other workers hold."""

    def __init__(self) -> None:
        self.held = {"cdn.example"}

    def take(self, host: str) -> bool:
        return host not in self.held


def test_a_host_that_another_worker_holds_is_not_asked() -> None:
    host_queue, others = HostQueue(), _Others()
    host_queue.holds = others
    looks = iter([False, False, True])

    async def turn(host: str, stopped: Callable[[], bool]) -> None:
        await host_queue.turn(host, delay_s=0.0, concurrency=1, stopped=stopped)

    with pytest.raises(Stopped):
        asyncio.run(turn("cdn.example", lambda: next(looks)))


def test_a_host_that_is_asked_no_more_is_left_to_others(archives) -> None:
    now = [1000.0]
    host_queue = HostQueue(archives[0].hosts, clock=lambda: now[0])
    with host_locks(archives[0]) as host_queue.holds:
        asyncio.run(host_queue.turn("cdn.example", delay_s=0.0, concurrency=1, stopped=lambda: False))
        now[0] += HOLD_S + 1
        assert host_queue.let_go() == [], "its answer is not there yet"
        host_queue.done("cdn.example", latency_s=0.0, failed=False)
        assert host_queue.let_go() == [], "what is to be remembered of it is not written yet"
        archives[0].hosts.remember(host_queue.memories())
        assert host_queue.let_go() == ["cdn.example"]
        assert host_queue.let_go() == []
