"""Gather closed WARC files of many machines in a shared folder or bucket, and read them back from there.

A file is gathered once it was copied, read back, and its SHA-256 equals that of the local file; then NAME.sha256 is
written next to it in the format of `sha256sum`. An interrupted copy therefore does not count, and repeating a gather is
cheap. A gathered file is never overwritten: the same name with other bytes is an error.

URLs: "file:///shared/warc", "s3://bucket/prefix" (also "gs://", "az://"). The library reads a bucket's keys, region and
endpoint from the environment itself (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL;
AWS_ALLOW_HTTP for a server without TLS).
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from storage.errors import ConfigError, StorageError
from storage.extras import missing

_CHUNK = 1 << 20
_PROOF = re.compile(rb"[0-9a-f]{64}\b")
#: Schemes that obstore serves; fsspec handles others, if a library for them is installed.
_BUCKETS = ("s3", "s3a", "gs", "az", "abfs", "abfss")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredFile:
    """Result of gathering one file. `moved`: it was deleted here."""

    name: str
    bytes: int
    sha256: str
    result: Literal["new", "there"]
    moved: bool = False


class _FileSystem(Protocol):
    """The methods of fsspec file systems that are used."""

    def open(self, path: str, mode: str) -> BinaryIO: ...

    def exists(self, path: str) -> bool: ...

    def ls(self, path: str, detail: bool) -> Iterable[str]: ...

    def cat_file(self, path: str) -> bytes: ...

    def pipe_file(self, path: str, value: bytes) -> object: ...

    def put_file(self, lpath: str, rpath: str) -> object: ...

    def mv(self, path1: str, path2: str) -> object: ...

    def makedirs(self, path: str, exist_ok: bool) -> object: ...

    def invalidate_cache(self) -> object: ...


class Gathering:
    """The place where WARC files are gathered. Thread-safe."""

    def __init__(self, address: str) -> None:
        """Opens no connection yet. Raises ConfigError if the URL cannot be understood, or a library is missing."""
        self.address = address.rstrip("/")
        self._system, self._root = _system(self.address)
        #: Files known to be verified: gathered files never change.
        self._proved: set[str] = set()
        self._is_folder = self.address.startswith("file:")

    def take(self, path: Path, *, move: bool = False) -> GatheredFile | None:
        """Gather a closed file; None: another process is gathering it. `move`: delete it here after verification.

        Raises:
            StorageError: it could not be gathered, or the name exists there with other bytes; the local file is kept.
        """
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return None
            sha256, size = _sha256(file), path.stat().st_size
            result = self._put(path, sha256, size)
            if move:
                path.unlink()
        return GatheredFile(name=path.name, bytes=size, sha256=sha256, result=result, moved=move)

    def open(self, name: str) -> BinaryIO:
        """Open a gathered file for seeking and reading; only what is read is fetched. Raises StorageError if it is
        missing."""
        with self._translated(f"read {name}"):
            if name not in self._proved and self._proof(name) is None:
                raise StorageError(f"{name} is not gathered at {self.address}")
            self._proved.add(name)
            opened: BinaryIO = self._system.open(self._path(name), "rb")
            return opened

    def names(self) -> list[str]:
        """Return the names of all gathered and verified files, sorted."""
        with self._translated("list files"):
            self._system.invalidate_cache()
            if not self._system.exists(self._root):
                return []
            found = {str(path).rsplit("/", 1)[-1] for path in self._system.ls(self._root, detail=False)}
        return sorted(name for name in found if f"{name}.sha256" in found)

    def _put(self, path: Path, sha256: str, size: int) -> Literal["new", "there"]:
        there = self._path(path.name)
        with self._translated(f"gather {path.name}"):
            proof = self._proof(path.name)
            if proof is not None:
                if proof != sha256:
                    raise StorageError(
                        f"{path.name} is at {self.address} with different content; keep both files and compare them"
                    )
                return "there"
            self._upload(path, there)
            with self._system.open(there, "rb") as copy:
                copied = _sha256(copy)
            if copied != sha256:
                raise StorageError(
                    f"{path.name} is not the same at {self.address} ({size} bytes here); gather it again"
                )
            self._write_proof(f"{there}.sha256", f"{sha256}  {path.name}\n".encode())
        return "new"

    def _upload(self, path: Path, there: str) -> None:
        if not self._is_folder:  # a bucket shows an object only when it is complete
            self._system.put_file(str(path), there)
            return
        self._system.makedirs(self._root, exist_ok=True)
        self._system.put_file(str(path), f"{there}.part")
        self._rename_part(there)

    def _write_proof(self, there: str, line: bytes) -> None:
        if not self._is_folder:
            self._system.pipe_file(there, line)
            return
        self._system.pipe_file(f"{there}.part", line)
        self._rename_part(there)

    def _rename_part(self, there: str) -> None:
        """Give a complete file of a folder its name, once it is on the disk: `take` may delete the original."""
        with Path(f"{there}.part").open("rb") as part:
            os.fsync(part.fileno())
        self._system.mv(f"{there}.part", there)

    def _proof(self, name: str) -> str | None:
        """Return the SHA-256 that a gathered file was verified with; None: it is not gathered, or its proof is torn."""
        self._system.invalidate_cache()
        try:
            line = self._system.cat_file(f"{self._path(name)}.sha256")
        except FileNotFoundError:
            return None
        found = _PROOF.match(line)
        return found[0].decode() if found else None

    def _path(self, name: str) -> str:
        if Path(name).name != name:
            raise StorageError(f"not a WARC file name: {name!r}")
        return f"{self._root}/{name}"

    @contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        try:
            yield
        except StorageError:
            raise
        except Exception as error:  # each store has errors of its own, and none indicates a bug here
            words = next(iter(str(error).splitlines()), "") or type(error).__name__
            raise StorageError(f"cannot {what} at {self.address}: {words[:300]}") from error


def reader(address: str) -> Callable[[str], BinaryIO]:
    """Return a function that opens gathered files by name. Libraries are loaded at its first call."""
    gathering = cache(Gathering)
    return lambda name: gathering(address).open(name)


def gather(folder: Path, gathering: Gathering, *, move: bool = False) -> Iterator[GatheredFile]:
    """Gather the closed WARC files of a folder, by name; skip those that another process is gathering."""
    for path in sorted(folder.glob("*.warc.gz")):
        try:
            taken = gathering.take(path, move=move)
        except FileNotFoundError:
            continue  # another process has moved it
        if taken is not None:
            yield taken


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _system(address: str) -> tuple[_FileSystem, str]:
    """Return fsspec's file system for a URL, and the path of its root."""
    scheme, separator, rest = address.partition("://")
    if not separator or not rest.strip("/"):
        raise ConfigError(f"gather = {address!r}: write file:///folder or s3://bucket/prefix")
    try:
        import fsspec  # type: ignore[import-untyped]

        if scheme in _BUCKETS:
            from obstore.fsspec import FsspecStore

            make: Callable[..., _FileSystem] = FsspecStore  # its overloads want one literal scheme each
            return make(scheme), rest
        return fsspec.filesystem(scheme), rest
    except ImportError as error:
        extra = "s3" if scheme in _BUCKETS else "scale"
        raise missing(f"gather = {address!r}", error.name or "a library", extra) from error
    except ValueError as error:
        raise ConfigError(f"gather = {address!r}: {error}") from error
