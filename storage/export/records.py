"""Copy WARC records into files of another archive, each fetch with its request and metadata.

Every record is copied byte for byte, digests and times included, except one field of a revisit: the location of the
record with its payload, which differs in the copy. That record is copied too, even if no article of the copy refers to
it. Writing the payload as a response instead would claim that a server sent it which only answered "not modified"
(docs/decisions/0009).
"""

import os
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from storage.export.options import Options
from storage.export.web_archive.heads import companions
from storage.warc import ROTATE_BYTES, WarcError, WarcLocation, WarcStore, build
from storage.warc.reading import read_record

#: Number of records whose new location is remembered, so that none is copied twice: some 20 MB.
_REMEMBERED = 50_000


class RecordCopier:
    """Writes `subset-0001.warc.gz` and on."""

    def __init__(self, source: WarcStore, folder: Path, *, rotate_bytes: int = ROTATE_BYTES) -> None:
        self._source, self._folder, self._rotate_bytes = source, folder, rotate_bytes
        self._file: BinaryIO | None = None
        self._number = 0
        #: Bytes of records in the file, its own header not counted.
        self._filled = 0
        self._went: OrderedDict[WarcLocation, WarcLocation] = OrderedDict()
        #: Records that could not be read; their rows refer to none.
        self.missing = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def moved(self, row: Mapping[str, object]) -> dict[str, object]:
        """Copy the record that a row of `snapshot` refers to; return the columns with its new location."""
        file, offset, length = row["warc_file"], row["warc_offset"], row["warc_length"]
        if not isinstance(file, str) or not isinstance(offset, int) or not isinstance(length, int):
            return {}
        try:
            there = self._copied(WarcLocation(file=file, offset=offset, length=length))
        except WarcError:
            self.missing += 1
            there = None
        return {
            "warc_file": there.file if there else None,
            "warc_offset": there.offset if there else None,
            "warc_length": there.length if there else None,
        }

    def tell(self, options: Options) -> None:
        """Report how many records were missing, if any."""
        if self.missing:
            options.tell(f"{self.missing} WARC records are missing or damaged and were left out; see `warraq verify`")

    def _copied(self, here: WarcLocation) -> WarcLocation:
        """Copy a response and the records written with it. Raises WarcError, before anything is written, if it is
        damaged."""
        if here in self._went:
            self._went.move_to_end(here)
            return self._went[here]
        answer = self._source.read(here)  # detect a damaged record here, not at the recipient of the copy
        data = self._source.read_bytes(here)
        record_id = read_record(data, here).id
        others = [self._source.read_bytes(place) for place in companions(self._source, here, record_id)]
        if answer.refers_to is not None:
            data = build.pointed(data, self._copied(answer.refers_to))
        there = self._write(data, others)
        self._went[here] = there
        if len(self._went) > _REMEMBERED:
            self._went.popitem(last=False)
        return there

    def _write(self, data: bytes, others: list[bytes]) -> WarcLocation:
        file = self._open()
        start = file.tell()
        for member in (data, *others):
            self._filled += file.write(member)
        return WarcLocation(file=Path(file.name).name, offset=start, length=len(data))

    def _open(self) -> BinaryIO:
        if self._file is not None and self._filled >= self._rotate_bytes:
            self._close()
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._number += 1
            name = f"subset-{self._number:04d}.warc.gz"
            self._file = (self._folder / name).open("xb")
            self._file.write(build.warcinfo(name, now=datetime.now(UTC), about=()))
            self._filled = 0
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        self._file = None
