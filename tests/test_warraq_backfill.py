"""A newspaper's past from the command line: estimated, fetched in parts, shown as a calendar and as a picture.

Mistakes.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.forked import run_forked
from tests.support.kept_archive import Finished
from tests.support.old_press import OldPress

ROOT = Path(__file__).parents[1]
HOW = ("--sources", "my", "--allow-private", "--workers", "1")


@pytest.fixture
def press(tmp_path: Path) -> Iterator[OldPress]:
    with OldPress() as press:
        press.add_monthly_sitemaps()
        (tmp_path / "my").mkdir()
        text = press.source_toml(endpoint="/sitemap.xml", kind="sitemap")
        (tmp_path / "my" / "past.toml").write_text(text, encoding="utf-8")
        yield press


def warraq(*arguments: object, cwd: Path) -> Finished:
    return run_forked(*arguments, folder=cwd, environment={"PYTHONPATH": str(ROOT)}, timeout=90)


@pytest.mark.slow
def test_a_past_is_estimated_then_fetched_in_parts_then_seen(tmp_path: Path, press: OldPress) -> None:
    stretch = ("crawl", "--backfill", "past", "--since", "٢٠٢٠-٠٢", "--until", "2020-02", *HOW)
    estimate = warraq(*stretch, "--estimate", cwd=tmp_path)
    assert estimate.code == 0, estimate.err
    assert "past, 2020-02-01 to 2020-02-29: 1 step to start with" in estimate.err
    assert estimate.out.split()[:4] == ["month", "addresses", "2020-02", "29"]
    assert "run without --estimate to make them" in estimate.err

    first = warraq(*stretch, "--limit", 10, "--json", cwd=tmp_path)
    record = json.loads(first.out)
    # March is there too, since its first days may be February's, edited; and of a day's edge nobody knows.
    waiting = record["backfill"]["waiting"]
    assert (record["new"], record["backfill"]["walked"], waiting) == (10, True, record["backfill"]["new"] - 10)
    assert "resumed: 4 of 4 steps done" in first.err
    assert f"{waiting} requests remain; the same command resumes" in first.err

    rest = warraq(*stretch, cwd=tmp_path)
    assert rest.code == 0, rest.err
    (line,) = [line.split() for line in rest.out.splitlines() if line.startswith("2020-02")]
    assert line == ["2020-02", "29", "29", "0", "0", "فبراير"]

    shown = warraq("stats", "--calendar", "past", "--sources", "my", cwd=tmp_path).out
    lines = shown.splitlines()
    assert lines[0].startswith("2020  ")
    (saturday,) = [line for line in lines if line.startswith("Sat")]
    assert saturday.endswith("  السبت")
    # The first of February 2020 was a Saturday: four weeks of articles, none before.
    assert saturday[5:].startswith(" ····" + "░" * 5)
    days = json.loads(warraq("stats", "--calendar", "past", "--sources", "my", "--json", cwd=tmp_path).out)
    alone = warraq("stats", "--calendar", "past", "--json", cwd=tmp_path)  # articles outlive the source's file
    assert json.loads(alone.out) == days
    assert [day for day in days["days"] if day.startswith("2020-02")] == [f"2020-02-{day:02}" for day in range(1, 30)]
    assert days["backfilled"] == [["2020-02-01", "2020-02-29"]]
    pytest.importorskip("matplotlib")
    drawn = warraq("stats", "--calendar", "past", "--sources", "my", "--png", "past.png", cwd=tmp_path)
    assert (drawn.code, drawn.out) == (0, "")
    assert (tmp_path / "past.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.slow
def test_where_nothing_leads_into_the_past_it_is_said_what_would(tmp_path: Path, press: OldPress) -> None:
    (tmp_path / "my" / "past.toml").write_text(press.source_toml(endpoint="/feed.xml"), encoding="utf-8")
    press.routes.pop("/sitemap.xml")
    ended = warraq("crawl", "--backfill", "past", "--since", "2020", "--until", "2020-02", *HOW, cwd=tmp_path)
    assert ended.code == 1
    assert "1 listing could not be read: http 404" in ended.err
    assert "add to the source's file an [[endpoint]] of kind sitemap or section" in ended.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("crawl", "--backfill", "hespress"), "--backfill needs --since"),
        (("crawl", "--backfill", "hespress", "--since", "2020-05", "--until", "2020-04"), "is later than --until 2020-04"),  # noqa: E501  a table row
        (("crawl", "--backfill", "hespress", "--since", "2099"), "lies ahead"),
        (("crawl", "--backfill", "hespress", "--since", "2020-13"), "is not a day of the calendar"),
        (("crawl", "--backfill", "nosuch", "--since", "2020"), "there is no source 'nosuch'"),
        (("crawl", "hespress", "--backfill", "hespress", "--since", "2020"), "names its newspaper itself"),
        (("crawl", "hespress", "--since", "2020"), "require --backfill"),
        (("stats", "--year", "2020"), "require --calendar"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    ended = warraq(*arguments, cwd=tmp_path)
    assert ended.code == 2
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('archive = ["https://x.example/{day}"]', "write {year}"),
        ('archive = "https://x.example/{year}"', "write a list of URLs"),
        ("archive = [7]", "write URLs in quotes"),
        ('numbered = "https://x.example/n"', "write {id} once"),
    ],
)
def test_a_wrong_field_of_a_source_file_is_one_line(tmp_path: Path, press: OldPress, line: str, words: str) -> None:
    (tmp_path / "my" / "past.toml").write_text(press.source_toml(line), encoding="utf-8")
    ended = warraq("crawl", "--backfill", "past", "--since", "2020", *HOW, cwd=tmp_path)
    assert ended.code == 4
    assert words in ended.err
