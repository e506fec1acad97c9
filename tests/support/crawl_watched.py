"""A crawl of a demo newspaper whose event loop is watched: `crawl_watched.py ARCHIVE BASE_URL`.

Prints one line of JSON: `new` articles; `statements`, SQL statements by name of thread, "loop" for those that ran in
an event loop; `beats`, processor seconds of the loop's thread between two beats, in the order in which they came. A
process of its own: in one that ran other tests, a collection of their garbage holds the loop.
"""

import asyncio
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from sqlalchemy import Engine, event

from crawler.config import Config
from crawler.context import CrawlContext
from crawler.demo import source_toml
from crawler.engine import run
from crawler.sources.source import parse

statements: Counter[str] = Counter()
beats: list[float] = []


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


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


if __name__ == "__main__":
    archive, base_url = sys.argv[1:]
    until_stopped, run.until_stopped = run.until_stopped, beaten
    event.listen(Engine, "before_cursor_execute", executed)
    config = Config(archive=archive, allow_private=True, timeout_s=2, patience_s=4, workers=1)
    (result,) = run.crawl(config, [parse(source_toml(base_url), path="demo.toml")])
    print(json.dumps({"new": result.counts.new, "statements": statements, "beats": beats}))
