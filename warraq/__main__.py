"""The program: what the console script and `python -m warraq` run."""

import gc
from importlib import import_module

#: Objects that may gather before the young ones are looked at, and how often the older ones are. Modules are nearly all
#: that a short command makes, and none of it is garbage: with Python's own numbers, looking was a sixth of a start. A
#: crawl, which leaves garbage, goes back to them: see `crawler.engine.reactor.start`.
_THRESHOLDS = (50_000, 20, 100)


def main() -> None:
    """Run the program and leave with its exit code."""
    gc.set_threshold(*_THRESHOLDS)
    import_module("warraq.cli.main").main()


if __name__ == "__main__":
    main()
