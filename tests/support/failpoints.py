"""Failpoints: a command of the program that dies or fails at its Nth write, fsync, rename or commit.

SQLite's own method. The loop over N belongs to the test; here one process that has imported everything forks a child
for each N, patches what touches the disk in the child, and runs the command line there. The program itself holds no
trace of it. Pages are judged in the child, not in worker processes, which write nothing.

Only what lies below the given folder counts. A write that dies has written half of its bytes.

kill: the process ends before the call, as by SIGKILL.
once: the call fails with EIO, later ones succeed.
full: from the Nth on, every write and commit fails for want of room; renames succeed, as on a full disk.
"""

import builtins
import errno
import importlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

Kind = Literal["kill", "once", "full"]
KILLED = 137


@dataclass(frozen=True, slots=True)
class Ran:
    """How one command line ended."""

    code: int
    #: Whether its Nth step was reached.
    hit: bool
    #: What it wrote on stderr; "" if it was killed.
    err: str
    #: The step that failed, in words.
    step: str


class FailingProgram:
    """A process that runs command lines in forks of itself. A context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WARRAQ_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.failpoints", str(self._folder)],
            cwd=Path(__file__).parents[2], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate()

    def run(self, *arguments: object, at: int = 0, kind: Kind = "kill", **environment: str) -> Ran:
        """Run a command line that fails at its `at`th step; 0: at none."""
        order = {"arguments": [*map(str, arguments)], "at": at, "kind": kind, "environment": environment}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return Ran(**json.loads(self._process.stdout.readline()))


class _Steps:
    """Counts the steps of a child and fails at one of them."""

    def __init__(self, root: str, at: int, kind: Kind, report: int) -> None:
        self.root, self.at, self.kind, self.report = root, at, kind, report
        self.number = 0
        self.hit = False
        self.step = ""

    def here(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self.root)

    def pass_by(
        self, name: str, path: object, *, dying: Callable[[], object] = lambda: None, rename: bool = False
    ) -> None:
        """Count a step. `dying`: done before the process ends at it."""
        self.number += 1
        if self.number == self.at:
            self.hit, self.step = True, f"{name} {Path(os.fspath(path)).name}"  # type: ignore[call-overload]
            if self.kind == "kill":
                dying()
                os.write(self.report, json.dumps(self.step).encode())
                os._exit(KILLED)
            if self.kind == "once":
                raise _failure(name, errno.EIO)
        if self.kind == "full" and 0 < self.at <= self.number and not rename:
            raise _failure(name, errno.ENOSPC)


def _failure(name: str, number: int) -> Exception:
    if name == "commit":
        return sqlite3.OperationalError("disk I/O error" if number == errno.EIO else "database or disk is full")
    return OSError(number, os.strerror(number))


def _patch(steps: _Steps) -> None:
    """Put the counter before everything of the standard library that puts bytes or names on the disk."""

    class File(io.FileIO):
        def write(self, data: Any, /) -> int:
            half = memoryview(data)[: len(data) // 2]
            steps.pass_by("write", self.name, dying=lambda: super(File, self).write(half))
            return super().write(data)

    def opened(file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None,
               newline: Any = None, closefd: bool = True, opener: Any = None) -> Any:  # fmt: skip
        if not steps.here(file) or not set(mode) & set("wxa+"):
            return real_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        raw = File(os.fspath(file), mode.replace("t", "").replace("b", ""), closefd, opener)
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding or "utf-8", errors, newline)

    real_open = io.open
    builtins.open = io.open = opened  # type: ignore[assignment]

    def stepped(name: str) -> None:
        real = getattr(os, name)

        def call(first: Any, *others: Any, **named: Any) -> Any:
            path = str(Path(f"/proc/self/fd/{first}").readlink()) if isinstance(first, int) else first
            if steps.here(path):
                steps.pass_by(name, path, rename=name != "fsync")
            return real(first, *others, **named)

        setattr(os, name, call)

    for name in ("fsync", "rename", "replace"):
        stepped(name)

    class Connection(sqlite3.Connection):
        def commit(self) -> None:
            if self.in_transaction and steps.here(path := self.execute("pragma database_list").fetchone()[2]):
                steps.pass_by("commit", path)
            super().commit()

    real_connect = sqlite3.connect

    def connect(*arguments: Any, **named: Any) -> Any:
        return real_connect(*arguments, factory=Connection, **named)

    sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[attr-defined]


class _InProcess:
    """In place of a worker process."""

    def __init__(self, **_: object) -> None: ...

    def is_alive(self) -> bool:
        return True

    def is_spent(self) -> bool:
        return False

    def call(self, function: Any, arguments: tuple[Any, ...], **_: object) -> Any:
        return function(*arguments)

    def stop(self) -> None: ...


def _child(order: dict[str, Any], root: str, report: int) -> None:
    from pipelines.extraction import pool
    from warraq.cli.main import run

    err = io.StringIO()
    sys.stdout, sys.stderr = io.StringIO(), err
    os.environ.update(order["environment"])
    pool.WorkerHandle = _InProcess  # type: ignore[assignment,misc]
    steps = _Steps(root, order["at"], order["kind"], report)
    _patch(steps)
    try:
        code = run(order["arguments"])
    except BaseException:
        code, _ = 1, traceback.print_exc(file=err)
    ran = {"code": code, "hit": steps.hit, "err": err.getvalue(), "step": steps.step}
    os.write(report, json.dumps(ran).encode())
    os._exit(0)


def _serve(root: str, orders: Sequence[str] | Any) -> None:
    """Run each order in a fork; one line of JSON each on stdout."""
    for line in orders:
        read, write = os.pipe()
        if (pid := os.fork()) == 0:
            _child(json.loads(line), root, write)
        os.close(write)
        with os.fdopen(read) as report:
            told = json.loads(report.read() or '""')
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if isinstance(told, str):
            told = {"code": status, "hit": True, "err": "", "step": told}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    for module in (
        *("crawler.engine.run", "crawler.importing.formats", "storage.export.formats", "storage.verify"),
        *("pipelines.extraction.extract", "pipelines.extraction.fingerprint", "pipelines.html.links"),
        *("warraq.cli.commands.crawl.command", "warraq.cli.commands.export"),
    ):
        importlib.import_module(module)
    _serve(sys.argv[1], sys.stdin)
