"""`warraq crawl` with an account of its processor time: `accounted_crawl.py ARCHIVE SOURCES ACCOUNT [WORKERS]`.

ACCOUNT becomes a JSON file: processor seconds by thread of this process, and those within a few functions.
"""

import functools
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from os import sysconf
from pathlib import Path
from typing import Any

from crawler.config import Config
from crawler.context import CrawlContext
from crawler.engine.run import crawl
from crawler.sources.source import load
from storage.archive import Archive
from storage.warc import WarcStore

SPENT: Counter[str] = Counter()


def timed(owner: type, name: str, label: str) -> None:
    """Count the processor time of a method's own thread under a label."""
    plain: Callable[..., Any] = getattr(owner, name)

    @functools.wraps(plain)
    def counted(*arguments: Any, **named: Any) -> Any:
        began = time.thread_time()
        try:
            return plain(*arguments, **named)
        finally:
            SPENT[label] += time.thread_time() - began

    setattr(owner, name, counted)


def threads() -> dict[str, float]:
    """Processor seconds of each living thread of this process, threads of one pool together."""
    spent: Counter[str] = Counter()
    for thread in threading.enumerate():
        fields = Path(f"/proc/self/task/{thread.native_id}/stat").read_text().rsplit(")", 1)[1].split()
        name = thread.name.rstrip("0123456789").rstrip("-_")
        spent[name] += (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")
    return dict(spent)


if __name__ == "__main__":
    archive, folder, account, *workers = sys.argv[1:]
    timed(WarcStore, "write_exchange", "warc")
    timed(Archive, "store", "store")
    plain_close = CrawlContext.close

    def close(context: CrawlContext) -> None:
        Path(account).write_text(json.dumps({"threads": threads(), "within": SPENT}), encoding="utf-8")
        plain_close(context)

    CrawlContext.close = close  # type: ignore[method-assign]
    sources = [load(path) for path in sorted(Path(folder).glob("*.toml"))]
    config = Config(
        archive=archive, allow_private=True, concurrency=len(sources), workers=int(workers[0]) if workers else None
    )
    crawl(config, sources)
