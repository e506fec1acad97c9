"""Read the WARC files of a package (WACZ, or any ZIP with WARC files). Names from the package never become paths."""

import io
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from storage.errors import WarraqError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_ZIP = b"PK\x03\x04"
_NAMES = (".warc", ".warc.gz")
#: A member that ZIP itself compressed is decompressed to a temporary file; growth beyond this factor is a zip bomb.
_MOST_GROWTH = 100
_HARMLESS_BYTES = 100_000_000
#: Length of a local header, and the positions of the name length and extra length in it.
_LOCAL = struct.Struct("<26xHH")


class PackageError(WarraqError):
    """A package cannot be read, or holds nothing that can be imported."""


def is_package(head: bytes) -> bool:
    """Whether a file that starts with these bytes is a ZIP file."""
    return head.startswith(_ZIP)


def warc_files(path: Path) -> Iterator[tuple[str, BinaryIO]]:
    """Yield name and content of each WARC file of a package, in its order; a content is seekable until the next is
    requested.

    Raises:
        PackageError: not a ZIP file, no WARC files in it, or a zip bomb.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as package:
            found = [member for member in package.infolist() if member.filename.lower().endswith(_NAMES)]
            if not found:
                raise PackageError(f"{path}: contains no WARC file; a WACZ has them in archive/")
            for member in found:
                with _opened(file, package, member) as content:
                    yield member.filename, content
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error) as error:
        raise PackageError(
            f"{path}: damaged package: {error}; fetch it again, or unpack it and import its WARC files"
        ) from error


@contextmanager
def _opened(file: BinaryIO, package: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    if member.compress_type == zipfile.ZIP_STORED and not member.flag_bits & 1:
        file.seek(member.header_offset)
        name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
        start = member.header_offset + _LOCAL.size + name + extra
        yield cast(BinaryIO, io.BufferedReader(_Slice(file, start, member.compress_size)))
        return
    if member.file_size > max(_HARMLESS_BYTES, member.compress_size * _MOST_GROWTH):
        raise PackageError(f"{package.filename}: {member.filename} would unpack to {member.file_size} bytes; refused")
    with tempfile.TemporaryFile() as unpacked, package.open(member) as packed:
        shutil.copyfileobj(packed, unpacked)
        yield cast(BinaryIO, unpacked)


class _Slice(io.RawIOBase):
    """A slice of a file, as a file object."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._start, self._length, self._position = file, start, length, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        wanted = min(len(view), max(0, self._length - self._position))
        self._file.seek(self._start + self._position)
        data = self._file.read(wanted)
        view[: len(data)] = data
        self._position += len(data)
        return len(data)
