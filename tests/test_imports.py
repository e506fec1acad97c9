"""Every module can be imported first, alone: none depends on what another happened to import before it."""

import json
import subprocess
import sys

import pytest
from test_architecture import FLOORS, MODULES

#: Imports the libraries that cost most once, then each module in a fork of its own, where no module of ours is loaded.
_PROGRAM = """
import gc, importlib, json, os, sys, traceback
for library in json.loads(sys.argv[1]):
    importlib.import_module(library)
gc.disable()
gc.freeze()
failed = {}
for name in json.loads(sys.stdin.read()):
    read, write = os.pipe()
    if os.fork() == 0:
        try:
            importlib.import_module(name)
        except BaseException:
            os.write(write, traceback.format_exc()[-2000:].encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as report:
        error = report.read()
    os.wait()
    if error:
        failed[name] = error
print(json.dumps(failed))
"""
_LIBRARIES = (
    *(
        "scrapy.crawler",
        "scrapy.spiders",
        "scrapy.pipelines.media",
        "feedparser",
        "protego",
        "resiliparse.parse.encoding",
    ),
    *("sqlalchemy.orm", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql", "warcio"),
    *("lxml.html", "trafilatura", "hijridate", "multiprocessing.connection", "logging.handlers", "click", "rich.table"),
)


@pytest.mark.slow
@pytest.mark.parametrize("floor", FLOORS)
def test_every_module_can_be_imported_alone(floor: str) -> None:
    names = sorted(name for name in MODULES if name.split(".")[0] == floor and not name.endswith(".env"))
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM, json.dumps(_LIBRARIES)],
        input=json.dumps(names),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert json.loads(ended.stdout) == {}
