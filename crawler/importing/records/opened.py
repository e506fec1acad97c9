"""Open a file or a pipe, decompress gzip and zip, and detect the format of the content."""

import csv
import gzip
import io
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO, cast

from crawler.importing.fields import is_known
from crawler.importing.records.given_record import GZIP, Shape, UnreadableError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer  # collections.abc has no buffers before Python 3.12

_ZIP = b"PK\x03\x04"
_PARQUET = b"PAR1"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_HEAD_BYTES = 65_536
#: File extensions that decide the format if the content is ambiguous.
_BY_NAME: dict[str, Shape] = {".txt": "txt", ".text": "txt", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv"}
_SEPARATORS: dict[Shape, str] = {"csv": ",", "tsv": "\t"}
_BY_CONTENT_NAME: dict[str, Shape] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream of one shape."""

    #: The file's name; for a member of a zip file, both.
    name: str
    shape: Shape
    stream: BinaryIO


class Counted(io.RawIOBase):
    """A file that reports how many bytes were read from it."""

    def __init__(self, file: BinaryIO, read: Callable[[int], None]) -> None:
        self._file, self._report = file, read

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._file.seekable()

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        data = self._file.read(len(view))
        view[: len(data)] = data
        self._report(len(data))
        return len(data)


@contextmanager
def opened(path: Path, *, read: Callable[[int], None] = lambda size: None) -> Iterator[Iterator[Opened]]:
    """The streams of a file: one, or the members of a zip file in their order.

    Raises:
        UnreadableError: it cannot be opened, is damaged, or has no supported format.
    """
    try:
        with path.open("rb") as plain:
            file = io.BufferedReader(Counted(cast(BinaryIO, plain), read), buffer_size=1 << 17)
            with _explained(path):
                yield _streams(str(path), cast(BinaryIO, file))
    except OSError as error:
        raise UnreadableError(f"cannot read {path}: {error.strerror or error}") from error


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise UnreadableError(f"{path}: damaged: {error}; what was read before it is used") from error


@contextmanager
def spooled(pipe: BinaryIO) -> Iterator[Path]:
    """A pipe as a file on disk, so that it can be read twice."""
    with tempfile.NamedTemporaryFile(prefix="warraq-", suffix=".stdin") as file:
        shutil.copyfileobj(pipe, file)
        file.flush()
        yield Path(file.name)


def _streams(name: str, file: BinaryIO) -> Iterator[Opened]:
    head = _peek(file)
    if head.startswith(_ZIP):
        yield from _members(name, file)
        return
    if head.startswith(GZIP):
        name, file = name.removesuffix(".gz"), cast(BinaryIO, io.BufferedReader(gzip.GzipFile(fileobj=file)))
        head = _peek(file)
    yield Opened(name, shape_of(name, head), file)


def _members(name: str, file: BinaryIO) -> Iterator[Opened]:
    with zipfile.ZipFile(file) as package:
        for member in package.infolist():
            if member.is_dir() or PurePath(member.filename).name.startswith((".", "__")):
                continue
            if member.flag_bits & 1:
                raise UnreadableError(f"{name}: encrypted; unpack it first")
            with package.open(member) as inner:
                if member.file_size:
                    yield from _streams(f"{name}/{member.filename}", cast(BinaryIO, io.BufferedReader(inner)))


def _peek(file: BinaryIO) -> bytes:
    """The first bytes, without taking them."""
    return cast(io.BufferedReader, file).peek(_HEAD_BYTES)[:_HEAD_BYTES]


def shape_of(name: str, head: bytes) -> Shape:
    """Detect the format of a stream by its first bytes, or by its name if they are ambiguous.

    Raises UnreadableError.
    """
    if not head:
        raise UnreadableError(f"{name}: the file is empty")
    if head.startswith(_PARQUET):
        return "parquet"
    text = _text(head)
    if text.startswith("<"):
        raise UnreadableError(f"{name}: a page or XML; `warraq extract` reads pages")
    if "\0" in text[:1000]:
        raise UnreadableError(f"{name}: no text, JSON, CSV or Parquet")
    suffix = PurePath(name).suffix.lower()
    if suffix not in _BY_NAME:
        if text[:1] == "{" and text[1:].lstrip()[:1] in ('"', "}"):
            return "jsonl"
        if text[:1] == "[" and text[1:].lstrip()[:1] in ("{", "]"):
            return "json"
    if suffix in _BY_CONTENT_NAME:
        return _BY_CONTENT_NAME[suffix]
    return _BY_NAME.get(suffix) or _table(text) or "txt"


def _text(head: bytes) -> str:
    encoding = "utf-16" if head.startswith(_UTF16) else "utf-8-sig"
    return head.decode(encoding, "ignore").lstrip()


def _table(text: str) -> Shape | None:
    """Whether the first line names columns that we know."""
    first = text.partition("\n")[0]
    for shape, sign in _SEPARATORS.items():
        cells = next(csv.reader([first], delimiter=sign), [])
        if len(cells) > 1 and any(is_known(cell) for cell in cells):
            return shape
    return None
