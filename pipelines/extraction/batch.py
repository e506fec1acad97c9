"""Extraction of many pages given as JSON lines, and what the pages of one host teach about each other."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pipelines.boilerplate.learn import Learned, Observation, learn
from pipelines.boilerplate.recurring import shifted, strip_lines
from pipelines.extraction.extract import extract_text
from pipelines.urls.host import host
from storage.model.article import Removed


def learn_by_host(observations: Iterable[Observation]) -> dict[str, Learned]:
    """Learn the boilerplate of each host; `Observation.page` is the page's address."""
    hosts: dict[str, list[Observation]] = defaultdict(list)
    for seen in observations:
        hosts[host(seen.page)].append(seen)
    return {name: learn(pages) for name, pages in hosts.items() if name}


def texts(records: Iterable[dict[str, Any]], *, learning: bool = False) -> Iterator[dict[str, Any]]:
    """Yield {"url", "text", "removed"} for each {"html", "url"}, in order; `learning` reads all of them first."""
    bodies = ((record.get("url") or "", extract_text(record["html"], record.get("url") or "")) for record in records)
    if not learning:
        yield from (_row(url, body.lines, body.removed) for url, body in bodies)
        return
    read = list(bodies)
    learned = learn_by_host(Observation(page=url, lines=body.lines) for url, body in read)
    for url, body in read:
        known = learned.get(host(url))
        lines, removed = strip_lines(body.lines, known.keys if known else frozenset())
        yield _row(url, lines, shifted(body.removed, removed))


def _row(url: str, lines: Sequence[str], removed: Sequence[Removed]) -> dict[str, Any]:
    taken = [{"rule": one.rule, "text": one.text, "after_line": one.after_line} for one in removed]
    return {"url": url, "text": "\n".join(lines), "removed": taken}


def main() -> None:
    """Read JSON lines on stdin, write JSON lines on stdout; `--learn` as the one option."""
    records = (json.loads(line) for line in sys.stdin)
    for row in texts(records, learning="--learn" in sys.argv[1:]):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
