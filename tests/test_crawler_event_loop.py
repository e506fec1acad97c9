"""The event loop of a crawl: it executes no SQL, and nothing holds it for long."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.context import CrawlContext
from crawler.demo import DemoNewspaper

#: Longest that the loop may be held, in processor seconds of its own thread: what other programs do on the machine
#: does not count.
HELD_S = 0.1


@pytest.mark.slow
def test_the_loop_executes_no_sql_and_is_never_held_long(tmp_path: Path) -> None:
    with DemoNewspaper(slow=False) as newspaper:
        command = (sys.executable, "-m", "tests.support.crawl_watched", str(tmp_path / "archive"), newspaper.base_url)
        crawl = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=Path(__file__).parents[1])
    assert crawl.returncode == 0, crawl.stderr
    seen = json.loads(crawl.stdout)
    assert seen["new"] > 20
    assert seen["statements"]["writer"] > 200
    assert "loop" not in seen["statements"]
    assert len(seen["beats"]) > 50
    assert max(seen["beats"]) < HELD_S


def test_a_kit_without_an_archive_has_no_writer(tmp_path: Path) -> None:
    """A probe stores nothing."""
    from pipelines.extraction.pool import Pool

    with Pool(1) as pool:
        context = CrawlContext(config=Config(archive=str(tmp_path)), archive=None, pool=pool)  # type: ignore[arg-type]
        assert context.hosts is None
        context.close()
