"""WARC records copied, as they are, into files of another archive."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from storage.export.options import Options
from storage.warc import ROTATE_BYTES, WarcError, WarcLocation, WarcStore


class RecordCopier:
    """Writes `subset-0001.warc.gz` and on, each record the very bytes that it was: digests and times stay true."""

    def __init__(self, source: WarcStore, folder: Path, *, rotate_bytes: int = ROTATE_BYTES) -> None:
        self._source, self._folder, self._rotate_bytes = source, folder, rotate_bytes
        self._file: BinaryIO | None = None
        self._number = 0
        #: Records that could not be read; their rows name none.
        self.missing = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def moved(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Copy the record that a row of `snapshot` names; the columns that say where it lies now."""
        if row["warc_file"] is None:
            return {}
        here = WarcLocation(file=row["warc_file"], offset=row["warc_offset"], length=row["warc_length"])
        there = self._copied(here)
        return {
            "warc_file": there.file if there else None,
            "warc_offset": there.offset if there else None,
            "warc_length": there.length if there else None,
        }

    def tell(self, options: Options) -> None:
        """Say how many records were missing, if any were."""
        if self.missing:
            options.tell(f"{self.missing} WARC records are missing or damaged and were left out; see `warraq verify`")

    def _copied(self, location: WarcLocation) -> WarcLocation | None:
        try:
            self._source.read(location)  # a damaged record is found here, not by those who are handed the copy
            data = self._source.read_bytes(location)
        except WarcError:
            self.missing += 1
            return None
        file = self._open()
        start = file.tell()
        file.write(data)
        return WarcLocation(file=Path(file.name).name, offset=start, length=len(data))

    def _open(self) -> BinaryIO:
        if self._file is not None and self._file.tell() >= self._rotate_bytes:
            self._close()
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._number += 1
            self._file = (self._folder / f"subset-{self._number:04d}.warc.gz").open("xb")
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        self._file = None
