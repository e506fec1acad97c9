"""Worker registry: live workers, their jobs, and what is released when they die.

It is stored next to the job queue's tables, in a schema of its own in the archive's PostgreSQL. A worker is registered
at its start and updates its heartbeat. Workers without heartbeat for too long are removed: their jobs are free again,
and if one wakes up, it finds itself removed and can finish nothing (fencing).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable

import psycopg
from psycopg.rows import DictRow, dict_row

from storage.database.advisory_locks import AdvisoryLock
from storage.errors import StorageError

#: PostgreSQL schema of the queue and the registry: none of it is among the archive's tables.
SCHEMA = "warraq_jobs"

_OURS = """
create table if not exists worker (
  id bigint primary key references procrastinate_workers (id) on delete cascade,
  name text not null, machine text not null, pid integer not null,
  since timestamptz not null default now(), pages bigint not null default 0);
create table if not exists duty (name text primary key, done_at timestamptz not null);
create table if not exists applied (migration text primary key);
"""

_WORKERS = """
select w.id, coalesce(n.name, '?') as name, coalesce(n.machine, '?') as machine, coalesce(n.pid, 0) as pid, n.since,
  w.last_heartbeat as heard_at, coalesce(n.pages, 0) as pages,
  extract(epoch from clock_timestamp() - w.last_heartbeat)::float as silent_s,
  array(select queueing_lock from procrastinate_jobs j where j.worker_id = w.id and j.status = 'doing' order by j.id)
    as sources
from procrastinate_workers w left join worker n on n.id = w.id order by n.since, w.id
"""

_SILENT = """
select w.id, coalesce(n.name, '?') as name, n.machine, n.pid
from procrastinate_workers w left join worker n on n.id = w.id
where w.last_heartbeat < clock_timestamp() - make_interval(secs => %s) for update of w skip locked
"""

# One statement: otherwise a job released by two workers could be taken twice.
_TWINS = """
delete from procrastinate_jobs j where status = 'doing' and worker_id is null
  and exists (select 1 from procrastinate_jobs o where o.status = 'todo' and o.queueing_lock = j.queueing_lock)
"""
_FREED = """
update procrastinate_jobs set status = 'todo', attempts = attempts + 1, abort_requested = false, scheduled_at = null
where status = 'doing' and worker_id is null returning queueing_lock
"""
_OLD = """
delete from procrastinate_jobs j where status in ('failed', 'aborted', 'cancelled')
  and not exists (select 1 from procrastinate_events e where e.job_id = j.id and e.at > now() - interval '7 days')
"""

_TURN = """
insert into duty (name, done_at) values (%(name)s, clock_timestamp())
on conflict (name) do update set done_at = clock_timestamp()
  where duty.done_at < clock_timestamp() - make_interval(secs => %(every_s)s) returning name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSeen:
    """A worker as registered. All instants are UTC, by the server's clock."""

    id: int
    name: str
    #: Host name and process namespace, as in `crawler.engine.lease_owner`.
    machine: str
    pid: int
    since: datetime | None
    heard_at: datetime
    #: Seconds since then.
    silent_s: float
    #: Pages since its start, as of its last heartbeat.
    pages: int
    #: Keys of the sources that it crawls now.
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadWorker:
    """A removed worker."""

    name: str
    #: Prefix of its lease owners, from `crawler.engine.lease_owner.new_owner`; None: not known.
    owner: str | None


