"""Fair scheduling of sources with due work. Pure: no I/O.

News goes before backlog, backlog before revisits; among equals, the source served longest ago goes first. Two sources
on one host never run at once. Backlog and revisits leave a quarter of the slots free, so that news never waits for a
long turn to end.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crawler.sources.source import Source
from storage.operations.due_work import Due

#: Seconds that a source waits after a turn without work, or a crash: the first value, doubled each time in a row, up to
#: the second. Without work: another program holds its leases, or its host rests.
IDLE_S = (15.0, 300.0)
CRASH_S = (60.0, 3_600.0)

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class TurnQueue:
    """Running turns, and sources that must wait."""

    #: Maximum concurrent turns.
    places: int
    #: Key -> host of the running turns.
    running: dict[str, str] = field(default_factory=dict)
    _served: dict[str, datetime] = field(default_factory=dict)
    _not_before: dict[str, datetime] = field(default_factory=dict)
    _crashes: Counter[str] = field(default_factory=Counter)
    _idle: Counter[str] = field(default_factory=Counter)

    def next_sources(self, sources: Mapping[str, Source], due: Mapping[str, Due], now: datetime) -> list[Source]:
        """Return the sources whose turns begin now, in order; they count as running."""
        ranked: list[tuple[int, datetime, str]] = []
        for key in sources:
            rank = due[key].rank(now) if key in due else None
            if rank is not None and key not in self.running and self._not_before.get(key, _NEVER) <= now:
                ranked.append((rank, self._served.get(key, _NEVER), key))
        begun = []
        for rank, _, key in sorted(ranked):
            room = self.places if rank == 0 else max(1, self.places - self.places // 4)
            host = sources[key].host
            if len(self.running) < room and host not in self.running.values():
                self.running[key] = host
                begun.append(sources[key])
        return begun

    def ended(self, key: str, now: datetime, *, did_something: bool, crashed: bool = False) -> None:
        """Record the end of a turn."""
        del self.running[key]
        self._served[key] = now
        self._crashes[key] = self._crashes[key] + 1 if crashed else 0
        self._idle[key] = 0 if did_something or crashed else self._idle[key] + 1
        self._not_before[key] = now + timedelta(
            seconds=max(_back_off(CRASH_S, self._crashes[key]), _back_off(IDLE_S, self._idle[key]))
        )

    def next_at(self, keys: Iterable[str], due: Mapping[str, Due]) -> datetime | None:
        """Return when the next turn can begin, if nothing else happens.

        None: sources wait only for a slot or a host.
        """
        times = [self.due_at(key, due) for key in keys if key not in self.running]
        return min((time for time in times if time is not None), default=None)

    def due_at(self, key: str, due: Mapping[str, Due]) -> datetime | None:
        """Return when a source may have its turn; None: it has no future work."""
        at = due[key].at if key in due else None
        return max(at, self._not_before.get(key, _NEVER)) if at is not None else None


def _back_off(bounds: tuple[float, float], times: int) -> float:
    return min(bounds[0] * 2.0 ** min(times - 1, 20), bounds[1]) if times else 0.0
