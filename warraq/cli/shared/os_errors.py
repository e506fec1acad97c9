"""Messages for errors of the operating system: what happened, where, and what to do."""

import errno

_CURES = {
    errno.ENOSPC: "no room on the disk: make room and run again, nothing is lost",
    errno.EDQUOT: "your quota of disk space is used up: make room and run again, nothing is lost",
    errno.EMFILE: "too many open files: raise the limit (ulimit -n 4096) and run again",
    errno.ENFILE: "the whole system has too many open files: end some programs and run again",
    errno.EROFS: "the disk is mounted read-only: name a folder on another one",
    errno.EACCES: "no permission: give yourself permission, or name another place",
    errno.EPERM: "not permitted: give yourself permission, or name another place",
    errno.ENOENT: "it is not there: was it removed meanwhile? Put it back and run again",
    errno.EIO: "the disk or device fails: look at the system's log",
    errno.ENOMEM: "no memory left: end some programs and run again",
    errno.EAGAIN: "the system gives no further process or thread: end some programs and run again",
    errno.EBADF: "standard output is closed: give it a place to go",
}


def os_error_line(error: OSError) -> str:
    """Return one line: the path, if known, the cause and the fix."""
    place = f"{error.filename}: " if error.filename else ""
    words = _CURES.get(error.errno or 0) or f"{error.strerror or error}; the system refused it"
    return f"{place}{words}"
