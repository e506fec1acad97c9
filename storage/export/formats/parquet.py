"""Parquet: typed columns, zstd, row groups. For pandas, DuckDB, Polars, Spark, R arrow. Needs the extra `parquet`."""

import importlib
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO

from storage.export.columns import Column, Record, columns, stored_record, to_json
from storage.export.options import Options
from storage.extras import missing

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    from storage.database.rows import StoredArticle

#: A row group is closed after this many articles or characters of text, whichever comes first: large enough to compress
#: and skip well, small enough that a million articles pass in some tens of megabytes.
GROUP_ROWS = 5_000
GROUP_CHARACTERS = 8_000_000

INSTANTS = frozenset({"published_at", "modified", "fetched_at", "first_seen_at", "changed_at", "withdrawn_at"})
SMALL_NUMBERS = frozenset({"published_offset", "version", "versions", "status"})
NUMBERS = frozenset({"id", "story", "warc_offset", "warc_length"})
TRUTHS = frozenset({"published_disagreed"})
LISTS = frozenset({"authors", "tags", "robots"})
#: Lists of objects, by the fields of one.
STRUCTS = {
    "dates": {"origin": "string", "text": "string", "iso": "string"},
    "removed": {"rule": "string", "text": "string", "after_line": "int32"},
}


def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options) -> None:
    """Write one row per article; instants are UTC in microseconds, lists are lists, objects are structs.

    Raises:
        ConfigError: pyarrow is not installed.
    """
    arrow, parquet = _arrow()
    wanted = columns(options)
    schema = arrow.schema([_field(arrow, column) for column in wanted])
    with parquet.ParquetWriter(_ByteCounter(out), schema, compression="zstd", write_page_index=True) as writer:
        for group in _groups(articles, wanted):
            writer.write_table(arrow.Table.from_pylist(group, schema=schema))


def _arrow() -> tuple[ModuleType, ModuleType]:
    """Import the library on demand: it takes a third of a second and forty megabytes."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise missing("parquet", "pyarrow", "parquet") from error


def _field(arrow: ModuleType, column: Column) -> object:
    return arrow.field(column.name, _type(arrow, column.name), metadata={"meaning": column.meaning})


def _type(arrow: ModuleType, name: str) -> object:
    if name in INSTANTS:
        return arrow.timestamp("us", tz="UTC")
    if name in STRUCTS:
        return arrow.list_(arrow.struct([(field, getattr(arrow, kind)()) for field, kind in STRUCTS[name].items()]))
    if name in LISTS:
        return arrow.list_(arrow.string())
    if name in TRUTHS:
        return arrow.bool_()
    if name in SMALL_NUMBERS:
        return arrow.int32()
    return arrow.int64() if name in NUMBERS else arrow.string()


def _groups(articles: Iterable["StoredArticle"], wanted: tuple[Column, ...]) -> Iterator[list[Record]]:
    group: list[Record] = []
    characters = 0
    for stored in articles:
        group.append(_row(stored, wanted))
        characters += len(stored.article.text)
        if len(group) >= GROUP_ROWS or characters >= GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _row(stored: "StoredArticle", wanted: tuple[Column, ...]) -> Record:
    record = stored_record(stored, wanted)
    return {name: _instant(value) if name in INSTANTS else value for name, value in record.items()}


def _instant(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


class _ByteCounter(io.RawIOBase):
    """A stream that counts bytes: a pipe has no position, and Parquet's footer needs offsets."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._place = out, 0

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer") -> int:
        size = memoryview(data).nbytes
        self._out.write(data)
        self._place += size
        return size

    def tell(self) -> int:
        return self._place

    def flush(self) -> None:
        self._out.flush()


class RowWriter:
    """Writes rows of columns that are not those of an export: those of articles typed as there, all others as text."""

    def __init__(self, out: BinaryIO, names: Sequence[str]) -> None:
        """Raises ConfigError where pyarrow is not installed."""
        arrow, parquet = _arrow()
        self._table = arrow.Table
        self._schema = arrow.schema([arrow.field(name, _row_type(arrow, name)) for name in names])
        self._texts = [name for name in names if name not in STRUCTS and name not in ROW_LISTS]
        self._writer = parquet.ParquetWriter(_ByteCounter(out), self._schema, compression="zstd", write_page_index=True)
        self._rows: list[Record] = []
        self._characters = 0

    def write(self, values: Record) -> None:
        """Add a row; a value of a text column that is no text becomes JSON."""
        row = {name: values.get(name) for name in self._schema.names}
        row |= {name: _as_text(row[name]) for name in self._texts}
        self._rows.append(row)
        self._characters += len(str(row.get("text") or ""))
        if len(self._rows) >= GROUP_ROWS or self._characters >= GROUP_CHARACTERS:
            self._flush()

    def close(self) -> None:
        """Write what is left and the footer."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._table.from_pylist(self._rows, schema=self._schema))
        self._rows, self._characters = [], 0


#: Lists of texts among the columns of a `RowWriter`.
ROW_LISTS = frozenset({"authors", "agencies"})


def _row_type(arrow: ModuleType, name: str) -> object:
    if name in STRUCTS:
        return _type(arrow, name)
    return arrow.list_(arrow.string()) if name in ROW_LISTS else arrow.string()


def _as_text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else to_json(value)
