"""The writer: one thread through which a crawl's writes go, in groups that are committed together.

A transaction costs a lock, a commit and, for what points into a WARC file, a sync of that file. The writer pays them
once for all that has gathered: up to `GROUP` jobs or `GROUP_S` seconds. A WARC file is synced before the rows that
point into it are committed, and a job's future resolves after the commit. Where a job of a group fails, the group is
rolled back and each of its jobs is run again in a transaction of its own, so that one bad visit fails alone. A job may
therefore run twice: it must change nothing but the database, or be submitted with `alone`. Once the database's file was
removed or replaced, every job fails with that error and none is run.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Self, TypeVar

from storage.database.same_file import ArchiveReplacedError
from storage.database.transactions import Transactions
from storage.errors import StorageError

T = TypeVar("T")

#: Jobs in one transaction, at most.
GROUP = 50
#: Seconds after which a transaction takes no further job.
GROUP_S = 0.05
#: Seconds that are waited for further jobs before a transaction begins.
GATHER_S = 0.02


def _nothing() -> None:
    pass


@dataclass(slots=True)
class _Job:
    #: The work; its return value resolves the future, and is called after the commit.
    run: Callable[[], Callable[[], None]]
    #: Ends the future with an exception.
    fail: Callable[[BaseException], None]
    urgent: bool
    #: Run outside of groups, in its own transactions.
    alone: bool
    resolve: Callable[[], None] = _nothing


class WriterThread:
    """A thread that runs jobs in the order in which they came, urgent ones first. `close` ends it."""

    def __init__(self, transactions: Transactions, *, sync: Callable[[], None] = lambda: None) -> None:
        """`sync`: syncs the WARC records that the rows to be committed refer to."""
        self._transactions = transactions
        self._sync = sync
        self._jobs: deque[_Job] = deque()
        self._urgent: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._replaced: ArchiveReplacedError | None = None
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def submit(
        self, function: Callable[..., T], *arguments: object, urgent: bool = False, alone: bool = False, **named: object
    ) -> "Future[T]":
        """Queue a call; the future ends with its result after the commit, or with its exception.

        Args:
            urgent: before all that waits, and without waiting for more; for claims, which a crawl waits for.
            alone: outside of any group; for jobs that keep a state in memory, or commit in several steps.
        """
        future: Future[T] = Future()

        def run() -> Callable[[], None]:
            return partial(_resolve, future, function(*arguments, **named))

        job = _Job(run, partial(_fail, future), urgent=urgent, alone=alone)
        with self._changed:
            if self._closed:
                raise StorageError("the archive is being closed")
            (self._urgent if urgent else self._jobs).append(job)
            self._changed.notify()
        return future

    async def run(
        self, function: Callable[..., T], *arguments: object, urgent: bool = False, alone: bool = False, **named: object
    ) -> T:
        """`submit` from an event loop. A job runs to its end even if the caller is cancelled."""
        future = self.submit(function, *arguments, urgent=urgent, alone=alone, **named)
        return await asyncio.shield(asyncio.wrap_future(future))

    def call(
        self, function: Callable[..., T], *arguments: object, urgent: bool = False, alone: bool = False, **named: object
    ) -> T:
        """`submit` from another thread, which waits for the result."""
        return self.submit(function, *arguments, urgent=urgent, alone=alone, **named).result()

    def close(self) -> None:
        """Finish what is queued and end the thread. Safe to call twice."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self) -> None:
        while (first := self._next()) is not None:
            if first.alone or self._replaced is not None:
                self._run_alone(first)
            else:
                self._gather(first)
                self._run_group(first)

    def _next(self) -> _Job | None:
        """Wait for the next job; None when the writer is closed and nothing is left."""
        with self._changed:
            while not self._urgent and not self._jobs and not self._closed:
                self._changed.wait()
            return self._next_job()

    def _gather(self, first: _Job) -> None:
        """Wait briefly for more jobs, while no transaction is open and no urgent job is queued."""
        until = time.monotonic() + GATHER_S
        with self._changed:
            while not (first.urgent or self._urgent or self._closed or len(self._jobs) >= GROUP - 1):
                left = until - time.monotonic()
                if left <= 0:
                    return
                self._changed.wait(left)

    def _group(self, first: _Job) -> Iterator[_Job]:
        """The jobs of one transaction."""
        until = time.monotonic() + GROUP_S
        yield first
        for _ in range(GROUP - 1):
            if time.monotonic() >= until:
                return
            with self._changed:
                job = self._next_job(alone=False)
            if job is None:
                return
            yield job

    def _next_job(self, *, alone: bool = True) -> _Job | None:
        """Take the first job of the queues. `alone`: whether jobs that run outside of groups are allowed."""
        queue = self._urgent or self._jobs
        return queue.popleft() if queue and (alone or not queue[0].alone) else None

    def _run_group(self, first: _Job) -> None:
        jobs: list[_Job] = []
        try:
            with self._transactions.grouped():
                for job in self._group(first):
                    jobs.append(job)
                    job.resolve = job.run()
                self._sync()
        except BaseException as error:  # any error of a job is passed to its own future
            self._note(error)
            for job in jobs:
                self._run_alone(job)
            return
        for job in jobs:
            job.resolve()

    def _run_alone(self, job: _Job) -> None:
        if self._replaced is not None:
            job.fail(self._replaced)
            return
        try:
            self._sync()
            resolve = job.run()
        except BaseException as error:
            self._note(error)
            job.fail(error)
        else:
            resolve()

    def _note(self, error: BaseException) -> None:
        if isinstance(error, ArchiveReplacedError):
            self._replaced = error


def _resolve(future: "Future[T]", result: T) -> None:
    if future.set_running_or_notify_cancel():
        future.set_result(result)


def _fail(future: "Future[T]", error: BaseException) -> None:
    if future.set_running_or_notify_cancel():
        future.set_exception(error)
