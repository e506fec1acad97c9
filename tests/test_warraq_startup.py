"""Start-up: what a command does not need is not imported, and the help is the same as if it were."""

import importlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.model.article import Article
from storage.model.visit import Visit
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


def test_commands_that_read_import_nothing_of_a_crawl(tmp_path: Path) -> None:
    url, now = "https://x.example/1", datetime(2026, 3, 1, tzinfo=UTC)
    article = Article(url=url, title="قرار الحكومة", text="نص", fetched_at=now)
    with Archive.open(tmp_path) as archive:
        archive.store(Visit(url=url, key="x.example/1", source=None, snapshot=None, outcome=article))
    unneeded = [
        "alembic", "lark", "rapidfuzz", "scrapy", "storage.crawl_state.frontier", "storage.database.tables.alerts",
        "storage.database.tables.backfills", "storage.export.web_archive.wacz", "storage.saving.save",
        "storage.versions.compare.classify",
    ]  # fmt: skip
    lines = [["search", "الحكومة"], ["stats"], ["export", "-f", "jsonl"]]
    found = imported_by([["--archive", str(tmp_path), *line] for line in lines], unneeded)
    assert found == [(0, [])] * len(lines)


def test_garbage_is_collected_seldom_until_a_crawl_begins() -> None:
    program = (
        "import contextlib, gc, sys; from warraq.__main__ import main; sys.argv[1:] = ['--version']\n"
        "with contextlib.suppress(SystemExit): main()\n"
        "seldom = gc.get_threshold(); from crawler.engine.reactor import start; start();"
        "print(seldom[0] > 10_000, gc.get_threshold())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "True (700, 10, 10)"
