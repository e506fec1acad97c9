"""The command that adds an extra is right for how the program was installed."""

import pytest

from storage.extras import install_command, missing


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/x/.local/share/pipx/venvs/warraq", "pipx install --force 'warraq[excel]'"),
        ("/home/x/.local/share/uv/tools/warraq", "uv tool install 'warraq[excel]'"),
    ],
)
def test_tools_install_in_their_own_way(prefix: str, command: str) -> None:
    assert install_command("excel", prefix=prefix) == command


def test_elsewhere_pip_installs_it() -> None:
    command = install_command("excel", prefix="/usr")
    assert command.removeprefix("uv ").startswith("pip install ")
    assert command.endswith("[excel]'")


def test_the_error_names_the_library_and_the_command() -> None:
    line = str(missing("xlsx", "xlsxwriter", "excel"))
    assert line.startswith("xlsx needs xlsxwriter, which is not installed; run: ")
