"""Deadlines of worker processes: processor time where the system tells it, and wall time without pauses of our own.

A page must not lose its turn because the machine was busy, the laptop's lid was closed or a debugger stopped the program.
"""

import sys
import time

#: Seconds between two looks at a worker.
TICK_S = 0.25
#: Wall seconds that one look may add: a longer one means that this process itself was stopped meanwhile.
_MOST_A_TICK_S = 2.0
#: Wall seconds that a worker gets for each second of its deadline, where it does not use the processor: it shares the
#: machine with others, or something stopped it.
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
        """Count the wall time since the last look; a gap in which this process was stopped counts little."""
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
    """Processor time that a process has used, in seconds; None where the system does not tell, or it is gone."""
    if pid is None or sys.platform != "linux":
        return None
    try:
        return time.clock_gettime((~pid << 3) | 2)  # the kernel's MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED)
    except OSError:
        return None
