"""Signals to a crawl: how soon it ends, and that a second or third one leaves no noise and nothing open."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.loopback import Reply, Site
from warraq.cli.main import Interrupt

ROOT = Path(__file__).parents[1]
#: Pages of the newspaper, none of which is ever answered.
HANGING = 8


@contextmanager
def crawl_of_hanging_pages(tmp_path: Path, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    """A crawl, as a program of its own, whose eight downloads all wait for their server."""
    with Site() as site:
        links = [f"{site.base}/news/{number}" for number in range(HANGING)]
        items = "".join(f"<item><title>خبر</title><link>{url}</link></item>" for url in links)
        feed = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
        site.routes["/feed"] = Reply(feed.encode(), headers={"Content-Type": "application/rss+xml"})
        site.routes |= {f"/news/{number}": Reply(wait=60) for number in range(HANGING)}
        (tmp_path / "sources").mkdir()
        (tmp_path / "sources" / "paper.toml").write_text(
            f'name_ar = "صحيفة"\nname_en = "paper"\ncountry = "JO"\ntimezone = "Asia/Amman"\nhome = "{site.base}/"\n'
            f'article_url = "/news/"\ndelay_s = 0\nconcurrency = {HANGING}\n[[endpoint]]\nurl = "{site.base}/feed"\nkind = "feed"\n',  # noqa: E501  one value
            encoding="utf-8",
        )
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "WARRAQ_SOURCES": str(tmp_path / "sources"), "WARRAQ_ALLOW_PRIVATE": "yes",  # noqa: E501  a table row
            **settings,
        }  # fmt: skip
        command = [sys.executable, "-m", "warraq", "--archive", str(tmp_path / "archive"), "crawl", "paper"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            deadline = time.monotonic() + 90
            while sum(path.startswith("/news/") for path in site.paths) < HANGING and time.monotonic() < deadline:
                time.sleep(0.05)
            yield process
        finally:
            process.kill()
            process.wait()


def lines_of(err: str) -> list[str]:
    """What the program wrote on stderr, without the times of its log."""
    return [line.partition("crawler.engine.run: ")[2] or line for line in err.strip().splitlines()]


@pytest.mark.fault("F07")
@pytest.mark.slow
def test_a_third_ctrl_c_leaves_no_noise_and_no_open_file(tmp_path: Path) -> None:
    with crawl_of_hanging_pages(tmp_path) as process:
        for _ in range(3):
            process.send_signal(signal.SIGINT)
            time.sleep(0.1)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert lines_of(err) == [
        "finishing claimed pages; a second signal stops at once",
        "stopped with claimed pages; they are released",
        "interrupted; everything is saved, and the same command resumes",
    ]
    assert [path.suffix for path in (tmp_path / "archive" / "warc").iterdir()] == [".gz"]


@pytest.mark.slow
def test_the_grace_period_ends_hanging_downloads_without_noise(tmp_path: Path) -> None:
    with crawl_of_hanging_pages(tmp_path, WARRAQ_GRACE="0.5") as process:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert len(lines_of(err)) == 3, err


def test_signals_soon_after_the_first_do_not_interrupt_its_clean_up() -> None:
    interrupt = Interrupt()
    with pytest.raises(KeyboardInterrupt):
        interrupt(signal.SIGINT, None)
    interrupt(signal.SIGTERM, None)
    interrupt(signal.SIGINT, None)


@pytest.mark.fault("F06")
@pytest.mark.slow
def test_sigterm_ends_eight_hanging_downloads_within_fifteen_seconds(tmp_path: Path) -> None:
    with crawl_of_hanging_pages(tmp_path) as process:
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert time.monotonic() - asked < 15
    assert process.returncode == 130
