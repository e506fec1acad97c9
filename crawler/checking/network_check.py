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
#: What `network_line` and `HostReach.why` say.
WORDS = {
    "online": "online: connected to {hosts}",
    "in part": "online: connected to {hosts}; not {others}",
    "no source": "not checked: there is no source",
    "no name": "offline: no name resolves ({why})",
    "no host": "no host can be reached; a firewall may be in the way ({why})",
    "connected": "{host} in {time} ms",
    "no answer": "no answer in {seconds} s",
    "no connection": "no connection in {seconds} s",
    "no valid name": "no valid name",
    "no such host": "no such host",
}


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
        times = ((one.host, f"{(one.seconds or 0) * 1000:.0f}") for one in connected)
        hosts = ", ".join(WORDS["connected"].format(host=host, time=time) for host, time in times)
        others = "; ".join(f"{one.host}: {one.why}" for one in reached if one.seconds is None)
        return WORDS["in part" if others else "online"].format(hosts=hosts, others=others)
    if not reached:
        return WORDS["no source"]
    why = "; ".join(f"{one.host}: {one.why}" for one in reached)
    if all(one.result == "unresolved" for one in reached):
        return WORDS["no name"].format(why=why)
    return WORDS["no host"].format(why=why)


def _server(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)


class _Attempt:
    """One attempt, in a thread of its own: a look-up cannot be given a time limit."""

    def __init__(self, host: str, port: int, deadline_s: float, look_up: LookUp) -> None:
        self._host, self._port, self._deadline_s, self._look_up = host, port, deadline_s, look_up
        self._name = f"{host}:{port}"
        self.reached = HostReach(
            host=self._name, result="unresolved", why=WORDS["no answer"].format(seconds=f"{deadline_s:g}")
        )
        self.thread = threading.Thread(target=self._try, daemon=True)
        self.thread.start()

    def _try(self) -> None:
        began = time.monotonic()
        try:
            address = self._look_up(self._host, self._port)
        except (OSError, UnicodeError) as error:
            words = error.strerror if isinstance(error, OSError) else WORDS["no valid name"]
            self.reached = HostReach(host=self._name, result="unresolved", why=words or WORDS["no such host"])
            return
        waits = WORDS["no connection"].format(seconds=f"{self._deadline_s:g}")
        self.reached = HostReach(host=self._name, result="unreachable", why=waits)
        try:
            left = max(0.1, self._deadline_s - (time.monotonic() - began))
            with socket.create_connection((address, self._port), timeout=left):
                seconds = time.monotonic() - began
                self.reached = HostReach(host=self._name, result="connected", seconds=seconds)
        except OSError as error:
            why = waits if isinstance(error, TimeoutError) else error.strerror or str(error)
            self.reached = HostReach(host=self._name, result="unreachable", why=why)
