"""Articles from JSON lines. They have no page: later rules cannot re-extract them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from crawler.importing.import_context import ImportContext, Item, opened
from crawler.importing.row_reader import BadRow, Row, read_line, row_of, url_of
from pipelines.extraction.fingerprint import compared
from pipelines.page import Extraction
from storage.model.visit import Visit
from storage.operations.imports import Origin, put_import

#: Maximum line length: the longest newspaper articles have some 200,000 letters.
MAX_LINE_BYTES = 16_000_000


def rows(context: ImportContext, path: Path) -> Iterator[Item]:
    """Import every line; report invalid ones and continue."""
    now = datetime.now(UTC)
    with opened(path) as file:
        for number, line in enumerate(_lines(file), 1):
            if context.stopping():
                return
            if line is None:
                yield Item(where=f"line {number}", url="", result="refused", reason="longer than 16 MB")
            elif line.strip():
                yield _item(context, path, number, line, now=now)


def _lines(file: BinaryIO) -> Iterator[bytes | None]:
    """Yield lines one by one, never more than the longest in memory; None for a longer one."""
    while line := file.readline(MAX_LINE_BYTES):
        if len(line) < MAX_LINE_BYTES or line.endswith(b"\n"):
            yield line.removeprefix(b"\xef\xbb\xbf")
            continue
        while (more := file.readline(MAX_LINE_BYTES)) and not more.endswith(b"\n"):
            pass
        yield None


def _item(context: ImportContext, path: Path, number: int, line: bytes, *, now: datetime) -> Item:
    where, url = f"line {number}", ""
    try:
        values = read_line(line)
        url = url_of(values)
        source = context.source_of(url)
        known = source.key if source else None
        row = row_of(values, now=now, source=known, timezone=source.timezone if source else None)
        made = put_import(context.archive, _visit(row, source=known), _origin(path, row), dated=row.dated)
    except BadRow as error:
        return Item(where=where, url=url, result="refused", reason=str(error))
    if made.result == "undated":
        reason = "known with another text, and the row does not state when its page was fetched (fetched_at)"
        return Item(where=where, url=url, result="refused", reason=reason, source=known)
    return Item(where=where, url=url, result=made.result, article_id=made.article_id, source=known)  # type: ignore[arg-type]


def _visit(row: Row, *, source: str | None) -> Visit:
    article = replace(row.article, source=source)
    judged = compared(Extraction(outcome=article))
    return Visit(
        url=article.url,
        key=row.key,
        source=source,
        snapshot=row.snapshot,
        outcome=article,
        signature=judged.signature,
        credits=judged.credits,
    )


def _origin(path: Path, row: Row) -> Origin:
    return Origin(
        file=path.name,
        first_seen_at=row.first_seen_at,
        changed_at=row.changed_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_how=row.withdrawn_how,
    )
