"""A watch as a program of its own with a rhythm of seconds: `watch_demo.py ARCHIVE SOURCES KEY...`; for tests."""

import sys
from pathlib import Path

from crawler.config import Config
from crawler.counts import Event
from crawler.discovery.poll_interval import IntervalBounds
from crawler.engine.watch import WatchTurn, watch
from storage.errors import WarraqError
from warraq.cli.terminal import log

BOUNDS = IntervalBounds(shortest_s=0.5, longest_s=1.5, after_error_s=0.5)


def say_event(event: Event) -> None:
    print("event", event.result, event.url, flush=True)


def say_turn(turn: WatchTurn) -> None:
    print("turn", turn.source, turn.counts.new, turn.error, flush=True)


if __name__ == "__main__":
    # As the command does. Without a handler of our own, Python prints warnings only while the log has none at all:
    # Scrapy adds one for as long as it crawls, and what is logged during a turn would be lost.
    log.set_up("WARNING")
    archive, sources, *keys = sys.argv[1:]
    config = Config(
        archive=archive, sources=(Path(sources),), allow_private=True, timeout_s=2.0, patience_s=2.0, workers=1
    )
    try:
        watch(config, keys, bounds=BOUNDS, on_event=[say_event], on_turn=[say_turn])
    except WarraqError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
