"""The manual page: every command and option is in it, and groff reads it without a warning."""

import shutil
import subprocess

import click
import pytest

from warraq.cli.commands.manual import lines
from warraq.cli.main import COMMANDS, cli
from warraq.cli.shared.exit_codes import EXIT_CODES


@pytest.fixture(scope="module")
def page() -> str:
    return "\n".join(lines(click.Context(cli, info_name="warraq")))


def test_every_command_option_and_exit_code_is_in_the_page(page: str) -> None:
    plain = page.replace(r"\-", "-")
    context = click.Context(cli, info_name="warraq")
    for name in COMMANDS:
        assert f'.SS "warraq {name}' in plain
        command = cli.get_command(context, name)
        assert command is not None
        options = [word for param in command.params if isinstance(param, click.Option) for word in param.opts]
        assert [word for word in options if word not in plain] == []
    assert all(rf"\fB{code}\fR" in page for code in EXIT_CODES)


def test_no_line_of_text_is_taken_for_a_request(page: str) -> None:
    requests = {line.split(" ")[0] for line in page.splitlines() if line.startswith(".")}
    assert requests <= {".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".nf", ".fi"}
    assert not [line for line in page.splitlines() if line.startswith("'")]


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not on this machine")
def test_groff_reads_it_without_a_warning(page: str) -> None:
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z"], input=page.encode(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
