"""What tests of the command line share: what a command came to, and the log put back after it."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from warraq.cli.main import run


@dataclass(frozen=True)
class Ended:
    """What a command line came to."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def warraq_(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process on the archive of `folder`, a fixture of the test's own file."""

    def call(*arguments: object) -> Ended:
        code = run(["--archive", str(folder), *map(str, arguments)])
        return Ended(code, *capsys.readouterr())

    return call


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """Every command sets up the log of the whole process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
