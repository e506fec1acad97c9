"""A worker as a separate program, for tests with signals: `crawl_worker.py ARCHIVE WARC SOURCES NAME [field=value]...`

Its pace is ten times the real one, so that a test need not wait for half a minute; other fields are Config's.
"""

import logging
import sys
from pathlib import Path

from crawler.config import Config
from crawler.sources.source import load
from warraq.workers.maintenance import WorkerTimings
from warraq.workers.worker import work

if __name__ == "__main__":
    archive, warc, folder, name = sys.argv[1:5]
    options = {"timeout_s": 5.0, "patience_s": 2.0, "workers": 1, "concurrency": 8} | {
        field: float(value) if "." in value else int(value)
        for field, _, value in (argument.partition("=") for argument in sys.argv[5:])
    }
    logging.basicConfig(level="WARNING", format=f"%(asctime)s {name} %(name)s %(message)s")
    sources = {path.stem: load(path) for path in sorted(Path(folder).glob("*.toml"))}
    finished = work(
        Config(archive=archive, warc=Path(warc), allow_private=True, **options),
        sources,
        name=name,
        pace=WorkerTimings(heartbeat_s=1.0, stalled_s=5.0, duty_s=0.5),
        on_event=lambda event: print(name, event.result, event.url, event.reason, flush=True),
    )
    sys.exit(0 if finished else 130)
