"""warraq stats --politeness and --robots: what an ethics board reads."""

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest

from storage.archive import Archive
from storage.crawl_state.hosts import HostDay
from warraq.cli.main import run

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
PLACE = "https://www.rassad.example"


@pytest.fixture
def folder(folder_archive: Archive) -> str:
    archive = folder_archive
    archive.hosts.add_days(
        [
            HostDay(
                host="www.rassad.example", day="2026-01-05", requests=200, bytes=12_340_000, not_modified=50,
                shortest_gap_s=5.02, delay_s=5.0,
            ),
            HostDay(host="barq.example", day="2026-01-05", requests=1, bytes=10),
            HostDay(
                host="barq.example", day="2026-02-01", requests=9, too_many=2, errors=1, shortest_gap_s=1.5, delay_s=5.0
            ),
        ]
    )  # fmt: skip
    seen = archive.hosts.robots_seen
    seen(PLACE, status=200, body="User-agent: *\nDisallow: /admin/\n", at=NOW)
    changed = "User-agent: *\nDisallow: /search/\n\nUser-agent: GPTBot\nDisallow: /\n"
    seen(PLACE, status=200, body=changed, at=NOW + timedelta(days=1))
    seen(PLACE, status=503, body="", at=NOW + timedelta(days=2))
    return str(archive.folder)


def told(capsys: pytest.CaptureFixture[str], folder: str, *arguments: str) -> str:
    assert run(["stats", "--archive", folder, *arguments]) == 0
    return capsys.readouterr().out


def test_the_ledger_is_a_table_with_a_verdict_and_a_total(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [line.split() for line in told(capsys, folder, "--politeness").splitlines()]
    assert rows[1:] == [
        ["barq.example", "2026-01-05", "1", "0.0", "0", "%", "0", "0"],
        ["www.rassad.example", "2026-01-05", "200", "12.3", "25", "%", "0", "0", "5.02", "s", "5.00", "s", "yes"],
        ["barq.example", "2026-02-01", "9", "0.0", "0", "%", "2", "1", "1.50", "s", "5.00", "s", "no"],
        ["2", "hosts", "2", "days", "210", "12.3", "24", "%", "2", "1", "no"],
    ]


def test_days_and_a_host_can_be_chosen(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, folder, "--politeness", "--until", "2026-01", "--host", "Barq.example", "--json").splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "host": "barq.example", "day": "2026-01-05", "requests": 1, "bytes": 10, "not_modified": 0, "too_many": 0,
            "errors": 0, "shortest_gap_s": None, "delay_s": None, "kept": None,
        }
    ]  # fmt: skip
    (row,) = csv.DictReader(told(capsys, folder, "--politeness", "--since", "2026-02", "--csv").splitlines())
    assert (row["host"], row["errors"], row["kept"]) == ("barq.example", "1", "False")


def test_the_history_of_robots_txt_shows_what_changed(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, folder, "--robots", "www.rassad.example").splitlines() == [
        f"{PLACE}/robots.txt  2026-01-05 10:00 to 2026-01-05 10:00  2 lines",
        "  User-agent: *",
        "  Disallow: /admin/",
        f"{PLACE}/robots.txt  2026-01-06 10:00 to 2026-01-06 10:00  5 lines, robots.txt/group:gptbot",
        "  -Disallow: /admin/",
        "  +Disallow: /search/",
        "  +",
        "  +User-agent: GPTBot",
        "  +Disallow: /",
        f"{PLACE}/robots.txt  2026-01-07 10:00 to 2026-01-07 10:00  http 503: nothing may be fetched",
        *[f"  -{line}" for line in ("User-agent: *", "Disallow: /search/", "", "User-agent: GPTBot", "Disallow: /")],
    ]
    records = [json.loads(line) for line in told(capsys, folder, "--robots", PLACE, "--json").splitlines()]
    assert [(one["status"], one["words"]) for one in records] == [
        (200, []),
        (200, ["robots.txt/group:gptbot"]),
        (503, []),
    ]


def test_mistakes_are_told(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["stats", "--archive", folder, "--csv"]) == 2
    assert run(["stats", "--archive", folder, "--robots", "nobody.example"]) == 1
    assert "no robots.txt of nobody.example was ever fetched" in capsys.readouterr().err
