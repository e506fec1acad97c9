"""Import pages, articles or URLs from other archives. A file is recognised by its content, never by its name.

WARC, WACZ   -> every page through the same stages as one that was fetched          (crawler/importing/pages.py)
JSON lines, one JSON array, Parquet, a table with texts
             -> articles without a page, cleaned                                    (crawler/importing/articles.py)
CSV, a list  -> addresses for the frontier                                          (crawler/importing/addresses.py)
OPML         -> source files; that is `warraq sources import`                       (crawler/checking/opml.py)
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from crawler.importing.addresses import addresses
from crawler.importing.articles import rows
from crawler.importing.fields import find_fields
from crawler.importing.import_context import ImportContext, Item, UnknownFormatError
from crawler.importing.pages import pages
from crawler.importing.records.given_record import GZIP
from storage.warc.foreign import is_warc
from storage.warc.packed import is_package

Format = Literal["warc", "wacz", "jsonl", "json", "table", "parquet", "csv", "urls", "opml"]
FORMATS: tuple[Format, ...] = get_args(Format)

#: Formats that hold texts instead of pages.
TEXTS: frozenset[Format] = frozenset({"jsonl", "json", "table", "parquet"})

_HEAD_BYTES = 65_536
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
#: Possible delimiters of a table.
_SIGNS = (b"\t", b";", b",", b"|")


def format_of(path: Path) -> Format:
    """Return the format of a file. Raises UnknownFormatError, which suggests an alternative."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise UnknownFormatError(f"cannot read {path}: {error.strerror}") from error
    if not head:
        raise UnknownFormatError(f"{path}: the file is empty")
    if is_package(head):
        return "wacz"
    if is_warc(head):
        return "warc"
    if head.startswith(b"PAR1"):
        return "parquet"
    return _of_text(path, _unzipped(head) if head.startswith(GZIP) else head)


def _of_text(path: Path, head: bytes) -> Format:
    text = head.decode("utf-16", "ignore").encode() if head.startswith(_UTF16) else head
    text = text.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return "jsonl"
    if text.startswith(b"["):
        return "json"
    if text.startswith(b"<"):
        if b"<opml" in text.lower():
            return "opml"
        raise UnknownFormatError(
            f"{path}: a page or XML; import does not accept single pages, see `warraq capture --html`"
        )
    if not text or any(byte < 9 for byte in text[:1024]):
        raise UnknownFormatError(f"{path}: not WARC, WACZ, JSON lines, CSV, a list of URLs or OPML")
    if _has_texts(text):
        return "table"
    return "urls" if _is_list(text, whole=len(head) < _HEAD_BYTES) else "csv"


def _has_texts(text: bytes) -> bool:
    """Whether the header of a table has a column of texts and one of URLs."""
    first = text.partition(b"\n")[0].decode("utf-8", "ignore")
    cells = [cell.strip().strip('"') for sign in (",", "\t") for cell in first.split(sign)]
    return {"text", "url"} <= find_fields(cells, {}).keys()


def _is_list(text: bytes, *, whole: bool) -> bool:
    """Whether each line is one URL.

    A comma may be part of one; a delimiter that occurs in every line separates cells.
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(b"#")]
    lines = lines if whole else lines[:-1]
    if not all(line.lstrip().startswith((b"http://", b"https://")) for line in lines):
        return False
    return not any(all(sign in line for line in lines) for sign in _SIGNS)


def _unzipped(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, _HEAD_BYTES)
    except zlib.error:
        return b"\x00"


def bytes_to_read(path: Path, form: Format, *, as_is: bool) -> int:
    """Return how many bytes importing a file reads: texts are read twice, for their recurring lines are learned first.

    As an upper bound: what recurs in a short file is learned without reading it again.
    """
    learns = form in TEXTS and not as_is
    return path.stat().st_size * (2 if learns else 1)


def import_file(context: ImportContext, path: Path, form: Format) -> Iterator[Item]:
    """Import a file, and yield the result for each item. Importing it again adds nothing.

    Raises:
        UnknownFormatError: it cannot be read as the stated format.
        StorageError: the archive cannot be written, or a package is damaged as a whole.
    """
    try:
        match form:
            case "warc" | "wacz":
                yield from pages(context, path, packed=form == "wacz")
            case "jsonl" | "json" | "table" | "parquet":
                yield from rows(context, path)
            case "csv" | "urls":
                yield from addresses(context, path, columns=form == "csv")
            case "opml":
                raise UnknownFormatError(
                    f"{path}: a list of feeds; `warraq sources import {path}` turns it into sources"
                )
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
            raise UnknownFormatError(f"{path}: damaged gzip; everything before the damage was imported") from error
        raise UnknownFormatError(f"cannot read {path}: {error.strerror}") from error
