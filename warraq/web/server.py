"""Server: the reading room on one port, replayed pages on another, so that browsers treat them as separate origins."""

import asyncio
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette

from storage.errors import ConfigError

#: Grace period in seconds for running requests when the server stops.
_GRACE_S = 3
#: Added to the process's niceness: where a crawl uses all cores, it gets nine times the share of a reader.
_NICENESS = 10


@dataclass(frozen=True, slots=True)
class Listening:
    """A bound socket and its origin (scheme, host, port)."""

    socket: socket.socket
    origin: str
    port: int


#: An application and its socket.
Served = tuple[Starlette, Listening]


def give_way() -> None:
    """Let the other programs of this machine go first, such as a crawl into the archive that is read."""
    os.nice(_NICENESS)


def bind(host: str, port: int) -> Listening:
    """Bind a port; 0 means any free port. Raises ConfigError if binding fails."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        raise ConfigError(
            f"cannot listen on {host} port {port}: {error.strerror or error}; name another with --port"
        ) from error
    number = bound.getsockname()[1]
    origin = f"http://{f'[{host}]' if ':' in host else host}:{number}"
    return Listening(bound, origin, number)


class _Server(uvicorn.Server):
    """A uvicorn server without signal handlers, because several run in one process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(apps: Sequence[Served], stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then finish running requests."""
    servers = [_Server(_config(app)) for app, _ in apps]
    tasks = [
        asyncio.create_task(server.serve(sockets=[at.socket])) for server, (_, at) in zip(servers, apps, strict=True)
    ]
    await stop.wait()
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*tasks)


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, lifespan="off", timeout_graceful_shutdown=_GRACE_S
    )
