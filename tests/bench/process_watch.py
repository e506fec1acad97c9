"""Watch a process and its descendants: memory over time, processor seconds of each. Linux only (/proc)."""

import threading
import time
from os import sysconf
from pathlib import Path
from typing import Self

_TICK = sysconf("SC_CLK_TCK")
#: Seconds between two looks.
_EVERY_S = 0.25


class ProcessWatch:
    """A context manager that records `memory` (seconds since the start, MB) and `spent` (pid -> seconds)."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.memory: list[tuple[float, float]] = []
        self.spent: dict[int, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    @property
    def peak_mb(self) -> float:
        """Most memory at once, of all processes together, shared pages counted once."""
        return max((size for _, size in self.memory), default=0.0)

    @property
    def workers_s(self) -> float:
        """Processor seconds of the descendants."""
        return sum(seconds for pid, seconds in self.spent.items() if pid != self.pid)

    def _look_on(self) -> None:
        began = time.monotonic()
        while not self._over.wait(_EVERY_S):
            alive = self._descendants()
            self.spent |= {pid: spent for pid in alive if (spent := _spent(pid)) is not None}
            self.memory.append((time.monotonic() - began, sum(map(_memory_mb, alive))))

    def _descendants(self) -> list[int]:
        parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
        found = {self.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return sorted(found)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def spent_by(pid: int) -> float:
    """Processor seconds of one process so far; 0 where it is gone."""
    return _spent(pid) or 0.0


def _fields(path: Path) -> list[str] | None:
    try:
        return (path / "stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None


def _parent(path: Path) -> int | None:
    fields = _fields(path)
    return int(fields[1]) if fields else None


def _spent(pid: int) -> float | None:
    fields = _fields(Path(f"/proc/{pid}"))
    return (int(fields[11]) + int(fields[12])) / _TICK if fields else None


def _memory_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
