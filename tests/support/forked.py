"""Processes with nothing of ours imported, started in a fraction of a second.

A process that has imported the libraries, and no module of the house, forks for each command line. It shows of our
modules what a fresh process shows, without the second or two that the libraries take to import. That a library is
imported where it is used is left to the slow tests of fresh processes.
"""

import atexit
import contextlib
import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.kept_archive import Finished, plain_environment

ROOT = Path(__file__).parents[2]

#: Libraries that cost most to import.
LIBRARIES = (
    *("scrapy.cmdline", "scrapy.crawler", "scrapy.spiders", "scrapy.pipelines.media", "feedparser", "protego"),
    *("sqlalchemy.orm", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql", "alembic.command"),
    *("lxml.html", "trafilatura", "resiliparse.parse.encoding", "hijridate", "rapidfuzz", "lark", "warcio"),
    *("cryptography.x509", "publicsuffixlist", "multiprocessing.connection", "logging.handlers"),
    *("click", "rich.table", "rich.progress", "rich.live"),
)

#: Reads a line of JSON for each process; forks, writes its number, waits for its end, writes its exit code.
_SERVER = """
import gc, importlib, json, os, runpy, sys
orders, answers = (os.fdopen(int(number), mode) for number, mode in zip(sys.argv[1:], "rw"))
for library in json.loads(orders.readline()):
    importlib.import_module(library)
gc.freeze()
for line in orders:
    order = json.loads(line)
    child = os.fork()
    if child == 0:
        os.close(orders.fileno()), os.close(answers.fileno())
        for number, (path, flags) in enumerate(order["streams"]):
            os.dup2(os.open(path, flags, 0o600), number)
        sys.stdin = open(0, closefd=False)
        sys.stdout = open(1, "w", closefd=False)
        sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["folder"])
        sys.path[1:1] = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path not in sys.path]
        sys.argv = [order["program"], *order["arguments"]]
        runpy.run_module(order["program"], run_name="__main__", alter_sys=True)
        sys.exit(0)
    print(child, file=answers, flush=True)
    status = os.waitpid(child, 0)[1]
    print(os.waitstatus_to_exitcode(status), file=answers, flush=True)
"""


class ForkServer:
    """The process that forks, and the pipes to it."""

    def __init__(self) -> None:
        (theirs, to_them), (from_them, out) = os.pipe(), os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVER, str(theirs), str(out)],
            pass_fds=(theirs, out),
            env=plain_environment(),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(out)
        self._orders, self._answers = os.fdopen(to_them, "w"), os.fdopen(from_them)
        print(json.dumps(LIBRARIES), file=self._orders, flush=True)

    def run(
        self,
        program: str,
        arguments: list[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        streams: Sequence[tuple[str, int]],
        timeout: float,
    ) -> int:
        """Run a program in a fork, its standard streams opened as said; kill it after `timeout` seconds."""
        order = {
            "program": program,
            "arguments": arguments,
            "folder": str(folder),
            "environment": dict(environment),
            "streams": list(streams),
        }
        print(json.dumps(order), file=self._orders, flush=True)
        return self._code_of(int(self._answers.readline()), timeout)

    def _code_of(self, child: int, timeout: float) -> int:
        """Wait for the exit code of a child; an alarm ends one that hangs."""
        before = signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, timeout)
        try:
            return int(self._answers.readline())
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def close(self) -> None:
        """End it."""
        self._orders.close()
        self._process.wait(timeout=30)
        self._answers.close()


@cache
def _server() -> ForkServer:
    server = ForkServer()
    atexit.register(server.close)
    return server


def run_forked(
    *arguments: object,
    program: str = "warraq",
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> Finished:
    """Run one command line in a process with nothing of ours imported, without the developer's own settings."""
    with TemporaryDirectory() as name:
        out, err = Path(name, "out"), Path(name, "err")
        writing = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        code = _server().run(
            program,
            [str(argument) for argument in arguments],
            folder=folder,
            environment=plain_environment() | dict(environment or {}),
            streams=[(os.devnull, os.O_RDONLY), (str(out), writing), (str(err), writing)],
            timeout=timeout,
        )
        return Finished(code, out.read_text("utf-8"), err.read_text("utf-8"))


def run_on_terminal(*arguments: object, environment: Mapping[str, str], columns: int = 80) -> tuple[int, str]:
    """Run one command line on a terminal that says `environment` of itself; return its exit code and what it shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    shown: list[bytes] = []

    def read() -> None:
        with contextlib.suppress(OSError):  # Linux says EIO when the other side is gone
            while piece := os.read(ours, 65536):
                shown.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        terminal = (os.ttyname(theirs), os.O_RDWR | os.O_NOCTTY)
        code = _server().run(
            "warraq", [str(argument) for argument in arguments],
            folder=ROOT, environment=environment, streams=[terminal] * 3, timeout=120,
        )  # fmt: skip
    finally:
        os.close(theirs)
        reader.join()
        os.close(ours)
    return code, b"".join(shown).decode()
