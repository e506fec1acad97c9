"""Run the demo newspaper alone: `python -m crawler.demo --port 8001`. Its first output line is its URL."""

import argparse
import signal
import sys
from pathlib import Path
from threading import Event

from crawler.demo.manuscript import EDITIONS
from crawler.demo.server import DemoNewspaper


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m crawler.demo", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--edition", type=int, default=1, choices=EDITIONS)
    parser.add_argument("--log", type=Path, help="file that gets one line an access")
    parser.add_argument("--no-slow", action="store_true", help="link no page that costs a crawl its time-out")
    options = parser.parse_args()
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with DemoNewspaper(
        options.host, options.port, options.edition, log=options.log, slow=not options.no_slow
    ) as newspaper:
        sys.stdout.write(newspaper.base_url + "\n")
        sys.stdout.flush()
        stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
