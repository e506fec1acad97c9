"""README: its recipes run in their order, and what they print has the shape of what README shows."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: The port of the demo's newspaper in README.
PORT = "8801"
#: Programs of recipes that may not be here.
_OTHERS = {"jq": "jq", "pd.read_csv": "pandas"}


def recipes() -> Iterator[tuple[str, list[str]]]:
    """Each command of README with the lines that it shows under it."""
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for one in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = one.rstrip("\n").split("\n")
            yield command, shown


def shape(line: str) -> str:
    """A line without what differs from run to run: numbers, digests, dates, the length of cells."""
    line = re.sub(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b", "#", line)
    return " ".join(re.sub(r"\d+(?:[.,:-]\d+)*", "#", line).split())


def is_in_order(shown: list[str], printed: list[str]) -> str:
    """The first line of README that the output does not have after the others; "" if it has all."""
    shapes = iter(map(shape, printed))
    for line in shown:
        if line.strip() not in ("", "...") and not line.startswith("demo ") and shape(line) not in shapes:
            return line
    return ""


@contextmanager
def newspaper(folder: Path) -> Iterator[str]:
    """The demo's newspaper in a process of its own, as README starts it; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.demo", "--port", port], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", int(port))) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def test_every_recipe_shows_a_command_of_ours_or_of_the_shell() -> None:
    commands = [command for command, _ in recipes()]
    assert len(commands) > 12
    assert {command.split()[0] for command in commands} == {"warraq", "mkdir", "python", "cat"}


@pytest.mark.parametrize("name", re.findall(r"!\[.*?\]\((docs/pictures/.*?)\)", README))
def test_a_picture_is_there(name: str) -> None:
    assert (ROOT / name).read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_recipes_print_what_is_shown(tmp_path: Path) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for name, module in (("warraq", "-m warraq"), ("python", "")):
        (bin_ / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n', encoding="utf-8")
        (bin_ / name).chmod(0o755)
    environment = {
        "HOME": str(tmp_path), "PATH": f"{bin_}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"
    }  # fmt: skip

    def run(command: str) -> list[str]:
        ended = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
        return (ended.stdout + ended.stderr).splitlines()

    run("warraq demo && warraq demo --keep --edition 2")
    different = {}
    with newspaper(tmp_path) as port:
        for command, shown in recipes():
            if command.endswith("&") or any(word in command and not _is_here(name) for word, name in _OTHERS.items()):
                continue
            printed = run(command.replace(PORT, port))
            if line := is_in_order(shown, printed):
                different[command] = (line, printed[:12])
    assert different == {}


def _is_here(name: str) -> bool:
    import importlib.util

    return shutil.which(name) is not None or importlib.util.find_spec(name) is not None
