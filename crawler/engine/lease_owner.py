"""Owner: who holds a lease, and whether that one still lives.

A crawl that was killed leaves leases behind. They would run out by themselves after two minutes; where their owner
ran on this machine and its process is gone, the next crawl need not wait for that.
"""

import os
import secrets
import socket
from pathlib import Path


def new_owner() -> str:
    """A name that no other owner has: machine, process, and a random part."""
    return f"{this_machine()}:{os.getpid()}:{secrets.token_hex(6)}"


def is_dead(owner: str) -> bool:
    """Whether an owner surely is no more: a process of this machine that does not exist.

    A process number that was given out again counts as alive: its leases run out by themselves.
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
    """Host name and, where there is one, the number of the process namespace: containers may share a name and an archive."""
    try:
        namespace = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        namespace = "0"
    return f"{socket.gethostname()}/{namespace}"
