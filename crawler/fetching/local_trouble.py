"""Errors of this machine that look like errors of a host: the crawl ends, and no host is blamed."""

import errno

from storage.errors import StorageError

_CURES = {
    errno.EMFILE: "too many open files: raise the limit (ulimit -n 4096) and run again",
    errno.ENFILE: "the whole system has too many open files: end some programs and run again",
    errno.ENOMEM: "no memory left: end some programs and run again",
    errno.ENOBUFS: "no memory left for connections: end some programs and run again",
    errno.EADDRNOTAVAIL: "no port left for a connection: wait a minute and run again",
    errno.ENOSPC: "no room on the disk: make room and run again, nothing is lost",
}
#: Twisted wraps errors several deep, and knows some of them by their words alone.
_DEPTH = 8


class LocalTroubleError(StorageError):
    """This machine cannot make requests now. Ends a crawl; claims are released."""


def local_trouble(error: BaseException | None) -> LocalTroubleError | None:
    """Return the local cause of a request's error; None if the cause is the network or the host."""
    waiting = [error]
    for _ in range(_DEPTH):
        if not waiting:
            return None
        one = waiting.pop(0)
        if one is None:
            continue
        number = getattr(one, "errno", None) or getattr(one, "osError", None)
        for known, cure in _CURES.items():
            if number == known or f"[Errno {known}]" in str(one) or f"OSError({known}," in repr(one):
                return LocalTroubleError(f"no further request can be made: {cure}")
        reasons = getattr(one, "reasons", None) or ()
        waiting += [getattr(reason, "value", reason) for reason in reasons]
        waiting += [one.__cause__, one.__context__]
    return None
