"""Manners: when the next request may go to a host. One object a process, shared by all its crawls.

Scrapy's slots and its AutoThrottle know one crawl only, so two sources on one host would hit it twice as hard; and
AutoThrottle begins at 5 s and creeps. Here a host is asked by one request at a time (unless its source says more),
with a fixed gap from start to start that grows with what the host says: Crawl-delay, Retry-After, slow answers.

A turn is a page or endpoint with all that it takes: the robots.txt that is asked for it, and its redirects. The gap
lies between turns. Manners have a memory in the archive, so that neither a restart nor another machine forgets a rest,
or asks too soon after the last request: `met`, `memories`, `hear`. What is awaited is counted on the monotonic clock,
what is remembered is told by the wall's.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from storage.crawl_state.hosts import HostMemory, Hosts
from storage.database.engine import utc_now
from storage.errors import WarraqError

logger = logging.getLogger(__name__)

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
#: The longest of those rests; they begin at `REST_S` and double.
MAX_BACK_OFF_S = 6 * 3_600.0

#: Longest wait of a redirect's next hop: most are from http to https or to "www.".
HOP_S = 1.0

#: What is to be remembered of a host is written at least this often while it is asked, and at the end. A process that
#: was killed may have asked it until so long after it last wrote: whoever comes next takes it that it did.
FLUSH_S = 10.0

#: A host that was not asked for so long is another process's to ask, where there are several.
HOLD_S = 5.0

#: Seconds between looks at whether the crawl is being stopped.
_LOOK_S = 0.25


class HostLocking(Protocol):
    """Who of several processes asks a host now: `storage.operations.host_locks`."""

    def take(self, host: str) -> bool: ...


#: What a request is to its turn: the page itself, the robots.txt before it, or a redirect's next hop.
Part = Literal["page", "robots", "hop"]


class HostResting(WarraqError):
    """The host asked to be left alone; the request was not made. `seconds`: for how long still."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} rests for another {seconds:.0f} s")
        self.host = host
        self.seconds = seconds


class Stopped(WarraqError):
    """The crawl is being stopped; the request was not made."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The time between two turns at a host, in seconds: as it was, and as it was to be."""

    seconds: float
    asked: float


@dataclass(slots=True)
class _Host:
    order: asyncio.Lock = field(default_factory=asyncio.Lock)
    freed: asyncio.Event = field(default_factory=asyncio.Event)
    active: int = 0
    #: Monotonic times. `last_start` is None before the first request that is known of.
    last_start: float | None = None
    next_at: float = 0.0
    rest_until: float = 0.0
    #: The same two by the wall's clock, as they are remembered: reckoned once, so that they compare equal.
    last_wall: datetime | None = None
    rest_wall: datetime | None = None
    #: What was to be kept after the last start.
    gap_s: float = 0.0
    crawl_delay_s: float = 0.0
    failures: int = 0
    #: robots.txt was asked: the turn has begun, its page comes next.
    begun: bool = False
    #: Monotonic time of our last exchange with the archive; None: ask it before the next request.
    met_at: float | None = None
    #: The `updated_at` that we wrote then: a row with another was written by somebody else.
    told_at: datetime | None = None
    #: Something is to be remembered.
    dirty: bool = False
    #: No other process asks it now, and since when, in monotonic time; means something only where there are `holds`.
    held: bool = False
    held_at: float = 0.0


