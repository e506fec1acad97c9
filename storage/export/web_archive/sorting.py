"""Sort any number of lines: beyond some tens of thousands they are kept on disk."""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from typing import IO

#: Lines held in memory at a time.
AT_ONCE = 50_000


def sorted_lines(lines: Iterable[bytes], *, at_once: int = AT_ONCE) -> Iterator[bytes]:
    r"""Return the lines in byte order, each once.

    Args:
        lines: each ends with "\n" and contains no other.
    """
    with ExitStack() as opened:
        waiting = iter(lines)
        runs: list[Iterator[bytes]] = []
        while run := sorted(islice(waiting, at_once)):
            if len(run) < at_once and not runs:
                runs.append(iter(run))
                break
            runs.append(iter(_on_disk(run, opened)))
        yield from (line for line, _ in groupby(heapq.merge(*runs)))


def _on_disk(run: list[bytes], opened: ExitStack) -> IO[bytes]:
    file = opened.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  closed with all others
    file.writelines(run)
    file.seek(0)
    return file
