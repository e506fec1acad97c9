"""Export formats: one module each, one line each in FORMATS.

To add a format, write `write(articles, out, options)` in a module of its own and list it in FORMATS. A format that is,
or can be, a folder has `write_folder(articles, folder, options)` instead or in addition. The module is imported when it
writes: most formats need what the others do not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from storage.errors import StorageError
from storage.export.file import whole_file, whole_folder
from storage.export.options import Options

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


def _writer(module: str) -> Writer:
    def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options, /) -> None:
        import_module(f"storage.export.{module}").write(articles, out, options)

    return write


def _folder_writer(module: str) -> FolderWriter:
    def write_folder(articles: Iterable["StoredArticle"], folder: Path, options: Options, /) -> None:
        import_module(f"storage.export.{module}").write_folder(articles, folder, options)

    return write_folder


NO_TEXT = frozenset({"no_text"})

FORMATS: dict[str, Format] = {
    "jsonl": Format(
        summary="one JSON object per line: exact, for programs",
        suffix=".jsonl",
        write=_writer("formats.jsonl"),
        understands=NO_TEXT,
    ),
    "csv": Format(
        summary="one row per article: for pandas, R, spreadsheets",
        suffix=".csv",
        write=_writer("formats.csv"),
        understands=NO_TEXT | {"excel"},
    ),
    "xlsx": Format(
        summary="a right-to-left sheet, dates as dates: for Excel and other spreadsheets",
        suffix=".xlsx",
        write=_writer("formats.xlsx"),
        understands=NO_TEXT,
    ),
    "parquet": Format(
        summary="typed columns, compressed: for pandas, DuckDB, Polars, Spark",
        suffix=".parquet",
        write=_writer("formats.parquet"),
        understands=NO_TEXT,
    ),
    "markdown": Format(
        summary="one file per article with front matter, in a ZIP or a folder: for editors and static sites",
        suffix=".zip",
        write=_writer("formats.markdown"),
        write_folder=_folder_writer("formats.markdown"),
        understands=NO_TEXT,
    ),
    "html": Format(
        summary="one right-to-left file: to read, to print, to send", suffix=".html", write=_writer("formats.html")
    ),
    "epub": Format(summary="a book: for e-readers and phones", suffix=".epub", write=_writer("formats.epub")),
    "tei": Format(
        summary="TEI P5 corpus: for corpus tools and libraries",
        suffix=".xml",
        write=_writer("formats.tei"),
        understands=NO_TEXT,
    ),
    "warc": Format(
        summary="the pages as the servers sent them: for web archive tools",
        suffix=".warc.gz",
        write=_writer("web_archive.warc"),
    ),
    "wacz": Format(
        summary="the same with an index and a list of pages, in one file that replays",
        suffix=".wacz",
        write=_writer("web_archive.wacz"),
    ),
    "sqlite": Format(
        summary="a part of the archive as an archive of its own: versions, fetches and WARC records",
        suffix="",
        write_folder=_folder_writer("formats.sqlite"),
    ),
    "opml": Format(
        summary="the sources of the articles, with their feeds", suffix=".opml", write=_writer("formats.opml")
    ),
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
