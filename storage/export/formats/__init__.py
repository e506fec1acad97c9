"""Export formats: one module each, one line each in FORMATS.

To add a format, write `write(articles, out, options)` in a module of its own and list it in FORMATS. A format that is,
or can be, a folder has `write_folder(articles, folder, options)` instead or in addition.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from storage.errors import StorageError
from storage.export.file import whole_file, whole_folder
from storage.export.formats import csv, epub, html, jsonl, markdown, opml, parquet, sqlite, tei, xlsx
from storage.export.options import Options
from storage.export.web_archive import wacz, warc

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle


class Writer(Protocol):
    """Write articles as a stream: none is held in memory or truncated."""

    def __call__(self, articles: Iterable["StoredArticle"], out: BinaryIO, options: Options, /) -> None: ...


class FolderWriter(Protocol):
    """Write the same into an empty folder."""

    def __call__(self, articles: Iterable["StoredArticle"], folder: Path, options: Options, /) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """An export format."""

    #: Its purpose, in one line.
    summary: str
    #: File name suffix; "" for a format that is always a folder.
    suffix: str
    #: None: it is always a folder.
    write: Writer | None = None
    #: None: it is always a file.
    write_folder: FolderWriter | None = None
    #: Fields of `Options` that it supports; others are refused.
    understands: frozenset[str] = frozenset()


NO_TEXT = frozenset({"no_text"})

FORMATS: dict[str, Format] = {
    "jsonl": Format(
        summary="one JSON object per line: exact, for programs", suffix=".jsonl", write=jsonl.write, understands=NO_TEXT
    ),
    "csv": Format(
        summary="one row per article: for pandas, R, spreadsheets",
        suffix=".csv",
        write=csv.write,
        understands=NO_TEXT | {"excel"},
    ),
    "xlsx": Format(
        summary="a right-to-left sheet, dates as dates: for Excel and other spreadsheets",
        suffix=".xlsx",
        write=xlsx.write,
        understands=NO_TEXT,
    ),
    "parquet": Format(
        summary="typed columns, compressed: for pandas, DuckDB, Polars, Spark",
        suffix=".parquet",
        write=parquet.write,
        understands=NO_TEXT,
    ),
    "markdown": Format(
        summary="one file per article with front matter, in a ZIP or a folder: for editors and static sites",
        suffix=".zip",
        write=markdown.write,
        write_folder=markdown.write_folder,
        understands=NO_TEXT,
    ),
    "html": Format(summary="one right-to-left file: to read, to print, to send", suffix=".html", write=html.write),
    "epub": Format(summary="a book: for e-readers and phones", suffix=".epub", write=epub.write),
    "tei": Format(
        summary="TEI P5 corpus: for corpus tools and libraries", suffix=".xml", write=tei.write, understands=NO_TEXT
    ),
    "warc": Format(
        summary="the pages as the servers sent them: for web archive tools",
        suffix=".warc.gz",
        write=warc.write,
    ),
    "wacz": Format(
        summary="the same with an index and a list of pages, in one file that replays",
        suffix=".wacz",
        write=wacz.write,
    ),
    "sqlite": Format(
        summary="a part of the archive as an archive of its own: versions, fetches and WARC records",
        suffix="",
        write_folder=sqlite.write_folder,
    ),
    "opml": Format(summary="the sources of the articles, with their feeds", suffix=".opml", write=opml.write),
}


def export(chosen: Format, articles: Iterable["StoredArticle"], path: Path, options: Options) -> None:
    """Write articles to a file or folder that gets its final name once it is complete.

    A format that can be either is a folder if `path` is one, or has no suffix.

    Raises:
        StorageError: it cannot be written there; nothing of it is left.
    """
    if chosen.write_folder and (chosen.write is None or path.is_dir() or not path.suffix):
        with whole_folder(path) as folder:
            chosen.write_folder(articles, folder, options)
    elif chosen.write:
        with whole_file(path) as out:
            chosen.write(articles, out, options)
    else:
        raise StorageError(f"cannot write {path}: the format has no writer")


__all__ = ["FORMATS", "FolderWriter", "Format", "Options", "Writer", "export", "whole_file", "whole_folder"]
