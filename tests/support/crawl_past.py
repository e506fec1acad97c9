"""A backfill as a program of its own, for tests that kill it: `crawl_past.py ARCHIVE SOURCE.toml SINCE UNTIL`."""

import sys
from datetime import date
from pathlib import Path

from crawler.backfill.walk import BackfillRequest
from crawler.config import Config
from crawler.engine.run import backfill
from crawler.sources.source import load

if __name__ == "__main__":
    archive, file, since, until = sys.argv[1:5]
    result = backfill(
        Config(archive=archive, allow_private=True, timeout_s=5.0, workers=1),
        load(Path(file)),
        BackfillRequest(since=date.fromisoformat(since), until=date.fromisoformat(until)),
        on_event=lambda event: print(event.result, event.url, flush=True),
    )
    sys.exit(0 if result.outcome == "done" else 1)
