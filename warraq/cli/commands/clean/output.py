"""Where cleaned records go: JSON lines, a JSON array, CSV, TSV or Parquet, to a file or stdout."""

import csv
import gzip
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import click

from storage.errors import WarraqError
from storage.export.columns import to_json
from storage.export.formats.csv import cell


class Output(Protocol):
    """What records are written to, one by one."""

    def write(self, values: dict[str, object]) -> None: ...

    def write_bad(self, values: dict[str, object], error: str) -> None: ...

    def close(self) -> None: ...


@contextmanager
def open_output(path: Path | None, shape: str, columns: Sequence[str]) -> Iterator[Output]:
    """An output of one of the shapes that are read; texts become JSON lines. A file appears when it is complete."""
    if path is None and shape == "parquet" and sys.stdout.isatty():
        raise click.UsageError("Parquet is no text for a terminal; write it to a file with -o FILE")
    partial = path.with_name(f".{path.name}.partial") if path else None
    try:
        stream = cast(BinaryIO, _opened(partial, packed=path is not None and path.suffix == ".gz"))
        try:
            output = _OUTPUTS[shape](stream, columns)
            yield output
            output.close()
        finally:
            stream.flush() if partial is None else stream.close()
        if partial is not None and path is not None:
            partial.replace(path)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotWriteError(f"cannot write {path or 'stdout'}: {error.strerror or error}") from error
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)


class CannotWriteError(WarraqError):
    """The output cannot be written."""

    exit_code = 5


def _opened(path: Path | None, *, packed: bool) -> object:
    if path is None:
        return sys.stdout.buffer
    return gzip.open(path, "wb") if packed else path.open("wb")


class _Lines:
    def __init__(self, out: BinaryIO, columns: Sequence[str]) -> None:
        self._out = out

    def write(self, values: dict[str, object]) -> None:
        self._out.write(to_json(_json_values(values)).encode("utf-8", "replace") + b"\n")

    def write_bad(self, values: dict[str, object], error: str) -> None:
        self.write(values | {"error": error})

    def close(self) -> None:
        """Nothing is left to write."""


class _Array(_Lines):
    _before = b"[\n"

    def write(self, values: dict[str, object]) -> None:
        self._out.write(self._before + to_json(_json_values(values)).encode("utf-8", "replace"))
        self._before = b",\n"

    def close(self) -> None:
        self._out.write(b"[]\n" if self._before == b"[\n" else b"\n]\n")


class _Table:
    sign = ","

    def __init__(self, out: BinaryIO, columns: Sequence[str]) -> None:
        self._columns = columns
        self._text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="", write_through=True)
        self._rows = csv.writer(self._text, delimiter=self.sign, lineterminator="\r\n")
        self._rows.writerow(columns)

    def write(self, values: dict[str, object]) -> None:
        plain = _json_values(values)
        self._rows.writerow([_cell(plain.get(name)) for name in self._columns])

    def write_bad(self, values: dict[str, object], error: str) -> None:
        """A table has no place for the error, which stderr names."""

    def close(self) -> None:
        self._text.detach()


class _Tabbed(_Table):
    sign = "\t"


class _Parquet:
    def __init__(self, out: BinaryIO, columns: Sequence[str]) -> None:
        from storage.export.formats.parquet import RowWriter

        self._writer = RowWriter(out, columns)

    def write(self, values: dict[str, object]) -> None:
        self._writer.write(_json_values(values))

    def write_bad(self, values: dict[str, object], error: str) -> None:
        """A table has no place for the error, which stderr names."""

    def close(self) -> None:
        self._writer.close()


def _cell(value: object) -> str | int:
    return to_json(value) if isinstance(value, dict) else cell(value)


def _json_values(values: dict[str, object]) -> dict[str, object]:
    """Values as JSON has them: days and times of Parquet as ISO 8601."""
    return {name: _json(value) for name, value in values.items()}


def _json(value: object) -> object:
    match value:
        case None | str() | bool() | int() | float():
            return value
        case list() | tuple():
            return [_json(one) for one in value]
        case dict():
            return {str(name): _json(one) for name, one in value.items()}
        case _ if hasattr(value, "isoformat"):
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            return str(value)


#: Shape that was read, or format asked for -> output.
_OUTPUTS: dict[str, Callable[[BinaryIO, Sequence[str]], Output]] = {
    "txt": _Lines,
    "jsonl": _Lines,
    "json": _Array,
    "csv": _Table,
    "tsv": _Tabbed,
    "parquet": _Parquet,
}
