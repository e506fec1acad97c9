"""The event loop of a crawl: it executes no SQL, and nothing holds it for long."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from crawler.config import Config
from crawler.context import CrawlContext
from crawler.demo import DemoNewspaper, source_toml
from crawler.engine.run import crawl, until_stopped
from crawler.sources.source import parse

#: Longest that the loop may be held, in processor seconds of its own thread: what other programs do on the machine
#: does not count.
HELD_S = 0.1


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@pytest.mark.slow
def test_the_loop_executes_no_sql_and_is_never_held_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statements: Counter[str] = Counter()
    beats: list[float] = []

    def executed(*_: object) -> None:
        statements["loop" if _in_a_loop() else threading.current_thread().name] += 1

    async def beat() -> None:
        """What the loop's thread did between two beats: the longest callback took that, or less."""
        while True:
            began = time.thread_time()
            await asyncio.sleep(0.002)
            beats.append(time.thread_time() - began)

    async def beaten(context: CrawlContext, work: Coroutine[Any, Any, Any]) -> Any:
        heart = asyncio.ensure_future(beat())
        try:
            return await until_stopped(context, work)
        finally:
            heart.cancel()

    monkeypatch.setattr("crawler.engine.run.until_stopped", beaten)
    event.listen(Engine, "before_cursor_execute", executed)
    try:
        with DemoNewspaper(slow=False) as newspaper:
            config = Config(
                archive=str(tmp_path / "archive"), allow_private=True, timeout_s=2, patience_s=4, workers=1
            )  # fmt: skip
            (result,) = crawl(config, [parse(source_toml(newspaper.base_url), path="demo.toml")])
    finally:
        event.remove(Engine, "before_cursor_execute", executed)
    assert result.counts.new > 20
    assert statements["writer"] > 200
    assert statements["loop"] == 0
    assert len(beats) > 50
    assert max(beats) < HELD_S


def test_a_kit_without_an_archive_has_no_writer(tmp_path: Path) -> None:
    """A probe stores nothing."""
    from pipelines.extraction.pool import Pool

    with Pool(1) as pool:
        context = CrawlContext(config=Config(archive=str(tmp_path)), archive=None, pool=pool)  # type: ignore[arg-type]
        assert context.hosts is None
        context.close()
