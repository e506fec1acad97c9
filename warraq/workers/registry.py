"""Register: which workers live, what they have in hand, and what is given back of those that died.

It lies beside the job queue's own tables, in a schema of its own in the archive's PostgreSQL. A worker is entered when
it starts and shows with every heartbeat that it lives. Who is silent for too long is struck out: his jobs are free
again, and should he wake, he finds himself struck out and can finish nothing (fencing).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

import psycopg
from psycopg.rows import dict_row

from storage.errors import StorageError

#: PostgreSQL schema of the queue and of the register: nothing of theirs stands among the archive's tables.
SCHEMA = "warraq_jobs"
#: Serialises workers that start at once and find no queue yet, and those that strike out the silent.
_NUMBER = 7306359

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

# One statement: a job that two workers gave back could be taken twice.
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
    """A worker as the register knows it. All instants are UTC, by the server's clock."""

    id: int
    name: str
    #: Host name and number of the process namespace, as in `crawler.engine.lease_owner`.
    machine: str
    pid: int
    since: datetime | None
    heard_at: datetime
    #: Seconds since then.
    silent_s: float
    #: Pages since it started, as of its last heartbeat.
    pages: int
    #: Keys of the sources that it crawls now.
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadWorker:
    """A worker that was struck out."""

    name: str
    #: What the names of its leases begin with, as `crawler.engine.lease_owner.new_owner` makes them; None: not known.
    owner: str | None


class WorkerRegistry:
    """The register of one archive. Every call is a connection of its own; for any thread."""

    def __init__(self, conninfo: str) -> None:
        """`conninfo`: as libpq reads it."""
        self.conninfo = conninfo

    def prepare(self) -> None:
        """Make the queue's tables, or bring them up to date with the library. Safe to call from many at once.

        Raises:
            StorageError: they cannot be made.
        """
        with self._connected() as connection:
            connection.execute("select pg_advisory_xact_lock(%s)", (_NUMBER,))
            connection.execute(f"create schema if not exists {SCHEMA}")
            new = connection.execute("select to_regclass('procrastinate_jobs') is null as new").fetchone()
            if new is not None and new["new"]:
                connection.execute(_library("schema.sql").read_text("utf-8"))
            connection.execute(_OURS)
            self._migrate(connection, fresh=bool(new and new["new"]))

    def _migrate(self, connection: Any, *, fresh: bool) -> None:
        """The library's own migrations: a queue made from its schema has them all, a later version brings some more."""
        names = sorted(path.name for path in _library("migrations").iterdir() if path.name.endswith(".sql"))
        applied = {row["migration"] for row in connection.execute("select migration from applied")}
        for name in (name for name in names if name not in applied):
            if not fresh:
                connection.execute(_library("migrations").joinpath(name).read_text("utf-8"))
            connection.execute("insert into applied values (%s)", (name,))

    def register(self, worker: int, *, name: str, machine: str, pid: int) -> None:
        """Say who a worker is."""
        with self._connected() as connection:
            connection.execute(
                "insert into worker (id, name, machine, pid) values (%s, %s, %s, %s)", (worker, name, machine, pid)
            )

    def live(self, worker: int, *, pages: int) -> bool:
        """Note that a worker lives and what it has done; False: it was struck out meanwhile."""
        with self._connected() as connection:
            connection.execute(
                "update procrastinate_workers set last_heartbeat = clock_timestamp() where id = %s", (worker,)
            )
            return connection.execute("update worker set pages = %s where id = %s", (pages, worker)).rowcount == 1

    def remove_dead(self, *, silent_s: float) -> tuple[list[DeadWorker], list[str]]:
        """Strike out who was silent for longer; they, and the sources whose jobs are free again."""
        with self._connected() as connection:
            connection.execute("select pg_advisory_xact_lock(%s)", (_NUMBER,))
            silent = connection.execute(_SILENT, (silent_s,)).fetchall()
            connection.execute("delete from procrastinate_workers where id = any(%s)", ([row["id"] for row in silent],))
            connection.execute(_TWINS)
            freed = [row["queueing_lock"] for row in connection.execute(_FREED)]
            connection.execute(_OLD)
        owners = [f"{row['machine']}:{row['pid']}:" if row["machine"] else None for row in silent]
        return [DeadWorker(name=row["name"], owner=owner) for row, owner in zip(silent, owners, strict=True)], freed

    def is_turn(self, duty: str, *, every_s: float) -> bool:
        """Whether a duty is ours to do now: true for one worker in each period."""
        with self._connected() as connection:
            return connection.execute(_TURN, {"name": duty, "every_s": every_s}).fetchone() is not None

    def workers(self) -> list[WorkerSeen]:
        """All workers, the oldest first; the silent ones too, until they are struck out."""
        with self._connected() as connection:
            return [WorkerSeen(**row | {"sources": tuple(row["sources"])}) for row in connection.execute(_WORKERS)]

    def jobs(self) -> dict[str, str]:
        """Source -> "todo" or "doing" of its job; "doing" where another waits behind it. The oldest first."""
        asked = "select queueing_lock, status from procrastinate_jobs where status in ('todo', 'doing') order by id"
        found: dict[str, str] = {}
        with self._connected() as connection:
            for row in connection.execute(asked):
                found[row["queueing_lock"]] = "doing" if found.get(row["queueing_lock"]) == "doing" else row["status"]
        return found

    def failed(self) -> int:
        """Jobs that ended with a fault of the program, in the last seven days."""
        with self._connected() as connection:
            row = connection.execute("select count(*) as n from procrastinate_jobs where status = 'failed'").fetchone()
        return int(row["n"]) if row else 0

    @contextmanager
    def _connected(self) -> Iterator["psycopg.Connection[dict[str, Any]]"]:
        """One transaction, in the schema of the queue."""
        try:
            with psycopg.connect(self.conninfo, row_factory=dict_row) as connection:
                connection.execute(f"set search_path to {SCHEMA}")
                yield connection
        except psycopg.Error as error:
            cause = str(error).splitlines()[0] if str(error) else type(error).__name__
            if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.InvalidSchemaName):
                cause = "no worker ever ran on this archive; start one with `warraq worker`"
            raise StorageError(f"cannot reach the job queue: {cause}") from error


def _library(name: str) -> Any:
    return resources.files("procrastinate").joinpath("sql", name)
