"""Lease owners: who holds a lease, and whether that process is alive.

A killed crawl leaves leases behind. They expire by themselves after two minutes; if their owner ran on this machine and
its process is gone, the next crawl need not wait for that.
"""

import os
import secrets
import socket
from pathlib import Path


def new_owner() -> str:
    """Return a unique name: machine, process, and a random part."""
    return f"{this_machine()}:{os.getpid()}:{secrets.token_hex(6)}"


def is_dead(owner: str) -> bool:
    """Whether an owner is certainly dead: a process of this machine that does not exist.

    A reused process number counts as alive: its leases expire by themselves.
    """
    machine, _, rest = owner.rpartition(":")[0].rpartition(":")
    if machine != this_machine() or not rest.isdecimal():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def this_machine() -> str:
    """Return the host name and, if there is one, the process namespace: containers may share a name and an archive."""
    try:
        namespace = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        namespace = "0"
    return f"{socket.gethostname()}/{namespace}"
