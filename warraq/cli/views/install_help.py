"""Instructions for a permanent watch: a systemd unit and a cron line, with the paths of this machine."""

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from warraq.cli.shared.cli_context import CliContext

_TEMPLATES = files("warraq.cli.views").joinpath("templates")


def _template(name: str) -> str:
    return _TEMPLATES.joinpath(name).read_text("utf-8")


def install_help(context: CliContext, keys: Sequence[str]) -> str:
    """Return a unit file and a cron line for these sources, as text."""
    config = context.config
    folder = Path.cwd()
    archive = config.archive if "://" in config.archive else str(folder / config.archive)
    options = ["--archive", archive, *(["--warc", str(folder / config.warc)] if config.warc else [])]
    for path in config.sources:
        options += ["--sources", str(folder / path)]
    if config.contact:
        options += ["--contact", config.contact]
    writable = [str(folder / config.warc)] if config.warc else []
    writable += [] if "://" in archive else [archive]
    unit = _template("warraq-watch.service").format(
        archive=archive,
        command=_systemd([*_program(), "watch", *options, *keys]),
        folder=_escaped(str(folder)),
        stop_s=round(config.grace_s) + 30,
        made=shlex.join(writable or [str(folder)]),
        writable=_systemd([f"-{path}" for path in writable]) or _escaped(str(folder)),
    )
    cron = shlex.join([*_program(), "crawl", "--due", *options, *keys]).replace("%", "\\%")
    line = _template("crontab").format(folder=shlex.quote(str(folder)), command=cron)
    return f"{unit}\n{line}"


def _program() -> list[str]:
    """Return how this program is called: its console script, or the interpreter with the module."""
    script = Path(sys.argv[0])
    found = shutil.which(script.name) if script.name == "warraq" else None
    if script.name == "warraq" and script.is_absolute() and os.access(script, os.X_OK):
        return [str(script)]
    return [str(Path(found).absolute())] if found else [sys.executable, "-m", "warraq"]


def _systemd(words: Sequence[str]) -> str:
    """Quote the words of a command line for systemd.service(5)."""
    return " ".join(_escaped(word, quoted=True) for word in words)


def _escaped(word: str, *, quoted: bool = False) -> str:
    told = word.replace("%", "%%")
    if not quoted:
        return told
    told = told.replace("$", "$$").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{told}"' if any(letter.isspace() or letter in "'\"\\;" for letter in told) else told
