"""Twisted's reactor on the asyncio loop, started once per process and driven one call at a time.

`reactor.run()` can be called only once per process. Here the reactor is started and left running: it is driven by
`loop.run_until_complete`, any number of times, or by another running loop (`warraq watch`, a worker).
"""

import asyncio
import atexit
import gc
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TypeVar

from scrapy.utils.reactor import install_reactor, is_reactor_installed
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

from crawler.fetching.resolver import GuardedResolver

T = TypeVar("T")

#: Seconds that cancelled tasks get to end.
_CANCEL_S = 5.0
#: When garbage is collected: Python's own numbers. A crawl leaves failures and tasks that hold pages.
_THRESHOLDS = (700, 10, 10)
_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


class _DaemonThread(threading.Thread):
    """A thread of the reactor: a hanging look-up must not delay the program's end."""

    def start(self) -> None:
        self.daemon = True
        super().start()


def start() -> AsyncioSelectorReactor:
    """Return the process's reactor, installed and running. Safe to call again."""
    if not is_reactor_installed():
        install_reactor(_REACTOR)
    from twisted.internet import reactor

    running: object = reactor
    if not isinstance(running, AsyncioSelectorReactor):
        raise TypeError(f"a crawl needs {_REACTOR}, not {type(running).__name__}")
    if not running.running:
        running.getThreadPool().threadFactory = _DaemonThread
        running.startRunning(installSignalHandlers=False)
        running.getThreadPool().adjustPoolsize(maxthreads=20)
        atexit.register(running._asyncioEventloop.close)
        gc.freeze()  # the modules, all loaded by now, are never garbage
        gc.set_threshold(*_THRESHOLDS)
    return running


def resolver(*, allow_private: bool) -> GuardedResolver:
    """Install the guarded resolver for every connection of the process."""
    guarded = GuardedResolver(start(), allow_private=allow_private)
    guarded.install_on_reactor()
    return guarded


def run(work: Coroutine[object, object, T]) -> T:
    """Run a coroutine on the reactor's loop until it ends; tasks that it leaves behind are cancelled."""
    loop: asyncio.AbstractEventLoop = start()._asyncioEventloop
    asyncio.set_event_loop(loop)  # an earlier `asyncio.run` leaves no loop
    try:
        return loop.run_until_complete(work)
    finally:
        _cancel_tasks(loop)


def _cancel_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel tasks that an interrupted crawl left running in Scrapy: asyncio would report each when it is collected."""
    end = loop.time() + _CANCEL_S
    while (left := asyncio.all_tasks(loop)) and loop.time() < end:  # a task that ends may have begun another
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.wait(left, timeout=end - loop.time()))
        for task in left:
            if task.done() and not task.cancelled():
                task.exception()  # retrieved, because no caller awaits it


@contextmanager
def on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` for each SIGINT and SIGTERM while inside. Outside the main thread, signals are not handled."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)  # sets Python's own, not what was set before
            signal.signal(number, handler)
