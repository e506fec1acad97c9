"""Libraries that command lines import: each runs in a fork of one process that has imported nothing of ours."""

import json
import subprocess
import sys
from collections.abc import Sequence

_PROGRAM = """
import importlib, json, os, sys
lines, libraries, before = json.loads(sys.argv[1])
for library in before:
    importlib.import_module(library)
for line in lines:
    read, write = os.pipe()
    if os.fork() == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        from warraq.cli.main import run
        code = run(line)
        os.write(write, json.dumps([code, sorted(set(libraries) & set(sys.modules))]).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as report:
        print(report.read())
    os.wait()
"""


def imported_by(
    lines: Sequence[Sequence[str]], libraries: Sequence[str], *, before: Sequence[str] = ()
) -> list[tuple[int, list[str]]]:
    """Return the exit code of each command line, and which of the libraries it imported.

    `before`: libraries that the process imports first, because every line needs them.
    """
    program = [sys.executable, "-c", _PROGRAM, json.dumps([lines, libraries, before])]
    done = subprocess.run(program, capture_output=True, text=True, timeout=120, check=True)
    return [(code, found) for code, found in map(json.loads, done.stdout.splitlines())]
