"""Notify systemd that the service is ready, alive or stopping (sd_notify(3)), one datagram each, if configured."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from crawler.config import ServiceVariables

#: A service with a watchdog of n seconds reports twice as often (sd_watchdog_enabled(3)).
_BEATS = 2


class Notifier:
    """Sends notifications to the service manager. Does nothing if there is none."""

    def __init__(self, service: ServiceVariables) -> None:
        self._socket = service.notify_socket
        self._watchdog_s = service.watchdog_s

    def say(self, *lines: str) -> None:
        """Send lines such as "READY=1". An unreachable manager is not an error."""
        if not self._socket:
            return
        address = "\0" + self._socket[1:] if self._socket.startswith("@") else self._socket
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto("\n".join(lines).encode(), address)

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Report readiness while inside, and liveness as long as the event loop runs."""
        self.say("READY=1", "STATUS=watching")
        beat = asyncio.ensure_future(self._beat())
        try:
            yield
        finally:
            beat.cancel()
            self.say("STOPPING=1")

    async def _beat(self) -> None:
        while self._watchdog_s:
            self.say("WATCHDOG=1")
            await asyncio.sleep(self._watchdog_s / _BEATS)
