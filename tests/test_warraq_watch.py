"""`warraq watch` from the command line: its options, what it prints, what systemd is told and makes of its unit."""

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.config import ServiceVariables, service_variables
from crawler.counts import CrawlCounts
from crawler.engine.run import RunResult
from crawler.engine.systemd import Notifier
from crawler.engine.watch import WatchTurn
from tests.support.loopback import Reply, Site, article
from warraq.cli.commands.watch import Duration
from warraq.cli.main import cli
from warraq.cli.views.watch_board import line, record

ROOT = Path(__file__).parents[1]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def warraq(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "warraq", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=ENVIRONMENT, capture_output=True, encoding="utf-8", timeout=120, check=False
    )


@pytest.mark.parametrize(
    ("said", "seconds"), [("90s", 90), ("15m", 900), ("6h", 21_600), ("2d", 172_800), ("1.5m", 90)]
)
def test_a_duration_is_a_number_with_its_unit(said: str, seconds: float) -> None:
    assert Duration().convert(said, None, None) == seconds


@pytest.mark.parametrize("said", ["90", "soon", "0s", "-5m", "5 minutes", ""])
def test_anything_else_is_no_duration_and_the_cure_is_told(said: str) -> None:
    ended = CliRunner().invoke(cli, ["watch", f"--for={said}"])
    assert ended.exit_code == 2
    assert "as 90s, 15m, 6h or 2d" in ended.output


def test_an_unknown_source_is_told_before_anything_begins(tmp_path: Path) -> None:
    ended = CliRunner().invoke(cli, ["watch", "hespres", "--archive", str(tmp_path / "archive")])
    assert ended.exit_code == 2
    assert "did you mean hespress" in ended.output
    assert not (tmp_path / "archive").exists()


@pytest.mark.slow
def test_a_watch_for_some_seconds_stores_says_each_turn_and_ends_with_0(tmp_path: Path) -> None:
    with Site("127.0.9.1") as site:
        site.routes["/1"] = Reply(body=article("خبر أول"))
        items = f"<item><title>خبر</title><link>{site.base}/1</link></item>"
        rss = f"<rss version='2.0'><channel><title>جريدة</title>{items}</channel></rss>"
        site.routes["/feed"] = Reply(body=rss.encode(), headers={"Content-Type": "application/rss+xml"})
        (tmp_path / "sources").mkdir()
        (tmp_path / "sources" / "jarida.toml").write_text(
            f'name_ar = "ج"\nname_en = "J"\ncountry = "MA"\ntimezone = "Africa/Casablanca"\nhome = "{site.base}/"\n'
            f'delay_s = 0.0\n[[endpoint]]\nurl = "{site.base}/feed"\n',
            encoding="utf-8",
        )
        how = ("watch", "jarida", "--sources", "sources", "--allow-private", "--timeout", "3", "--workers", "1")
        ended = warraq(*how, "--for", "12s", "--json", cwd=tmp_path)
        assert ended.returncode == 0, ended.stderr
        turns = [json.loads(one) for one in ended.stdout.splitlines()]
        assert turns[0]["source"] == "jarida"
        assert sum(turn["counts"].get("new", 0) for turn in turns) == 1
        assert datetime.fromisoformat(turns[0]["next_at"]) > datetime.fromisoformat(turns[0]["began_at"])
        ended = warraq(*how, "--for", "4s", cwd=tmp_path)
        assert ended.returncode == 0
        assert "Traceback" not in ended.stderr
        assert site.paths.count("/1") == 1


def turn(**given: object) -> WatchTurn:
    counts = CrawlCounts(polls=3)
    counts.results.update({"new": 4, "failed": 1})
    result = RunResult(source="jarida", counts=counts, outcome="partial")
    values = {"source": "jarida", "began_at": datetime(2026, 1, 1, tzinfo=UTC), "seconds": 1.25, "result": result}
    return WatchTurn(**{**values, "next_at": datetime(2026, 1, 1, 1, tzinfo=UTC), "running": 2, **given})


def test_a_turn_is_one_line_for_people_and_one_object_for_machines() -> None:
    assert re.fullmatch(r"jarida: 4 new, 1 failed; 3 polls; 1\.2 s; next [\d :-]+", line(turn()))
    assert record(turn())["counts"]["new"] == 4
    crashed = turn(result=None, error="ValueError: \x1b[2J", next_at=None)
    assert line(crashed).startswith("jarida: crashed, retry never: ValueError")
    assert record(crashed)["outcome"] == "crashed"


# systemd


def unit_of(told: str) -> tuple[str, str]:
    unit, _, cron = told.partition("\n# Or, if no service may run continuously")
    return unit + "\n", cron


def told_for(folder: Path, *more: str) -> str:
    ended = warraq("watch", "--install-help", *more, cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_help_for_installing_names_this_archive_and_this_program(tmp_path: Path) -> None:
    (tmp_path / "my papers").mkdir()
    told = told_for(
        tmp_path, "hespress", "--sources", "my papers", "--contact", "desk@example.org", "--archive", "kept"
    )
    unit, cron = unit_of(told)
    (command,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    assert command.startswith("/")
    assert f"--archive {tmp_path}/kept" in command
    assert f'"{tmp_path}/my papers"' in command
    assert command.endswith("--contact desk@example.org hespress")
    assert f"ReadWritePaths=-{tmp_path}/kept\n" in unit
    assert "crawl --due" in cron
    assert not (tmp_path / "kept").exists(), "help makes no archive"


def test_systemd_itself_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    verifier = shutil.which("systemd-analyze")
    if verifier is None:
        pytest.skip("systemd-analyze is not here")
    (tmp_path / "papers 100%").mkdir()
    unit, _ = unit_of(told_for(tmp_path, "--sources", "papers 100%"))
    path = tmp_path / "warraq-watch.service"
    path.write_text(unit, encoding="utf-8")
    found = subprocess.run([verifier, "--user", "verify", path], capture_output=True, encoding="utf-8", check=False)
    complaints = [one for one in (found.stdout + found.stderr).splitlines() if "warraq-watch" in one]
    assert complaints == []


def test_what_systemd_says_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert service_variables({}) == ServiceVariables()
    said = {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "120000000"}
    assert service_variables(said) == ServiceVariables(notify_socket="/run/x", watchdog_s=120.0)
    assert service_variables(said | {"WATCHDOG_PID": "1"}).watchdog_s == 0.0
    assert service_variables(said | {"WATCHDOG_PID": str(os.getpid())}).watchdog_s == 120.0
    assert service_variables({"WATCHDOG_USEC": "soon"}).watchdog_s == 0.0


def test_systemd_hears_that_we_are_ready_alive_and_leaving(tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(path)
        manager.settimeout(5)

        async def serve() -> None:
            async with Notifier(ServiceVariables(notify_socket=path, watchdog_s=0.1)).serving():
                await asyncio.sleep(0.2)

        asyncio.run(serve())
        manager.setblocking(False)
        heard = []
        try:
            while True:
                heard.append(manager.recv(1_000).decode())
        except BlockingIOError:
            pass
    assert heard[0].startswith("READY=1")
    assert heard.count("WATCHDOG=1") >= 2
    assert heard[-1] == "STOPPING=1"


def test_nobody_is_told_where_nobody_listens(tmp_path: Path) -> None:
    Notifier(ServiceVariables()).say("READY=1")
    Notifier(ServiceVariables(notify_socket=str(tmp_path / "nobody"))).say("READY=1")
