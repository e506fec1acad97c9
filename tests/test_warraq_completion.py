"""warraq completion: installed into the home of a user, once, and read by the shell that is here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.desk import Run
from warraq.cli.commands.completion import SHELLS

#: Shell -> the file of the script and the file that the shell reads at its start.
FILES = {
    "bash": (".local/share/bash-completion/completions/warraq", ".bashrc"),
    "zsh": (".zfunc/_warraq", ".zshrc"),
    "fish": (".config/fish/completions/warraq.fish", None),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "home of a user"
    made.mkdir()
    monkeypatch.setenv("HOME", str(made))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR", "SHELL"):
        monkeypatch.delenv(name, raising=False)
    return made


@pytest.mark.parametrize("shell", SHELLS)
def test_it_is_installed_once_and_keeps_what_the_start_file_has(warraq_: Run, home: Path, shell: str) -> None:
    script, start = FILES[shell]
    if start:
        (home / start).write_text("alias ll='ls -l'", encoding="utf-8")
    for _ in range(2):
        ended = warraq_("completion", "install", shell)
        assert (ended.code, ended.out) == (0, "")
        assert str(home / script) in ended.err
    assert "_WARRAQ_COMPLETE" in (home / script).read_text("utf-8")
    if start:
        first, *added = (home / start).read_text("utf-8").splitlines()
        assert first == "alias ll='ls -l'"
        assert len(added) == 1
        assert str((home / script) if shell == "bash" else (home / script).parent) in added[0]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_of_the_terminal_is_taken(
    warraq_: Run, home: Path, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    assert warraq_("completion", "install").code == 0
    assert (home / FILES[shell][0]).exists()


def test_a_shell_that_is_not_known_is_one_line(warraq_: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    ended = warraq_("completion", "install")
    assert ended.code == 4
    assert "name bash, zsh or fish" in ended.err
    assert list(home.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_reads_it_and_completes_a_command(warraq_: Run, home: Path) -> None:
    assert warraq_("completion", "install", "bash").code == 0
    bin_ = home / "bin"
    bin_.mkdir()
    program = bin_ / "warraq"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m warraq "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    asked = "COMP_WORDS=(warraq cap); COMP_CWORD=1; _warraq_completion warraq; printf '%s\\n' \"${COMPREPLY[@]}\""
    ended = subprocess.run(
        [shutil.which("bash") or "bash", "--norc", "-c", f'. "{home}/.bashrc"; {asked}'],
        env={"HOME": str(home), "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"},
        cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.stdout.split() == ["capture"], ended.stderr
