"""ZIP, written as a stream: any number of members in constant memory, into a file or a pipe.

`zipfile` keeps an entry per member in memory until the end (half a gigabyte for a million articles); here the directory
is kept on disk. Members are compressed before they are written, so their sizes precede them. Layout: APPNOTE.TXT
6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16.
"""

import shutil
import struct
import tempfile
import zlib
from contextlib import ExitStack
from types import TracebackType
from typing import IO, BinaryIO, Self

#: Every member has the oldest ZIP date, 1 January 1980: the same articles produce the same bytes.
_DATE = (1 << 5) | 1
_UTF8_NAMES = 1 << 11
_STORED, _DEFLATED = 0, 8
_NEEDS, _NEEDS_64 = 20, 45
_MADE_ON_UNIX = (3 << 8) | _NEEDS_64
_PLAIN_FILE = 0o100644 << 16
_MOST, _MOST_ENTRIES = 0xFFFFFFFF, 0xFFFF


class ZipStream:
    """A ZIP file being written. A context manager: the directory is written when the block succeeds."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._open = ExitStack()
        self._directory = self._open.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  closed in __exit__
        self._place = 0
        self._entries = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._open.close()

    def add(self, name: str, data: bytes, *, stored: bool = False) -> None:
        """Add a member of at most 4 GB. `stored`: without compression."""
        packed, method = (data, _STORED) if stored else (_deflated(data), _DEFLATED)
        self._member(name, packed, method, crc=zlib.crc32(data), size=len(data))

    def add_file(self, name: str, file: IO[bytes], *, stored: bool = False) -> None:
        """Add a member from the start of an open file, up to 4 GB. `stored`: without compression."""
        file.seek(0)
        if stored:
            self._add_stored(name, file)
            return
        crc, size, compressor = 0, 0, zlib.compressobj(wbits=-zlib.MAX_WBITS)
        with tempfile.TemporaryFile() as packed:
            while chunk := file.read(1 << 20):
                crc, size = zlib.crc32(chunk, crc), size + len(chunk)
                packed.write(compressor.compress(chunk))
            packed.write(compressor.flush())
            length = packed.tell()
            packed.seek(0)
            self._header(name, _DEFLATED, crc=crc, size=size, packed=length)
            shutil.copyfileobj(packed, self._out, 1 << 20)
            self._place += length

    def _add_stored(self, name: str, file: IO[bytes]) -> None:
        crc = size = 0
        while chunk := file.read(1 << 20):
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        self._header(name, _STORED, crc=crc, size=size, packed=size)
        file.seek(0)
        shutil.copyfileobj(file, self._out, 1 << 20)
        self._place += size

    def _member(self, name: str, packed: bytes, method: int, *, crc: int, size: int) -> None:
        self._header(name, method, crc=crc, size=size, packed=len(packed))
        self._write(packed)

    def _header(self, name: str, method: int, *, crc: int, size: int, packed: int) -> None:
        if size > _MOST or packed > _MOST:
            raise ValueError(f"{name} is too large for one member: {size} bytes")
        encoded = name.encode()
        about = (_UTF8_NAMES, method, 0, _DATE, crc, packed, size, len(encoded))
        far = self._place >= _MOST
        extra = struct.pack("<HHQ", 1, 8, self._place) if far else b""
        self._directory.write(
            struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, _MADE_ON_UNIX, _NEEDS_64 if far else _NEEDS, *about,
                        len(extra), 0, 0, 0, _PLAIN_FILE, _MOST if far else self._place)
            + encoded + extra
        )  # fmt: skip
        self._write(struct.pack("<IHHHHHIIIHH", 0x04034B50, _NEEDS, *about, 0) + encoded)
        self._entries += 1

    def _finish(self) -> None:
        start, length = self._place, self._directory.tell()
        self._directory.seek(0)
        shutil.copyfileobj(self._directory, self._out, 1 << 20)
        if self._entries >= _MOST_ENTRIES or start >= _MOST or length >= _MOST:
            many = (self._entries, self._entries, length, start)
            self._out.write(struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, _MADE_ON_UNIX, _NEEDS_64, 0, 0, *many))
            self._out.write(struct.pack("<IIQI", 0x07064B50, 0, start + length, 1))
        entries = min(self._entries, _MOST_ENTRIES)
        ends = (entries, entries, min(length, _MOST), min(start, _MOST))
        self._out.write(struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, *ends, 0))

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._place += len(data)


def _deflated(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()
