"""Maintenance that one of the workers does in every period: release what dead workers held, queue due sources."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler.sources.source import Source
from storage.archive import Archive
from storage.database.engine import utc_now
from storage.operations.due_work import due
from warraq.workers.queue import App, put
from warraq.workers.registry import WorkerRegistry

logger = logging.getLogger(__name__)

#: Priority of a job by `storage.operations.due_work.Due.rank`: news, backlog, revisits.
_PRIORITY = {0: 2, 1: 1, 2: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerTimings:
    """Periods, in seconds."""

    heartbeat_s: float = 10.0
    #: A worker silent for longer is dead. Well above `heartbeat_s`: a machine under load is not dead.
    stalled_s: float = 30.0
    #: Intervals of the checks for dead workers, and for due sources.
    duty_s: float = 5.0


async def run_maintenance(
    app: App, archive: Archive, registry: WorkerRegistry, sources: Mapping[str, Source], pace: WorkerTimings
) -> None:
    """Run the maintenance forever, each period by one worker. Raises StorageError if the database is lost."""
    while True:
        if await asyncio.to_thread(registry.is_turn, "all", every_s=pace.duty_s):
            await asyncio.to_thread(release_dead, archive, registry, silent_s=pace.stalled_s)
            for source in await asyncio.to_thread(waiting, archive, registry, sources):
                rank = source.rank
                await put(app, source.key, host=source.host, priority=_PRIORITY[rank])
        await asyncio.sleep(pace.duty_s / 2)


def release_dead(archive: Archive, registry: WorkerRegistry, *, silent_s: float) -> None:
    """Remove silent workers; their jobs and leases are free at once, on all machines."""
    gone, freed = registry.remove_dead(silent_s=silent_s)
    for worker in gone:
        logger.warning("%s stopped responding and was removed", worker.name)
        for holders in (archive.frontier, archive.endpoints):
            for owner in holders.owners():
                if worker.owner is not None and owner.startswith(worker.owner):
                    holders.release(owner)
    if freed:
        logger.warning("given back: %s", ", ".join(freed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A source that should be crawled, and is not queued."""

    key: str
    host: str
    #: As `storage.operations.due_work.Due.rank`.
    rank: int


def waiting(
    archive: Archive, registry: WorkerRegistry, sources: Mapping[str, Source], *, now: datetime | None = None
) -> list[Waiting]:
    """Return the due sources that no worker holds and whose host does not rest; the most urgent first.

    A source that the archive does not know yet is due.
    """
    now = now or utc_now()
    known, held = due(archive), registry.jobs()
    resting = {
        host.removeprefix("www.")
        for host, memory in archive.hosts.recall().items()
        if memory.rest_until is not None and memory.rest_until > now
    }
    found = []
    for source in sources.values():
        rank = known[source.key].rank(now) if source.key in known else 0
        if rank is not None and source.key not in held and source.host not in resting:
            found.append(Waiting(key=source.key, host=source.host, rank=rank))
    return sorted(found, key=lambda one: one.rank)
