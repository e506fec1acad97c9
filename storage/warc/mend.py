"""Mend a file that a crash left open: cut it after its last whole record and keep the torn bytes apart.

The records of one exchange are flushed together, and a row refers to the first of them only after that. So no row
refers to truncated records; and a response whose request was truncated is still valid.
"""

import fcntl
import os
from pathlib import Path
from typing import BinaryIO

from storage.warc.members import members


def mend(folder: Path) -> list[Path]:
    """Close files that a crash left open; return those whose torn end was moved to NAME.torn."""
    torn = []
    for path in sorted(folder.glob("*.warc.gz.open")):
        try:
            file = path.open("rb+")
        except FileNotFoundError:
            continue  # another process has just mended it
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # its writer is alive
            if _cut_torn(file, aside=path.with_suffix("").with_suffix(".gz.torn")):
                torn.append(path.with_suffix(""))
            if path.exists():
                path.rename(path.with_suffix(""))
    return torn


def _cut_torn(file: BinaryIO, *, aside: Path) -> bool:
    """Cut a file after its last whole record; True if anything was cut, which then lies in `aside`."""
    size = file.seek(0, os.SEEK_END)
    whole = max((member.offset + member.length for member in members(file) if member.whole), default=0)
    if whole == size:
        return False
    file.seek(whole)
    aside.write_bytes(file.read())
    file.truncate(whole)
    os.fsync(file.fileno())
    return True
