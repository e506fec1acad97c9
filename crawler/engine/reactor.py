"""Reactor: Twisted on the asyncio loop, started once a process and driven a call at a time.

`reactor.run()` can be called once in a process's life. Here the reactor is started and then left running: what drives
it is `loop.run_until_complete`, as often as wanted, or a loop that somebody else runs (`warraq watch`, a worker).
"""

import asyncio
import atexit
import functools
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from scrapy.utils.reactor import install_reactor, is_reactor_installed

from crawler.fetching.resolver import GuardedResolver

T = TypeVar("T")

_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


def start() -> Any:
    """The process's reactor, installed and running. Safe to call again."""
    if not is_reactor_installed():
        install_reactor(_REACTOR)
    from twisted.internet import reactor

    running: Any = reactor
    if not running.running:
        # Look-ups that hang must not hold the program's end.
        running.getThreadPool().threadFactory = functools.partial(threading.Thread, daemon=True)
        running.startRunning(installSignalHandlers=False)
        running.getThreadPool().adjustPoolsize(maxthreads=20)
        atexit.register(running._asyncioEventloop.close)
    return running


def resolver(*, allow_private: bool) -> GuardedResolver:
    """Put the guarded resolver before every connection of the process."""
    guarded = GuardedResolver(start(), allow_private=allow_private)
    guarded.install_on_reactor()
    return guarded


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the reactor's loop until it ends."""
    loop: asyncio.AbstractEventLoop = start()._asyncioEventloop
    asyncio.set_event_loop(loop)  # an `asyncio.run` before us leaves none
    return loop.run_until_complete(work)


@contextmanager
def on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` for each SIGINT and SIGTERM while inside. Elsewhere than in the main thread signals are not ours."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
