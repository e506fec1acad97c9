"""warraq doctor: data for a bug report, and problems of this installation."""

import os
import platform
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import click

from crawler.config import terminal_variables
from storage.errors import WarraqError
from storage.extras import install_command
from warraq import __version__
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.neighbours import foreign
from warraq.cli.shared.options import Command
from warraq.cli.terminal.console import table
from warraq.cli.views.output import print_table
from warraq.locale.error_words import in_words
from warraq.locale.speech import say

_LIBRARIES = ("scrapy", "twisted", "lxml", "trafilatura", "sqlalchemy", "alembic", "warcio", "click", "rich")
#: Extra -> a module that it brings.
_EXTRAS = {
    "postgres": "psycopg",
    "parquet": "pyarrow",
    "scale": "procrastinate",
    "s3": "obstore",
    "agents": "mcp",
    "charts": "matplotlib",
    "excel": "xlsxwriter",
    "alerts": "apprise",
}
#: Bytes free below which a crawl would soon stop.
_LITTLE = 1_000_000_000
#: Hosts that are tried.
_HOSTS = 3
#: Variables of the environment that other programs take a proxy from.
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy"})
#: A clock before this year is wrong.
_YEAR = 2025


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One line of the report."""

    what: str
    value: str
    is_wrong: bool = False


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@pass_context
def command(context: CliContext, as_json: bool) -> int | None:
    """Check this installation, for a bug report.

    Versions, extras, terminal, archive, clock and disk; and whether three newspapers' hosts take a connection, over
    which nothing is sent. Exit code 1 where something is wrong; being offline is not.

    \b
    warraq doctor
    warraq doctor --json > report.jsonl
    """
    from storage.export.columns import to_json

    findings = [
        *_program(),
        *_extras(),
        *_terminal(context),
        *_archive(context),
        *_machine(context),
        *_network(context),
    ]
    rows = table("what", "value", "")
    for one in findings:
        if as_json:
            click.echo(to_json({"what": one.what, "value": one.value, "wrong": one.is_wrong}))
        else:
            rows.add_row(in_words(one.what), in_words(one.value), say("wrong") if one.is_wrong else "")
    print_table(context, rows)
    return 1 if any(one.is_wrong for one in findings) else None


def _program() -> Iterator[Checkpoint]:
    yield Checkpoint("warraq", f"{__version__} in {Path(__file__).resolve().parents[3]}")
    other = foreign()
    yield Checkpoint("packages", other or "storage, pipelines and crawler are Warraq's", is_wrong=other is not None)
    yield Checkpoint("python", f"{platform.python_version()} ({sys.executable})")
    yield Checkpoint("system", platform.platform())
    for name in _LIBRARIES:
        try:
            yield Checkpoint(name, version(name))
        except PackageNotFoundError:
            yield Checkpoint(name, "is not installed", is_wrong=True)


def _extras() -> Iterator[Checkpoint]:
    for extra, module in _EXTRAS.items():
        there = find_spec(module) is not None
        command = install_command(extra)
        yield Checkpoint(f"extra {extra}", "installed" if there else f"not installed; {command}")


def _terminal(context: CliContext) -> Iterator[Checkpoint]:
    out = sys.stdout
    size = f"{context.out.width} columns" if out.isatty() else "no terminal"
    joined = "Arabic is joined here" if context.shapes else "Arabic is left as it is"
    yield Checkpoint("output", f"encoding {out.encoding}, {size}; {joined}")


def _archive(context: CliContext) -> Iterator[Checkpoint]:
    try:
        with context.archive() as archive:
            stats = archive.stats()
        yield Checkpoint("archive", f"{context.config.archive}: {stats.articles} articles")
    except WarraqError as error:
        # A missing archive is not a fault of the installation.
        there = "://" in context.config.archive or (Path(context.config.archive) / "archive.db").exists()
        yield Checkpoint("archive", str(error), is_wrong=there)


def _network(context: CliContext) -> Iterator[Checkpoint]:
    """Being offline is no fault of the installation, so it is said and never wrong."""
    from crawler.checking.network_check import network_line, reach_hosts

    try:
        yield Checkpoint("network", network_line(reach_hosts(_homes(context.config.sources))))
    except WarraqError as error:
        yield Checkpoint("network", f"not checked: {error}")
    if proxies := sorted(name for name in terminal_variables() if name.lower() in _PROXIES):
        yield Checkpoint("proxy", f"{', '.join(proxies)} set; Warraq connects directly and uses no proxy")


def _homes(folders: Iterable[Path]) -> list[str]:
    """Return home pages of three sources: the user's own, else built-in ones."""
    from crawler.sources.source import load, paths

    own = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    files = own or list(paths().values())
    step = max(1, len(files) // _HOSTS)
    return [load(path).home for path in files[::step][:_HOSTS]]


def _machine(context: CliContext) -> Iterator[Checkpoint]:
    now = datetime.now(UTC)
    yield Checkpoint("clock", f"{now:%Y-%m-%d %H:%M} UTC", is_wrong=now.year < _YEAR)
    place = Path.cwd() if "://" in context.config.archive else Path(context.config.archive)
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    yield Checkpoint("disk", f"{free / 1e9:.1f} GB free at {place}", is_wrong=free < _LITTLE)
    yield Checkpoint("processors", str(os.cpu_count() or "not known"))
