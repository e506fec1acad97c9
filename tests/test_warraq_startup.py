"""Start-up: what a command does not need is not imported, and the help is the same as if it were."""

import importlib
import json
import subprocess
import sys

import pytest

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


#: Prints the help of each command in a fork of its own, and reports what that imported.
_HELP_OF_ALL = """
import contextlib, io, json, os, sys, time
from warraq.cli.main import COMMANDS, run
loaded = {}
for name in COMMANDS:
    read, write = os.pipe()
    if os.fork() == 0:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = run([name, "--help"])
        heavy = set(json.loads(sys.argv[1])) & set(sys.modules)
        os.write(write, json.dumps([code, name in out.getvalue(), sorted(heavy)]).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as report:
        loaded[name] = json.loads(report.read())
    os.wait()
print(json.dumps(loaded))
"""


def test_the_help_of_each_command_imports_no_library_that_it_does_not_need() -> None:
    heavy = ["sqlalchemy", "scrapy", "twisted", "lxml", "trafilatura", "warcio", "fsspec", "hijridate", "rapidfuzz"]
    done = subprocess.run(
        [sys.executable, "-c", _HELP_OF_ALL, json.dumps(heavy)], capture_output=True, text=True, timeout=120, check=True
    )
    assert json.loads(done.stdout) == {name: [0, True, []] for name in COMMANDS}
