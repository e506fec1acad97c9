"""Rows of a Parquet file, a batch in memory at a time. Needs the extra `parquet`."""

import importlib
import io
import tempfile
from collections.abc import Iterator
from typing import IO, BinaryIO

from crawler.importing.records.given_record import UnreadableError
from storage.extras import missing

_BATCH_ROWS = 256


def parquet_rows(stream: BinaryIO, name: str) -> Iterator[dict[str, object]]:
    """The rows by column name. Raises UnreadableError, or ConfigError where pyarrow is not installed."""
    try:
        arrow = importlib.import_module("pyarrow")
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise missing("parquet", "pyarrow", "parquet") from error
    with tempfile.TemporaryFile() as spool:
        file: IO[bytes] = stream
        if not stream.seekable() or not isinstance(stream, io.BufferedReader):  # its index is at the end
            while piece := stream.read(1 << 20):
                spool.write(piece)
            spool.seek(0)
            file = spool
        try:
            for batch in parquet.ParquetFile(file).iter_batches(batch_size=_BATCH_ROWS):
                yield from batch.to_pylist()
        except (arrow.ArrowException, OSError) as error:
            raise UnreadableError(f"{name}: {str(error).splitlines()[0]}") from error
