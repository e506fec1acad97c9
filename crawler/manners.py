"""Manners: when the next request may go to a host. One object a process, shared by all its crawls.

Scrapy's slots and its AutoThrottle know one crawl only, so two sources on one host would hit it twice as hard; and
AutoThrottle begins at 5 s and creeps. Here a host is asked by one request at a time (unless its source says more),
with a fixed gap from start to start that grows with what the host says: Crawl-delay, Retry-After, slow answers.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from storage.errors import WarraqError

#: Crawl-delay (no part of RFC 9309) is obeyed up to here.
MAX_CRAWL_DELAY_S = 120.0
#: Retry-After is obeyed up to here.
MAX_REST_S = 86_400.0
#: Rest after 429 without Retry-After.
REST_S = 30.0
#: After an answer the host is left alone at least as long as it took to answer, up to here.
MAX_LATENCY_GAP_S = 30.0
#: Failures of the host itself (no connection, no answer, 5xx) in a row, after which it rests: one probe at a time.
FAILURES = 5

#: Longest wait of a redirect's next hop: most are from http to https or to "www.".
HOP_S = 1.0

#: Seconds between looks at whether the crawl is being stopped.
_LOOK_S = 0.25


class HostResting(WarraqError):
    """The host asked to be left alone; the request was not made. `seconds`: for how long still."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} rests for another {seconds:.0f} s")
        self.host = host
        self.seconds = seconds


class Stopped(WarraqError):
    """The crawl is being stopped; the request was not made."""


@dataclass(slots=True)
class _Host:
    order: asyncio.Lock = field(default_factory=asyncio.Lock)
    freed: asyncio.Event = field(default_factory=asyncio.Event)
    active: int = 0
    #: Monotonic times.
    last_start: float = 0.0
    next_at: float = 0.0
    rest_until: float = 0.0
    crawl_delay_s: float = 0.0
    failures: int = 0


class Manners:
    """The hosts that this process talks to."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._hosts: dict[str, _Host] = {}
        self._clock = clock

    async def turn(
        self, host: str, *, delay_s: float, concurrency: int, stopped: Callable[[], bool], hurried: bool = False
    ) -> None:
        """Wait until a request may go to the host; first come, first served. `done` must follow.

        Args:
            delay_s: seconds from this request's start to the next one's.
            hurried: the request is a redirect's next hop, the rest of one that had its turn: it waits `HOP_S` at most.

        Raises:
            HostResting: the host is to be left alone for now.
            Stopped: `stopped()` became true while waiting.
        """
        state = self._host(host)
        async with state.order:
            while (wait := self._wait(host, state, concurrency, hurried=hurried)) > 0:
                if stopped():
                    raise Stopped(f"{host}: the crawl is being stopped")
                state.freed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(state.freed.wait(), min(wait, _LOOK_S))
            state.active += 1
            state.last_start = self._clock()
            state.next_at = state.last_start + max(delay_s, state.crawl_delay_s)

    def done(self, host: str, *, latency_s: float | None, failed: bool) -> None:
        """The request ended. `failed`: the host gave no answer, or 5xx."""
        state = self._host(host)
        state.active = max(0, state.active - 1)
        state.failures = state.failures + 1 if failed else 0
        if state.failures >= FAILURES:
            self.rest(host, min(REST_S * 2 ** (state.failures - FAILURES), 3_600))
        if latency_s is not None:
            state.next_at = max(state.next_at, self._clock() + min(latency_s, MAX_LATENCY_GAP_S))
        state.freed.set()

    def rest(self, host: str, seconds: float) -> None:
        """Leave the host alone for so long, a day at most."""
        state = self._host(host)
        state.rest_until = max(state.rest_until, self._clock() + min(max(seconds, 0.0), MAX_REST_S))

    def resting_s(self, host: str) -> float:
        """Seconds for which the host is still left alone; 0 if it is not."""
        state = self._hosts.get(host)
        return max(0.0, state.rest_until - self._clock()) if state else 0.0

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        """What robots.txt asks for, up to `MAX_CRAWL_DELAY_S`."""
        self._host(host).crawl_delay_s = min(max(seconds, 0.0), MAX_CRAWL_DELAY_S)

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())

    def _wait(self, host: str, state: _Host, concurrency: int, *, hurried: bool) -> float:
        """Seconds until the next look; 0: now."""
        now = self._clock()
        if state.rest_until > now:
            raise HostResting(host, state.rest_until - now)
        if state.active >= concurrency:
            return _LOOK_S
        next_at = min(state.next_at, state.last_start + HOP_S) if hurried else state.next_at
        return max(0.0, next_at - now)
