"""CSV: one article per row, UTF-8, a header line; lists and objects as JSON in their cell. For pandas, R and
spreadsheets."""

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

from storage.export.columns import columns, stored_record, to_json
from storage.export.options import Options

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle

#: First characters that make a spreadsheet treat a cell as a formula, full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options) -> None:
    """Write a header and one row per article.

    With `options.excel`: a byte-order mark, and an apostrophe before a cell that would run as a formula.
    """
    wanted = columns(options)
    text = io.TextIOWrapper(out, encoding="utf-8-sig" if options.excel else "utf-8", newline="", write_through=True)
    try:
        # as RFC 4180 requires; with "\n" alone, "\r" would not be quoted
        rows = csv.writer(text, lineterminator="\r\n")
        rows.writerow(column.name for column in wanted)
        for stored in articles:
            cells = map(cell, stored_record(stored, wanted).values())
            rows.writerow(map(defused, cells) if options.excel else cells)
    finally:
        text.detach()


def cell(value: object) -> str | int:
    """Format a value as a cell: None is empty, booleans and lists as JSON."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return to_json(value)
        case int():
            return value
        case _:
            return str(value)


def defused(value: str | int) -> str | int:
    """Return the cell in a form that no spreadsheet executes.

    >>> defused("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
