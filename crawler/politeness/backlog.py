"""Pages of all crawls of a process that wait to be read or stored: while they fill their share of memory, no further
page is asked for.

Scrapy bounds what waits in one crawl; twenty crawls at once may each fill that bound.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator

#: Bytes of pages that wait, for each worker: some ten usual pages, half a second of its work.
WAITING_BYTES = 2_000_000
#: Bytes that a requested page is expected to have: the mean of 350 real ones.
_USUAL_PAGE = 190_000
#: Seconds between two checks of a page that waits, if nothing was stored meanwhile.
_CHECK_S = 0.1


class Backlog:
    """What the crawls of a process hold in memory. Used in the event loop's thread only."""

    def __init__(self, workers: int) -> None:
        self._most = workers * WAITING_BYTES
        self._crawls: list[Callable[[], int]] = []
        self._requested = 0
        self._order = asyncio.Lock()
        self._freed = asyncio.Event()

    @contextlib.contextmanager
    def counting(self, size: Callable[[], int]) -> Iterator[None]:
        """Count a crawl while inside. `size`: bytes of its pages that are not stored yet."""
        self._crawls.append(size)
        try:
            yield
        finally:
            self._crawls.remove(size)
            self._freed.set()

    @property
    def is_full(self) -> bool:
        """Whether no further page should be requested.

        Requested pages count up to half of the bound: where many slow hosts are asked, the workers must not run out of
        pages for what may come.
        """
        expected = min(self._requested * _USUAL_PAGE, self._most // 2)
        return sum(size() for size in self._crawls) + expected > self._most

    async def begin(self, *, stopped: Callable[[], bool]) -> None:
        """Wait until a page may be requested, first come, first served, and count it. `end` must follow.

        It does not wait further once `stopped()` is true.
        """
        async with self._order:
            while self.is_full and not stopped():
                self._freed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._freed.wait(), _CHECK_S)
        self.begin_part()

    def begin_part(self) -> None:
        """Count a request that must not wait: the robots.txt or the next hop of a page. `end` must follow."""
        self._requested += 1

    def end(self) -> None:
        """A request ended."""
        self._requested -= 1
        self._freed.set()

    def freed(self) -> None:
        """Something was stored."""
        self._freed.set()
