"""Manners: one request at a time to a host, with a gap, and rest when the host asks for it."""

import asyncio
from datetime import UTC, datetime

import pytest
from scrapy.http import Response

from crawler.fetching.http import retry_after
from crawler.politeness.host_queue import FAILURES, MAX_REST_S, HostQueue, HostResting, Stopped


class Log:
    """Requests to hosts through `HostQueue`, with their start and end."""

    def __init__(self, host_queue, *, delay_s=0.0, concurrency=1, takes=0.0):
        self.host_queue, self.delay_s, self.concurrency, self.takes = host_queue, delay_s, concurrency, takes
        self.starts, self.now, self.most = [], 0, 0

    async def ask(self, host="a"):
        await self.host_queue.turn(host, delay_s=self.delay_s, concurrency=self.concurrency, stopped=lambda: False)
        self.starts.append(asyncio.get_running_loop().time())
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(self.takes)
        self.now -= 1
        self.host_queue.done(host, latency_s=0.0, failed=False)


async def _all(log, hosts):
    await asyncio.gather(*(log.ask(host) for host in hosts))
    return log


def test_one_host_is_asked_one_at_a_time():
    assert asyncio.run(_all(Log(HostQueue(), takes=0.01), ["a"] * 8)).most == 1


def test_a_source_may_allow_more():
    assert asyncio.run(_all(Log(HostQueue(), takes=0.02, concurrency=3), ["a"] * 9)).most == 3


def test_different_hosts_do_not_wait_for_each_other():
    log = asyncio.run(_all(Log(HostQueue(), takes=0.05), ["a", "b", "c"]))
    assert log.most == 3
    assert max(log.starts) - min(log.starts) < 0.04


def test_requests_keep_the_gap_without_jitter():
    log = asyncio.run(_all(Log(HostQueue(), delay_s=0.1), ["a"] * 4))
    gaps = [later - earlier for earlier, later in zip(log.starts, log.starts[1:], strict=False)]
    assert all(0.09 < gap < 0.19 for gap in gaps), gaps


def test_crawl_delay_widens_the_gap():
    host_queue = HostQueue()
    host_queue.set_crawl_delay("a", 0.15)
    log = asyncio.run(_all(Log(host_queue, delay_s=0.01), ["a"] * 2))
    assert log.starts[1] - log.starts[0] > 0.14


def test_a_slow_host_is_left_alone_as_long_as_it_took():
    times = [100.0]
    host_queue = HostQueue(clock=lambda: times[0])
    asyncio.run(host_queue.turn("a", delay_s=1, concurrency=1, stopped=lambda: False))
    times[0] = 108.0
    host_queue.done("a", latency_s=8.0, failed=False)
    assert host_queue._host("a").next_at == 116.0


def test_a_resting_host_is_not_asked():
    times = [100.0]
    host_queue = HostQueue(clock=lambda: times[0])
    host_queue.rest("a", 60)
    with pytest.raises(HostResting) as error:
        asyncio.run(host_queue.turn("a", delay_s=0, concurrency=1, stopped=lambda: False))
    assert error.value.seconds == host_queue.resting_s("a") == 60
    times[0] = 160.0
    asyncio.run(host_queue.turn("a", delay_s=0, concurrency=1, stopped=lambda: False))


def test_those_who_wait_hear_of_the_rest():
    async def work():
        host_queue = HostQueue()
        log = Log(host_queue, delay_s=5)
        await log.ask()
        waiting = asyncio.ensure_future(log.ask())
        await asyncio.sleep(0.01)
        host_queue.rest("a", 60)
        with pytest.raises(HostResting):
            await waiting

    asyncio.run(work())


@pytest.mark.fault("F41")
def test_a_day_is_the_longest_rest():
    host_queue = HostQueue(clock=lambda: 0.0)
    host_queue.rest("a", 10**9)
    assert host_queue.resting_s("a") == MAX_REST_S


def test_a_host_that_fails_again_and_again_rests_longer_and_longer():
    times = [0.0]
    host_queue = HostQueue(clock=lambda: times[0])
    rests = []
    for _ in range(FAILURES + 3):
        host_queue.done("a", latency_s=None, failed=True)
        rests.append(host_queue.resting_s("a"))
        times[0] += rests[-1] + 1
    assert rests == [0.0] * (FAILURES - 1) + [30.0, 60.0, 120.0, 240.0]
    host_queue.done("a", latency_s=0.1, failed=False)
    host_queue.done("a", latency_s=None, failed=True)
    assert host_queue.resting_s("a") == 0


def test_a_stop_ends_the_waiting():
    async def work():
        host_queue = HostQueue()
        stopping = []
        await host_queue.turn("a", delay_s=60, concurrency=1, stopped=lambda: False)
        waiting = asyncio.ensure_future(host_queue.turn("a", delay_s=60, concurrency=1, stopped=lambda: bool(stopping)))
        await asyncio.sleep(0.01)
        stopping.append(True)
        with pytest.raises(Stopped):
            await asyncio.wait_for(waiting, 2)

    asyncio.run(work())


@pytest.mark.fault("F41")
@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("Mon, 05 Jan 2026 10:00:30 GMT", 30.0),
        ("Mon, 05 Jan 2026 09:00:00 GMT", 0.0),
        ("Mon, 05 Jan 2026 12:00:30 +0200", 30.0),
        ("nan", None),
        ("inf", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(said, seconds):
    response = Response("http://a/", status=429, headers={"Retry-After": said})
    assert retry_after(response, now=datetime(2026, 1, 5, 10, tzinfo=UTC)) == seconds
