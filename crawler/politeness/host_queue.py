"""When the next request may go to a host. One object per process, shared by all its crawls.

Scrapy's slots and its AutoThrottle know one crawl only, so two sources on one host would hit it twice as hard; and
AutoThrottle starts at 5 s and adapts slowly. Here a host gets one request at a time (unless its source allows more),
with a fixed gap from start to start that grows with the host's signals: Crawl-delay, Retry-After, slow responses.

A turn is a page or endpoint with its robots.txt and its redirects. The gap lies between turns. The archive stores host
state, so that neither a restart nor another machine forgets a rest, or sends a request too soon after the last one:
`met`, `memories`, `hear`. Waiting uses the monotonic clock, stored state the wall clock.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from storage.crawl_state.hosts import HostMemory, Hosts
from storage.database.engine import utc_now
from storage.errors import WarraqError

logger = logging.getLogger(__name__)

#: Crawl-delay (not part of RFC 9309) is obeyed up to this.
MAX_CRAWL_DELAY_S = 120.0
#: Retry-After is obeyed up to this.
MAX_REST_S = 86_400.0
#: Rest after 429 without Retry-After.
REST_S = 30.0
#: After a response the host rests at least as long as the response took, up to this.
MAX_LATENCY_GAP_S = 30.0
#: Consecutive failures of the host itself (no connection, no response, 5xx) after which it rests: one probe at a time.
FAILURES = 5
#: The longest of those rests; they start at `REST_S` and double.
MAX_BACK_OFF_S = 6 * 3_600.0

#: Maximum wait of a redirect's next hop: most are from http to https or to "www.".
HOP_S = 1.0

#: Host state is stored at least this often while the host is used, and at the end. After a crash, assume the host was
#: contacted up to FLUSH_S after the last write.
FLUSH_S = 10.0

#: A host unused for this long may be taken over by another process, if there are several.
HOLD_S = 5.0

#: Interval of checks whether the crawl is being stopped, in seconds.
_CHECK_S = 0.25


class HostLocking(Protocol):
    """Decides which of several processes may contact a host: `storage.operations.host_locks`."""

    def take(self, host: str) -> bool: ...


#: Part of a turn: the page itself, the robots.txt before it, or a redirect's next hop.
Part = Literal["page", "robots", "hop"]


class HostResting(WarraqError):
    """The host is resting; the request was not made. `seconds`: remaining time."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} rests for another {seconds:.0f} s")
        self.host = host
        self.seconds = seconds


class Stopped(WarraqError):
    """The crawl is being stopped; the request was not made."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The time between two turns at a host, in seconds: actual and required."""

    seconds: float
    asked: float


@dataclass(slots=True)
class _Host:
    order: asyncio.Lock = field(default_factory=asyncio.Lock)
    freed: asyncio.Event = field(default_factory=asyncio.Event)
    active: int = 0
    #: Monotonic times. `last_start` is None before the first known request.
    last_start: float | None = None
    next_at: float = 0.0
    rest_until: float = 0.0
    #: The same two on the wall clock, as stored: computed once, so that they compare equal.
    last_wall: datetime | None = None
    rest_wall: datetime | None = None
    #: Required gap after the last start.
    gap_s: float = 0.0
    crawl_delay_s: float = 0.0
    failures: int = 0
    #: robots.txt was requested: the turn has begun, its page comes next.
    begun: bool = False
    #: Monotonic time of the last exchange with the archive; None: read it before the next request.
    met_at: float | None = None
    #: The `updated_at` written then: a row with another value was written by another process.
    told_at: datetime | None = None
    #: State to be stored.
    dirty: bool = False
    #: No other process may contact it now, and since when, in monotonic time; relevant only with `holds`.
    held: bool = False
    held_at: float = 0.0


