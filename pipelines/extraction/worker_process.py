"""Main loop of a worker process: set limits, then run calls until the pipe to its parent closes."""

import contextlib
import fcntl
import gc
import importlib
import multiprocessing
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from pipelines.extraction.allocator import give_back_freed_memory, trim_heap

#: Objects that pages may leave behind before garbage is collected, after an answer: what two usual pages leave. A
#: collection then takes 2 ms; with 20,000 a worker had 128 MB after 300 real pages, with this 99.
MAX_GARBAGE = 3_000


def live(pipe: Connection, preload: tuple[str, ...], memory: int) -> None:
    """Import `preload`, take `memory` bytes of address space beyond that, then answer calls.

    The end of the pipe is the end.

    A call is (function, arguments), its answer (value, "") or (None, reason). The first message sent is None: ready.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the parent only
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with_parent()
    give_back_freed_memory()
    for name in preload:
        importlib.import_module(name)
    _limit(memory)
    gc.freeze()
    gc.disable()  # a collection walks all that the modules hold: a fifth of the time of a page
    try:
        pipe.send(None)
    except OSError:  # a short run may end before its workers are ready
        return
    while True:
        try:
            function, arguments = pipe.recv()
            answer = _answer(function, arguments)
        except (EOFError, OSError):
            return
        except Exception as error:  # the function cannot be imported here
            answer = None, f"error: {_one_line(error)}"
        try:
            pipe.send(answer)
        except (EOFError, OSError):
            return
        except Exception as error:  # the result cannot be pickled
            pipe.send((None, f"error: {_one_line(error)}"))
        if gc.get_count()[0] > MAX_GARBAGE:
            del function, arguments, answer
            gc.collect()
            trim_heap()


def _answer(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, str]:
    """Return (value, "") or (None, reason): exceptions do not travel, for some cannot be pickled."""
    try:
        return function(*arguments), ""
    except MemoryError:
        return None, "memory"
    except BaseException as error:  # SystemExit too: a page must not stop its worker
        return None, f"error: {_one_line(error)}"


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _die_with_parent() -> None:
    """Make the kernel kill this process when the parent's end of a pipe closes, even while C code runs.

    Works for a parent that was killed; the parent of record is the fork server, so PR_SET_PDEATHSIG would not do.
    Systems other than Linux watch the pipe in a thread, which waits for C code to end.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel
    if sys.platform != "linux":
        threading.Thread(target=lambda: (wait([sentinel]), os._exit(1)), daemon=True).start()
        return
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(sentinel, fcntl.F_SETFL, fcntl.fcntl(sentinel, fcntl.F_GETFL) | os.O_ASYNC)
    if wait([sentinel], 0):
        os._exit(1)


def _limit(memory: int) -> None:
    """Limit memory, forbid writing files and core dumps, as far as the system supports it."""
    limits = [(resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)]
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limits.append((resource.RLIMIT_AS, pages * resource.getpagesize() + memory))
    for kind, most in limits:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
