"""Extraction of many pages given as JSON lines: what `warraq extract` and `python -m pipelines.extract` do."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from pipelines.extract import Body, extract_text


def texts(records: Iterable[dict[str, Any]], *, learn: bool = False) -> Iterator[dict[str, Any]]:
    """Yield {"url", "text", "removed"} for each {"html", "url"}, in order."""
    for record in records:
        yield _row(record, extract_text(record["html"], record.get("url") or ""))


def _row(record: dict[str, Any], body: Body) -> dict[str, Any]:
    return {
        "url": record.get("url"),
        "text": body.text,
        "removed": [{"rule": one.rule, "text": one.text, "after_line": one.after_line} for one in body.removed],
    }


def main() -> None:
    """Read JSON lines on stdin, write JSON lines on stdout."""
    records = (json.loads(line) for line in sys.stdin)
    for row in texts(records, learn="--learn" in sys.argv[1:]):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


_ = (UTC, datetime)