class HostQueue:
    """The hosts that this process contacts."""

    def __init__(
        self,
        hosts: Hosts | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
        run: Callable[..., Awaitable[HostMemory | None]] = asyncio.to_thread,
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
        #: What other processes stored meanwhile; filled by the writer thread, emptied by ours.
        self._heard: deque[HostMemory] = deque()
        #: Host locks shared by several processes; None: there are no others.
        self.holds: HostLocking | None = None
        #: Called when a host starts to rest: that is stored at once.
        self.on_rest: Callable[[], None] = lambda: None

    async def turn(
        self, host: str, *, delay_s: float, concurrency: int, stopped: Callable[[], bool], part: Part = "page"
    ) -> Gap | None:
        """Wait until a request may go to the host; first come, first served. `done` must follow.

        Args:
            delay_s: seconds from this turn's start to the next one's.
            part: a page waits for its turn, unless robots.txt has begun it; a hop waits `HOP_S` at most.

        Returns:
            The gap since the previous turn; None within a turn, and before the first.

        Raises:
            HostResting: the host is resting.
            Stopped: `stopped()` became true while waiting.
            StorageError: its stored state cannot be read.
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
                wait = wait or _CHECK_S
                state.freed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(state.freed.wait(), min(wait, _CHECK_S))

    def done(self, host: str, *, latency_s: float | None, failed: bool) -> None:
        """End a request. `failed`: no response from the host, or 5xx."""
        state = self._host(host)
        state.active = max(0, state.active - 1)
        state.failures = state.failures + 1 if failed else 0
        state.dirty = True
        if state.failures >= FAILURES:
            self.rest(host, min(REST_S * 2.0 ** min(state.failures - FAILURES, 30), MAX_BACK_OFF_S))
        if latency_s is not None:
            state.next_at = max(state.next_at, self._clock() + min(latency_s, MAX_LATENCY_GAP_S))
            if not state.begun:
                # A busy process sends later than its turn: the host sees the gap from the actual sending.
                state.next_at = max(state.next_at, self._clock() - latency_s + state.gap_s)
        state.freed.set()

    def rest(self, host: str, seconds: float) -> None:
        """Let the host rest for this long, a day at most."""
        state = self._host(host)
        seconds = min(max(seconds, 0.0), MAX_REST_S)
        if self._clock() + seconds > state.rest_until:
            state.rest_until = self._clock() + seconds
            state.rest_wall = self._now() + timedelta(seconds=seconds)
        state.dirty = True
        self.on_rest()

    def resting_s(self, host: str) -> float:
        """Return the remaining rest of a host in seconds; 0 if it is not resting."""
        state = self._hosts.get(host)
        return max(0.0, state.rest_until - self._clock()) if state else 0.0

    def resting(self) -> list[str]:
        """Return the resting hosts."""
        return [host for host in list(self._hosts) if self.resting_s(host) > 0]

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        """Set the delay that robots.txt asks for, up to `MAX_CRAWL_DELAY_S`; 0: none."""
        self._host(host).crawl_delay_s = min(max(seconds, 0.0), MAX_CRAWL_DELAY_S)

    # Stored state

    def memories(self) -> list[HostMemory]:
        """Return the state to be stored of hosts used since the last call. Thread-safe."""
        changed = [(host, state) for host, state in list(self._hosts.items()) if state.dirty]
        unstored = []
        for host, state in changed:
            state.dirty = False  # before it is read: concurrent changes are stored twice, never lost
            memory = self._memory_of(host, state)
            state.told_at, state.met_at = memory.updated_at, self._clock()
            unstored.append(memory)
        return unstored

    def unwritten(self, memories: Collection[HostMemory]) -> None:
        """Mark states that could not be stored: nothing is requested before they are. Thread-safe."""
        for memory in memories:
            state = self._hosts[memory.host]
            state.dirty, state.met_at = True, None

    def hear(self, memory: HostMemory) -> None:
        """Take note of a host state stored by another process. Thread-safe."""
        self._heard.append(memory)

    def let_go(self) -> list[str]:
        """Release locked hosts that were unused for a while and are fully stored. Call in the loop's thread."""
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
            state.held_at, state.met_at = self._clock(), None  # the previous holder's requests are in the archive
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
        """Whether the archived state of the host was read or written recently."""
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
                logger.warning("%s rests for another %.0f s (stored state)", host, self.resting_s(host))
        state.met_at, state.told_at = self._clock(), wall

    def _learn(self, state: _Host, memory: HostMemory, *, asked_until: datetime | None) -> None:
        """Adopt the rest and the gap of another process. `asked_until`: time up to which it may have sent requests."""
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
        """Convert a time to the monotonic clock, at most `latest` seconds ahead, because clocks of machines differ."""
        return self._clock() + min((moment - self._now()).total_seconds(), latest)

    # Waiting

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
        """Return the seconds until the next check; 0: now."""
        if self._heard:
            self._listen()
        now = self._clock()
        if state.rest_until > now:
            raise HostResting(host, state.rest_until - now)
        if state.active >= (1 if state.failures >= FAILURES else concurrency):
            return _CHECK_S
        next_at = state.next_at
        if part == "hop" and state.last_start is not None:
            next_at = min(next_at, state.last_start + HOP_S)
        return max(0.0, next_at - now)
