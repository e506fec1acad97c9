"""Job queue: "crawl this source" in the archive's PostgreSQL, for any free worker. The only module that imports
Procrastinate.

A job holds the lock of its source's host: two sources of one host are never crawled at once, on any machine. A source
has at most one queued job. The frontier records failures within a crawl; a job fails only if the program does, and is
released if its worker ends first.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from procrastinate import App as App  # part of this module's interface
from procrastinate import BaseRetryStrategy, PsycopgConnector, RetryDecision, exceptions
from procrastinate.connector import BaseConnector
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg.errors import DeadlockDetected, ForeignKeyViolation

from storage.errors import WarraqError
from warraq.workers.registry import SCHEMA, WorkerRegistry

_PASSING = (DeadlockDetected, ForeignKeyViolation)

QUEUE = "crawl"
TASK = "crawl_source"

#: Called with the number of a worker.
_OfWorker = Callable[[int], Awaitable[None]]

_FENCED = """
select {call} from procrastinate_jobs
where id = %(job_id)s and status = 'doing' and worker_id = %(worker_id)s
"""


class GivenBack(WarraqError):
    """The job is not finished: it returns to the queue. `seconds`: wait before it may be taken again."""

    def __init__(self, source: str, seconds: float = 0.0) -> None:
        super().__init__(f"the crawl of {source} returns to the queue")
        self.seconds = seconds


class _BackIntoTheQueue(BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, GivenBack):
            return RetryDecision(retry_in={"seconds": int(exception.seconds)})
        return None


class _Manager(JobManager):
    """Procrastinate's manager, but only a job's owner may end it, and Warraq removes stalled workers itself."""

    def __init__(self, connector: BaseConnector, *, entered: _OfWorker, heartbeat: _OfWorker) -> None:
        super().__init__(connector)
        self._entered = entered
        self._heartbeat = heartbeat

    async def register_worker(self) -> int:
        worker = await super().register_worker()
        await self._entered(worker)
        return worker

    async def update_heartbeat(self, worker_id: int) -> None:
        await self._heartbeat(worker_id)

    async def prune_stalled_workers(self, seconds_since_heartbeat: float) -> list[int]:
        return []  # `WorkerRegistry.remove_dead` releases their jobs and leases in the same transaction

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        try:
            return await super().fetch_job(queues, worker_id)
        except exceptions.ConnectorException as error:
            # Another worker took a job of the same host or released jobs at this moment, or removed us, which the next
            # heartbeat will notice: query again soon.
            if isinstance(error, exceptions.UniqueViolation) or isinstance(error.__cause__, _PASSING):
                return None
            raise

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        call = "procrastinate_finish_job_v1(id, %(status)s, %(delete_job)s)"
        await self._run_fenced(call, job, status=status.value, delete_job=delete_job)

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        try:
            await self._run_fenced(
                "procrastinate_retry_job_v2(id, %(retry_at)s, null, null, null)", job, retry_at=retry_at
            )
        except exceptions.UniqueViolation:  # another job of the source is queued already
            await self.finish_job(job, Status.SUCCEEDED, delete_job=True)

    async def _run_fenced(self, call: str, job: Job, **values: object) -> None:
        await self.connector.execute_query_all_async(
            _FENCED.format(call=call), job_id=job.id, worker_id=job.worker_id, **values
        )


def queue_of(registry: WorkerRegistry) -> App:
    """Return the queue for a process that only adds jobs; not yet connected."""
    connector = PsycopgConnector(
        conninfo=registry.conninfo, kwargs={"options": f"-c search_path={SCHEMA}"}, min_size=1, max_size=4
    )
    return App(connector=connector)


def open_jobs(
    registry: WorkerRegistry,
    *,
    crawl: Callable[[str], Awaitable[None]],
    entered: _OfWorker,
    heartbeat: _OfWorker,
) -> App:
    """Return the queue for a worker; not yet connected.

    Args:
        crawl: runs a job; receives the source's key; may raise GivenBack.
        entered: called once a worker has its number.
        heartbeat: called instead of Procrastinate's own.
    """
    app = queue_of(registry)
    app.job_manager = _Manager(app.connector, entered=entered, heartbeat=heartbeat)

    @app.task(name=TASK, queue=QUEUE, retry=_BackIntoTheQueue())
    async def crawl_source(source: str) -> None:
        await crawl(source)

    return app


async def put(app: App, source: str, *, host: str, priority: int = 0) -> bool:
    """Queue a crawl; False if one of this source is queued already. A higher `priority` is taken first."""
    task = app.configure_task(TASK, queue=QUEUE, lock=f"host:{host}", queueing_lock=source, priority=priority)
    try:
        await task.defer_async(source=source)
    except exceptions.AlreadyEnqueued:
        return False
    return True
