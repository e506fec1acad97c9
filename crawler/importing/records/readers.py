"""read_records: yield the records of a file of any supported format and compression, one at a time in memory."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from crawler.importing.records.given_record import MAX_RECORD_BYTES, Record, UnreadableError
from crawler.importing.records.json_array import elements
from crawler.importing.records.opened import Opened, opened
from crawler.importing.records.parquet import parquet_rows

_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
#: Windows Arabic, the encoding of older Arabic text files that are not UTF-8.
_WINDOWS_ARABIC = "cp1256"


def read_records(path: Path, *, read: Callable[[int], None] = lambda size: None, name: str = "") -> Iterator[Record]:
    """Yield every record of a file, in order; an unreadable one has an `error`, and reading continues after it.

    Args:
        read: called with the number of bytes read from disk.
        name: name of the file in `Record.where`; its path if "".

    Raises:
        UnreadableError: the file, or the rest of it, cannot be read.
    """
    with opened(path, read=read) as streams:
        for stream in streams:
            shown = Opened(stream.name.replace(str(path), name) if name else stream.name, stream.shape, stream.stream)
            yield from READERS[stream.shape](shown)


def _text_file(given: Opened) -> Iterator[Record]:
    data = given.stream.read(MAX_RECORD_BYTES + 1)
    if len(data) > MAX_RECORD_BYTES:
        yield Record(where=given.name, error="longer than 16 MB; one article a file")
        return
    yield Record(where=given.name, values={"file": Path(given.name).name, "text": decoded(data)})


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16, else Windows-1256."""
    encoding = _BOMS.get(data[:2], "utf-8-sig")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode(_WINDOWS_ARABIC, "replace")


def _json_lines(given: Opened) -> Iterator[Record]:
    for number, line in enumerate(_lines(given.stream), 1):
        where = f"{given.name}, line {number}"
        if line is None:
            yield Record(where=where, error="longer than 16 MB")
        elif line.strip():
            yield _object(where, line)


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield lines one by one; None for one longer than the maximum length of a record."""
    while line := stream.readline(MAX_RECORD_BYTES):
        if len(line) < MAX_RECORD_BYTES or line.endswith(b"\n"):
            yield line.removeprefix(b"\xef\xbb\xbf")
            continue
        while (more := stream.readline(MAX_RECORD_BYTES)) and not more.endswith(b"\n"):
            pass
        yield None


def _object(where: str, line: bytes) -> Record:
    try:
        return as_record(where, json.loads(line))
    except UnicodeDecodeError:
        return Record(where=where, error="not UTF-8; convert the file, for example with iconv")
    except (ValueError, RecursionError) as error:
        return Record(where=where, error=f"not JSON: {getattr(error, 'msg', error)}")


def as_record(where: str, value: object) -> Record:
    """A JSON value as a record."""
    if isinstance(value, dict):
        return Record(where=where, values=value)
    return Record(where=where, error="no JSON object; write one object a line")


def _json_array(given: Opened) -> Iterator[Record]:
    for number, value in enumerate(elements(given.stream, given.name), 1):
        yield as_record(f"{given.name}, element {number}", value)


def _table(given: Opened) -> Iterator[Record]:
    csv.field_size_limit(MAX_RECORD_BYTES)
    head = given.stream.peek(4)[:4] if isinstance(given.stream, io.BufferedReader) else b""
    encoding = _BOMS.get(head[:2], "utf-8-sig")
    text = io.TextIOWrapper(given.stream, encoding=encoding, errors="strict", newline="")
    sign = "\t" if given.shape == "tsv" else ","
    rows = csv.reader(text, delimiter=sign)
    try:
        header = next(rows, [])
        if given.shape == "csv" and len(header) == 1 and ";" in header[0]:
            rows, header = csv.reader(text, delimiter=";"), next(csv.reader(header, delimiter=";"))
        names = [name.strip() for name in header]
        for row in rows:
            if row:
                yield _row(f"{given.name}, line {rows.line_num}", names, row)
    except UnicodeDecodeError:
        raise UnreadableError(f"{given.name}: not UTF-8; convert the file, for example with iconv") from None
    except csv.Error as error:
        raise UnreadableError(f"{given.name}, line {rows.line_num}: {error}") from None


def _row(where: str, names: list[str], row: list[str]) -> Record:
    if len(row) > len(names):
        return Record(where=where, error=f"{len(row)} cells where the header names {len(names)}")
    cells = row + [""] * (len(names) - len(row))
    return Record(where=where, values={name: cell or None for name, cell in zip(names, cells, strict=True)})


def _parquet(given: Opened) -> Iterator[Record]:
    for number, values in enumerate(parquet_rows(given.stream, given.name), 1):
        yield Record(where=f"{given.name}, row {number}", values=values)


#: Shape -> reader.
READERS: dict[str, Callable[[Opened], Iterator[Record]]] = {
    "txt": _text_file,
    "jsonl": _json_lines,
    "json": _json_array,
    "csv": _table,
    "tsv": _table,
    "parquet": _parquet,
}
