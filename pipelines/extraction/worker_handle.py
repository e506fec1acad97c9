"""Handle of one worker process: start it, send it one call at a time, stop it."""

import contextlib
import multiprocessing
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerContext
from typing import Any

from pipelines.extraction.errors import ExtractionError, WorkerLostError
from pipelines.extraction.stopwatch import TICK_S, Stopwatch
from pipelines.extraction.worker_process import live

#: Number of pages after which a worker is replaced, to limit memory leaks of libraries and what it remembers: in a
#: crawl of real pages it has 44 MB at first, 54 to 58 after 100, 64 to 70 after 200. A new one starts in 30 ms.
PAGES_A_WORKER = 100
#: Timeout in seconds for a new worker's imports; a busy machine needs a few.
START_S = 60.0


class WorkerHandle:
    """One child process and the pipe to it; used by one thread."""

    def __init__(self, *, preload: tuple[str, ...], memory: int, closing: threading.Event) -> None:
        self._calls = 0
        self._spoiled = False
        self._closing = closing
        self._pipe, theirs = multiprocessing.Pipe()
        with _STARTING, _main_hidden():
            context = _context(preload)
            self._process = context.Process(
                target=live, args=(theirs, preload, memory), name="warraq-worker", daemon=True
            )
            self._process.start()
        theirs.close()
        self._ready = False

    def is_alive(self) -> bool:
        return bool(self._process.is_alive())

    def is_spent(self) -> bool:
        return self._spoiled or self._calls >= PAGES_A_WORKER or not self.is_alive()

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], *, timeout: float, url: str) -> Any:
        """Return function(*arguments). `timeout`: seconds of the worker's processor time.

        Raises:
            WorkerLostError: the worker is gone; another one may succeed.
            ExtractionError: the page took too long, or broke the extractor.
        """
        self._calls += 1
        try:
            if not self._ready:
                self._receive(START_S)
                self._ready = True
            self._pipe.send((function, arguments))
            value, reason = self._receive(timeout)
        except TimeoutError as error:
            self._process.kill()
            self._process.join()
            raise (WorkerLostError("stuck", url) if error.args else ExtractionError("timeout", url)) from None
        except (EOFError, OSError):
            self._process.join(1)
            raise WorkerLostError(f"crashed ({_ending(self._process.exitcode)})", url) from None
        if reason == "memory":
            self._spoiled = True
            raise WorkerLostError(reason, url)
        if reason:
            raise ExtractionError(reason, url)
        return value

    def _receive(self, seconds: float) -> Any:
        """Raises TimeoutError: with an argument if the worker was stuck, not too slow."""
        watch = Stopwatch(self._process.pid, deadline=seconds)
        closing_at: float | None = None
        while not self._pipe.poll(min(TICK_S, seconds)):
            watch.look()
            if watch.is_over:
                raise TimeoutError
            if self._closing.is_set() and closing_at is None:
                closing_at = watch.wall
            if watch.is_stuck or (closing_at is not None and watch.wall - closing_at >= seconds):
                raise TimeoutError("stuck")
        return self._pipe.recv()

    def stop(self) -> None:
        """Stop the process: an idle one exits when its pipe closes, a busy one is killed."""
        self._pipe.close()
        self._process.join(0.5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


#: `multiprocessing` does not guarantee that several threads can start processes at once.
_STARTING = threading.Lock()


@contextlib.contextmanager
def _main_hidden() -> Iterator[None]:
    """Let new processes not run this program's main module again, as `multiprocessing` does for functions in it.

    Workers are sent functions of importable modules only. The command `scrapy` would cost each 16 MB, and a script that
    crawls without asking for its `__name__` would start a crawl in each.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _context(preload: tuple[str, ...]) -> ForkServerContext:
    """Return a fork server context: safe with threads and a reactor; a new worker takes 30 ms instead of a second."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    return context


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"
