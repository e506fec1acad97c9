"""Independent programs that check our files, in a separate environment: `.venv/peers`."""

import os
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / ".venv" / "peers" / "bin"


def peer(name: str) -> str:
    """The path of a program. Where it is not installed the test is skipped, but fails in CI."""
    path = FOLDER / name
    if not path.exists():
        words = f"{path} is not there; `make test` installs it"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return str(path)


def run_peer(name: str, *arguments: object, cwd: Path, code: int = 0, stdin: str | None = None) -> str:
    """Run a program to its end; what it printed."""
    command = [peer(name), *map(str, arguments)]
    ended = subprocess.run(
        command, cwd=cwd, input=stdin, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert ended.returncode == code, f"{command}: {ended.stdout}{ended.stderr}"
    return ended.stdout + (ended.stderr if code else "")