class HostQueue:
    """The hosts that this process talks to."""

    def __init__(
        self,
        hosts: Hosts | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
        run: Callable[..., Awaitable[Any]] = asyncio.to_thread,
    ) -> None:
        """
        Args:
            hosts: where hosts are remembered; None: nowhere.
            run: calls a function of `hosts` outside of the event loop.
        """
        self._hosts: dict[str, _Host] = {}
        self._memory = hosts
        self._run = run
        self._clock = clock
        self._now = now
        #: What other processes wrote meanwhile; filled by the thread that writes, emptied by ours.
        self._heard: deque[HostMemory] = deque()
        #: Where several processes agree on who asks a host now; None: there are no others.
        self.holds: HostLocking | None = None
        #: Called when a host begins to rest: that is worth remembering at once.
        self.on_rest: Callable[[], None] = lambda: None

    async def turn(
        self, host: str, *, delay_s: float, concurrency: int, stopped: Callable[[], bool], part: Part = "page"
    ) -> Gap | None:
        """Wait until a request may go to the host; first come, first served. `done` must follow.

        Args:
            delay_s: seconds from this turn's start to the next one's.
            part: a page waits for its turn, unless robots.txt has begun it; a hop waits `HOP_S` at most.

        Returns:
            The gap to what was asked before; None within a turn, and before anything was asked.

        Raises:
            HostResting: the host is to be left alone for now.
            Stopped: `stopped()` became true while waiting.
            StorageError: what is remembered of it cannot be read.
        """
        state = self._host(host)
        async with state.order:
            while True:
                wait = self._wait(host, state, concurrency, part)
                if wait <= 0 and self._is_held(state) and self._is_fresh(state):
                    return self._start(state, delay_s, part)
                if stopped():
                    raise Stopped(f"{host}: the crawl is being stopped")
                if wait <= 0 and (self._is_held(state) or await self._take(host, state)):
                    await self._meet(host, state, delay_s)
                    continue
                wait = wait or _LOOK_S
                state.freed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(state.freed.wait(), min(wait, _LOOK_S))

    def done(self, host: str, *, latency_s: float | None, failed: bool) -> None:
        """The request ended. `failed`: the host gave no answer, or 5xx."""
        state = self._host(host)
        state.active = max(0, state.active - 1)
        state.failures = state.failures + 1 if failed else 0
        state.dirty = True
        if state.failures >= FAILURES:
            self.rest(host, min(REST_S * 2.0 ** min(state.failures - FAILURES, 30), MAX_BACK_OFF_S))
        if latency_s is not None:
            state.next_at = max(state.next_at, self._clock() + min(latency_s, MAX_LATENCY_GAP_S))
            if not state.begun:
                # A busy process sends later than its turn was: what the host sees is the gap from when it was sent.
                state.next_at = max(state.next_at, self._clock() - latency_s + state.gap_s)
        state.freed.set()

    def rest(self, host: str, seconds: float) -> None:
        """Leave the host alone for so long, a day at most."""
        state = self._host(host)
        seconds = min(max(seconds, 0.0), MAX_REST_S)
        if self._clock() + seconds > state.rest_until:
            state.rest_until = self._clock() + seconds
            state.rest_wall = self._now() + timedelta(seconds=seconds)
        state.dirty = True
        self.on_rest()

    def resting_s(self, host: str) -> float:
        """Seconds for which the host is still left alone; 0 if it is not."""
        state = self._hosts.get(host)
        return max(0.0, state.rest_until - self._clock()) if state else 0.0

    def resting(self) -> list[str]:
        """The hosts that are left alone now."""
        return [host for host in list(self._hosts) if self.resting_s(host) > 0]

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        """What robots.txt asks for, up to `MAX_CRAWL_DELAY_S`; 0: nothing."""
        self._host(host).crawl_delay_s = min(max(seconds, 0.0), MAX_CRAWL_DELAY_S)

    # The memory

    def memories(self) -> list[HostMemory]:
        """What is to be written of the hosts that were asked since the last call. For any thread."""
        changed = [(host, state) for host, state in list(self._hosts.items()) if state.dirty]
        told = []
        for host, state in changed:
            state.dirty = False  # before it is read: what comes between is written twice, never not at all
            memory = self._memory_of(host, state)
            state.told_at, state.met_at = memory.updated_at, self._clock()
            told.append(memory)
        return told

    def unwritten(self, memories: Collection[HostMemory]) -> None:
        """These could not be written: they are to be, and nothing is asked before. For any thread."""
        for memory in memories:
            state = self._hosts[memory.host]
            state.dirty, state.met_at = True, None

    def hear(self, memory: HostMemory) -> None:
        """Take note of what another process wrote of a host. For any thread."""
        self._heard.append(memory)

    def let_go(self) -> list[str]:
        """The held hosts that were not asked for a while, and of which all is written: held no more. In the loop's thread."""
        idle = [
            host
            for host, state in self._hosts.items()
            if state.held and not state.active and not state.dirty
            and self._clock() - max(state.held_at, state.last_start or 0.0) > HOLD_S
        ]  # fmt: skip
        for host in idle:
            self._hosts[host].held = False
        return idle

    def _is_held(self, state: _Host) -> bool:
        return self.holds is None or state.held

    async def _take(self, host: str, state: _Host) -> bool:
        assert self.holds is not None
        state.held = await asyncio.to_thread(self.holds.take, host)
        if state.held:
            state.held_at, state.met_at = self._clock(), None  # what the one before did is in the archive
        return state.held

    def _memory_of(self, host: str, state: _Host) -> HostMemory:
        return HostMemory(
            host=host,
            failures=state.failures,
            rest_until=state.rest_wall,
            crawl_delay_s=state.crawl_delay_s,
            last_request_at=state.last_wall,
            updated_at=self._now(),
        )

    def _is_fresh(self, state: _Host) -> bool:
        """Whether the archive was asked of the host, or told, lately."""
        return self._memory is None or (state.met_at is not None and self._clock() - state.met_at <= FLUSH_S)

    async def _meet(self, host: str, state: _Host, delay_s: float) -> None:
        assert self._memory is not None
        wall = self._now()
        memory = await self._run(self._memory.meet, host, now=wall)
        if memory is not None and memory.updated_at != state.told_at:
            first = state.told_at is None
            state.gap_s = max(delay_s, memory.crawl_delay_s)
            if first:
                state.crawl_delay_s = state.crawl_delay_s or memory.crawl_delay_s
            state.failures = memory.failures
            self._learn(state, memory, asked_until=memory.updated_at + timedelta(seconds=FLUSH_S))
            if first and self.resting_s(host) > 0:
                logger.warning("%s is left alone for another %.0f s, as remembered", host, self.resting_s(host))
        state.met_at, state.told_at = self._clock(), wall

    def _learn(self, state: _Host, memory: HostMemory, *, asked_until: datetime | None) -> None:
        """Keep the rest and the gap that another process owes. `asked_until`: up to when it may have asked."""
        rests, last = memory.rest_until, memory.last_request_at
        if rests is not None and (end := self._on_clock(rests, latest=MAX_REST_S)) > state.rest_until:
            state.rest_until, state.rest_wall = end, rests
        if last is not None and (state.last_start is None or self._on_clock(last) > state.last_start):
            state.last_start, state.last_wall, state.begun = self._on_clock(last), last, False
        if asked_until is not None:
            state.next_at = max(state.next_at, self._on_clock(asked_until) + state.gap_s)

    def _listen(self) -> None:
        while self._heard:
            memory = self._heard.popleft()
            self._learn(self._host(memory.host), memory, asked_until=memory.last_request_at)

    def _on_clock(self, moment: datetime, *, latest: float = 0.0) -> float:
        """An instant on the monotonic clock, at most `latest` seconds ahead: the clocks of two machines differ."""
        return self._clock() + min((moment - self._now()).total_seconds(), latest)

    # The waiting

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())

    def _start(self, state: _Host, delay_s: float, part: Part) -> Gap | None:
        now = self._clock()
        within = state.last_start is None or state.begun or part == "hop"
        gap = None if within else Gap(now - (state.last_start or 0.0), state.gap_s)
        state.active += 1
        state.last_start, state.last_wall = now, self._now()
        state.gap_s = max(delay_s, state.crawl_delay_s)
        state.begun = part == "robots"
        state.next_at = now if state.begun else now + state.gap_s
        state.dirty = True
        return gap

    def _wait(self, host: str, state: _Host, concurrency: int, part: Part) -> float:
        """Seconds until the next look; 0: now."""
        if self._heard:
            self._listen()
        now = self._clock()
        if state.rest_until > now:
            raise HostResting(host, state.rest_until - now)
        if state.active >= (1 if state.failures >= FAILURES else concurrency):
            return _LOOK_S
        next_at = state.next_at
        if part == "hop" and state.last_start is not None:
            next_at = min(next_at, state.last_start + HOP_S)
        return max(0.0, next_at - now)
