"""Export: a stream of articles into a file. One file a format, one line each in FORMATS.

To add a format, write `write(articles, out, options)` in a file of its own and name it in FORMATS.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from storage.export import csv, jsonl
from storage.export.file import whole_file
from storage.export.options import Options

if TYPE_CHECKING:
    from storage.rows import StoredArticle


class Writer(Protocol):
    """Write articles as they come, keeping none in memory and cutting none."""

    def __call__(self, articles: Iterable["StoredArticle"], out: BinaryIO, options: Options, /) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way out of the archive."""

    #: What it is for, in one line.
    summary: str
    suffix: str
    write: Writer
    #: Fields of `Options` that it understands; others are refused.
    understands: frozenset[str] = frozenset()


FORMATS: dict[str, Format] = {
    "jsonl": Format(summary="one JSON object a line: exact, for programs", suffix=".jsonl", write=jsonl.write),
    "csv": Format(
        summary="one row an article: for pandas, R, spreadsheets",
        suffix=".csv",
        write=csv.write,
        understands=frozenset({"excel"}),
    ),
}

__all__ = ["FORMATS", "Format", "Options", "Writer", "whole_file"]
