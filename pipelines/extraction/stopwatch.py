"""Deadlines of worker processes: processor time if the system reports it, else wall time without suspensions.

A page must not time out because the machine was busy, a laptop was closed or a debugger stopped the program.
"""

import sys
import time

#: Seconds between two checks of a worker.
TICK_S = 0.25
#: Maximum wall time counted per check: a longer gap means that this process was suspended.
_MOST_A_TICK_S = 2.0
#: Wall seconds allowed per second of the deadline while a worker uses no processor time, because the machine is busy
#: or the worker is suspended.
PATIENCE = 12.0


class Stopwatch:
    """The time that one call of a worker has taken."""

    def __init__(self, pid: int | None, *, deadline: float) -> None:
        self._pid = pid
        self._deadline = deadline
        self._cpu_start = cpu_seconds(pid)
        self._last = time.monotonic()
        self._wall = 0.0

    def look(self) -> None:
        """Count the wall time since the last check; a gap in which this process was suspended is capped."""
        now = time.monotonic()
        self._wall += min(now - self._last, _MOST_A_TICK_S)
        self._last = now

    @property
    def wall(self) -> float:
        """Wall seconds counted so far."""
        return self._wall

    @property
    def is_over(self) -> bool:
        """Whether the call used up its deadline: processor time; wall time where processor time is not known."""
        now = cpu_seconds(self._pid)
        if now is None or self._cpu_start is None:
            return self._wall >= self._deadline
        return now - self._cpu_start >= self._deadline

    @property
    def is_stuck(self) -> bool:
        """Whether the worker made no use of the processor for so long that it must be frozen."""
        return self._wall >= self._deadline * PATIENCE


def cpu_seconds(pid: int | None) -> float | None:
    """Return the processor time used by a process, in seconds; None if unsupported or the process has ended."""
    if pid is None or sys.platform != "linux":
        return None
    try:
        return time.clock_gettime((~pid << 3) | 2)  # the kernel's MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED)
    except OSError:
        return None
