"""A crawl of a demo newspaper as a separate program, for tests with signals: `crawl_demo.py ARCHIVE BASE_URL`."""

import sys
from dataclasses import replace

from crawler.config import Config
from crawler.demo import source_toml
from crawler.engine.run import crawl
from crawler.sources.source import parse

if __name__ == "__main__":
    archive, base_url = sys.argv[1:3]
    options = {"timeout_s": 2.0, "patience_s": 8.0, "workers": 1} | {
        name: float(value) for name, _, value in (argument.partition("=") for argument in sys.argv[3:])
    }
    budget = int(options.pop("budget", 0))
    source = parse(source_toml(base_url), path="demo.toml")
    source = replace(source, revisit_budget=budget) if budget else source
    (result,) = crawl(
        Config(archive=archive, allow_private=True, **options),
        [source],
        on_event=lambda event: print(event.result, event.url, flush=True),
    )
    print(result.outcome, result.counts.as_dict(), flush=True)
    sys.exit(130 if result.outcome == "interrupted" else 0)