class WorkerRegistry:
    """The registry of one archive. Every call opens a connection of its own; thread-safe."""

    def __init__(self, conninfo: str) -> None:
        """`conninfo`: libpq connection string."""
        self.conninfo = conninfo

    def prepare(self) -> None:
        """Create the queue's tables, or migrate them to the library's version. Safe to call concurrently.

        Raises:
            StorageError: they cannot be created.
        """
        with self._connected() as connection:
            connection.execute("select pg_advisory_xact_lock(%s)", (AdvisoryLock.JOB_QUEUE.value,))
            connection.execute(f"create schema if not exists {SCHEMA}")
            new = connection.execute("select to_regclass('procrastinate_jobs') is null as new").fetchone()
            if new is not None and new["new"]:
                connection.execute(_library("schema.sql").read_text("utf-8"))
            connection.execute(_OURS)
            self._migrate(connection, fresh=bool(new and new["new"]))

    def _migrate(self, connection: "psycopg.Connection[DictRow]", *, fresh: bool) -> None:
        """Run the library's own migrations: a queue created from its schema has them all, a later version adds some."""
        names = sorted(path.name for path in _library("migrations").iterdir() if path.name.endswith(".sql"))
        applied = {row["migration"] for row in connection.execute("select migration from applied")}
        for name in (name for name in names if name not in applied):
            if not fresh:
                connection.execute(_library("migrations").joinpath(name).read_text("utf-8"))
            connection.execute("insert into applied values (%s)", (name,))

    def register(self, worker: int, *, name: str, machine: str, pid: int) -> None:
        """Register a worker."""
        with self._connected() as connection:
            connection.execute(
                "insert into worker (id, name, machine, pid) values (%s, %s, %s, %s)", (worker, name, machine, pid)
            )

    def live(self, worker: int, *, pages: int) -> bool:
        """Update a worker's heartbeat and page count; False: it was removed meanwhile."""
        with self._connected() as connection:
            connection.execute(
                "update procrastinate_workers set last_heartbeat = clock_timestamp() where id = %s", (worker,)
            )
            return connection.execute("update worker set pages = %s where id = %s", (pages, worker)).rowcount == 1

    def remove_dead(self, *, silent_s: float) -> tuple[list[DeadWorker], list[str]]:
        """Remove workers that were silent for longer; return them, and the sources whose jobs are free again."""
        with self._connected() as connection:
            connection.execute("select pg_advisory_xact_lock(%s)", (AdvisoryLock.JOB_QUEUE.value,))
            silent = connection.execute(_SILENT, (silent_s,)).fetchall()
            connection.execute("delete from procrastinate_workers where id = any(%s)", ([row["id"] for row in silent],))
            connection.execute(_TWINS)
            freed = [row["queueing_lock"] for row in connection.execute(_FREED)]
            connection.execute(_OLD)
        owners = [f"{row['machine']}:{row['pid']}:" if row["machine"] else None for row in silent]
        return [DeadWorker(name=row["name"], owner=owner) for row, owner in zip(silent, owners, strict=True)], freed

    def is_turn(self, duty: str, *, every_s: float) -> bool:
        """Whether this worker is to do a maintenance task now: true for one worker in each period."""
        with self._connected() as connection:
            return connection.execute(_TURN, {"name": duty, "every_s": every_s}).fetchone() is not None

    def workers(self) -> list[WorkerSeen]:
        """Return all workers, the oldest first; including silent ones until they are removed."""
        with self._connected() as connection:
            return [WorkerSeen(**row | {"sources": tuple(row["sources"])}) for row in connection.execute(_WORKERS)]

    def jobs(self) -> dict[str, str]:
        """Return source -> "todo" or "doing" of its job; "doing" if another is queued behind it. The oldest first."""
        asked = "select queueing_lock, status from procrastinate_jobs where status in ('todo', 'doing') order by id"
        found: dict[str, str] = {}
        with self._connected() as connection:
            for row in connection.execute(asked):
                found[row["queueing_lock"]] = "doing" if found.get(row["queueing_lock"]) == "doing" else row["status"]
        return found

    def failed(self) -> int:
        """Count the jobs that ended with an error of the program, in the last seven days."""
        with self._connected() as connection:
            row = connection.execute("select count(*) as n from procrastinate_jobs where status = 'failed'").fetchone()
        return int(row["n"]) if row else 0

    @contextmanager
    def _connected(self) -> Iterator["psycopg.Connection[DictRow]"]:
        """Open one transaction, in the schema of the queue."""
        try:
            with psycopg.connect(self.conninfo, row_factory=dict_row) as connection:
                connection.execute(f"set search_path to {SCHEMA}")
                yield connection
        except psycopg.Error as error:
            cause = str(error).splitlines()[0] if str(error) else type(error).__name__
            if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.InvalidSchemaName):
                cause = "no worker ever ran on this archive; start one with `warraq worker`"
            raise StorageError(f"cannot reach the job queue: {cause}") from error


def _library(name: str) -> Traversable:
    return resources.files("procrastinate").joinpath("sql", name)
