"""Whether newspapers' hosts can be reached from this machine: a look-up and a connection each, nothing is sent."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

#: Seconds for a host, look-up and connection together.
DEADLINE_S = 3.0
_PORTS = {"http": 80, "https": 443}


#: From a host and port to the first address; raises OSError, and UnicodeError for what is no name.
LookUp = Callable[[str, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostReach:
    """How far we come to a host."""

    #: "host:port".
    host: str
    #: unresolved: its name has no address here; unreachable: it has one, and takes no connection.
    result: Literal["connected", "unresolved", "unreachable"]
    #: Seconds until the connection; None without one.
    seconds: float | None = None
    #: Why not, in words; "" if connected.
    why: str = ""


def reach_hosts(
    urls: Iterable[str], *, deadline_s: float = DEADLINE_S, look_up: LookUp | None = None
) -> list[HostReach]:
    """Try to connect to the host of each URL, all at once; takes `deadline_s` seconds at most.

    Args:
        look_up: in place of the system's; raises OSError.
    """
    servers = dict.fromkeys(_server(url) for url in urls)
    attempts = [_Attempt(host, port, deadline_s, look_up or system_look_up) for host, port in servers]
    end = time.monotonic() + deadline_s
    for attempt in attempts:
        attempt.thread.join(max(0.0, end - time.monotonic()))
    return [attempt.reached for attempt in attempts]


def system_look_up(host: str, port: int) -> str:
    """Return the first address of a host, as the system resolves it."""
    return str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])


def network_line(reached: Sequence[HostReach]) -> str:
    """Say in one line whether this machine is online.

    >>> network_line([HostReach(host="a.example:443", result="unresolved", why="no answer in 3 s")])
    'offline: no name resolves (a.example:443: no answer in 3 s)'
    """
    connected = [one for one in reached if one.seconds is not None]
    if connected:
        shown = ", ".join(f"{one.host} in {(one.seconds or 0) * 1000:.0f} ms" for one in connected)
        others = "".join(f"; not {one.host}: {one.why}" for one in reached if one.seconds is None)
        return f"online: connected to {shown}{others}"
    if not reached:
        return "not checked: there is no source"
    why = "; ".join(f"{one.host}: {one.why}" for one in reached)
    if all(one.result == "unresolved" for one in reached):
        return f"offline: no name resolves ({why})"
    return f"no host can be reached; a firewall may be in the way ({why})"


def _server(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)


class _Attempt:
    """One attempt, in a thread of its own: a look-up cannot be given a time limit."""

    def __init__(self, host: str, port: int, deadline_s: float, look_up: LookUp) -> None:
        self._host, self._port, self._deadline_s, self._look_up = host, port, deadline_s, look_up
        self._name = f"{host}:{port}"
        self.reached = HostReach(host=self._name, result="unresolved", why=f"no answer in {deadline_s:g} s")
        self.thread = threading.Thread(target=self._try, daemon=True)
        self.thread.start()

    def _try(self) -> None:
        began = time.monotonic()
        try:
            address = self._look_up(self._host, self._port)
        except (OSError, UnicodeError) as error:
            words = error.strerror if isinstance(error, OSError) else "no valid name"
            self.reached = HostReach(host=self._name, result="unresolved", why=words or "no such host")
            return
        waits = f"no connection in {self._deadline_s:g} s"
        self.reached = HostReach(host=self._name, result="unreachable", why=waits)
        try:
            left = max(0.1, self._deadline_s - (time.monotonic() - began))
            with socket.create_connection((address, self._port), timeout=left):
                seconds = time.monotonic() - began
                self.reached = HostReach(host=self._name, result="connected", seconds=seconds)
        except OSError as error:
            why = waits if isinstance(error, TimeoutError) else error.strerror or str(error)
            self.reached = HostReach(host=self._name, result="unreachable", why=why)
