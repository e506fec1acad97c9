"""Start-up: what a command does not need is not imported, and the help is the same as if it were."""

import importlib
import subprocess
import sys

import pytest

from tests.support.imported_by import imported_by
from warraq.cli.main import COMMANDS
from warraq.cli.shared.short_help import short_help


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_a_command_is_the_one_that_click_would_show(name: str) -> None:
    command = importlib.import_module(COMMANDS[name]).command
    assert short_help(COMMANDS[name], limit=60) == command.get_short_help_str(60)


def test_the_help_imports_no_database_and_no_crawler() -> None:
    program = (
        "import sys; from warraq.cli.main import run; run(['--help']);"
        "heavy = {'sqlalchemy', 'scrapy', 'twisted', 'lxml', 'trafilatura', 'psycopg'} & set(sys.modules);"
        "sys.exit(f'imported {sorted(heavy)}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)


def test_the_help_of_each_command_imports_no_library_that_it_does_not_need() -> None:
    heavy = ["sqlalchemy", "scrapy", "twisted", "lxml", "trafilatura", "warcio", "fsspec", "hijridate", "rapidfuzz"]
    found = imported_by([[name, "--help"] for name in COMMANDS], heavy)
    assert dict(zip(COMMANDS, found, strict=True)) == dict.fromkeys(COMMANDS, (0, []))
