"""WACZ: a web archive in one file, with an index and a list of pages; ReplayWeb.page and pywb replay it.

Version 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/). Records are in `archive/` uncompressed by ZIP, so that a
reader finds one by its offset; the index is CDXJ in gzip blocks, with an index of the blocks.
"""

import gzip
import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import IO, TYPE_CHECKING, BinaryIO

from storage.export.columns import instant, to_json
from storage.export.options import Options
from storage.export.web_archive.exported_fetch import ExportedFetch, fetches
from storage.export.web_archive.recorded import Recorded, records, warcinfo
from storage.export.web_archive.sorting import sorted_lines
from storage.export.web_archive.surt import surt
from storage.export.zip import ZipStream
from storage.warc.build import software

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle

VERSION = "1.1.1"
TITLE = "صفحات من أرشيف ورّاق"
#: Size above which a WARC file is closed and the next begun: far below the ZIP64 limit.
ROTATE_BYTES = 1_000_000_000
#: Index lines per block: the usual number in WACZ files.
BLOCK_LINES = 1024
_INDEX = "index.cdx.gz"


def write(articles: Iterable["StoredArticle"], out: BinaryIO, options: Options) -> None:
    """Write every fetch of the articles; each version is a page.

    Raises:
        StorageError: there is no archive to copy records from.
    """
    pack(fetches(articles, options), out, options, every=False)


def pack(wanted: Iterable[ExportedFetch], out: BinaryIO, options: Options, *, every: bool = True) -> None:
    """Write the records of these fetches.

    Args:
        every: each fetch is a page; else only those that a version was extracted from.
    """
    with ZipStream(out) as zipped, tempfile.TemporaryFile() as pages:
        package = _Package(zipped)
        listed = _Pages(pages)
        lines = _archived(package, records(listed.noting(wanted, every=every), options))
        _index(package, sorted_lines(lines))
        package.add("pages/pages.jsonl", pages)
        package.close(listed)


class _Package:
    """The ZIP file, and its members with their hashes."""

    def __init__(self, zipped: ZipStream) -> None:
        self._zipped = zipped
        self._resources: list[dict[str, object]] = []

    def add(self, path: str, file: IO[bytes], *, stored: bool = False) -> None:
        """Add a member and list it in the package."""
        size = file.seek(0, 2)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a temporary file is one
        name = path.rpartition("/")[2]
        self._resources.append({"name": name, "path": path, "hash": f"sha256:{sha256}", "bytes": size})
        self._zipped.add_file(path, file, stored=stored)

    def close(self, pages: "_Pages") -> None:
        """Write the package description, and its digest."""
        about = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": TITLE,
            "created": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "software": software(),
            **pages.alone(),
            "resources": self._resources,
        }
        data = json.dumps(about, ensure_ascii=False, indent=2).encode()
        self._zipped.add("datapackage.json", data)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        self._zipped.add("datapackage-digest.json", json.dumps(digest, indent=2).encode())


class _Pages:
    """The list of pages, written while the fetches stream by."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._number = 0
        self._first: dict[str, str] = {}
        self._write({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True})

    def noting(self, fetches: Iterable[ExportedFetch], *, every: bool) -> Iterator[ExportedFetch]:
        """List fetches while passing them on."""
        for fetch in fetches:
            if every or fetch.title is not None:
                self._list(fetch)
            yield fetch

    def alone(self) -> dict[str, str]:
        """Title, URL and time of the main page, if it is the only one."""
        if self._number != 1:
            return {}
        page = self._first
        return {"title": page["title"], "mainPageUrl": page["url"], "mainPageDate": page["ts"]}

    def _list(self, fetch: ExportedFetch) -> None:
        page = {
            "id": str(fetch.id),
            "url": fetch.url,
            "ts": instant(fetch.fetched_at),
            "title": fetch.title or fetch.url,
            "text": fetch.text or "",
        }
        self._number += 1
        self._first = self._first or page
        self._write(page)

    def _write(self, line: Mapping[str, object]) -> None:
        self._file.write(to_json(line).encode("utf-8", "surrogatepass") + b"\n")


def _archived(package: _Package, recorded: Iterator[Recorded]) -> Iterator[bytes]:
    """Copy records into WARC files of the package; yield an index line for each that can be looked up."""
    for number in range(1, 10_000):
        name = f"warraq-{number:04}.warc.gz"
        with tempfile.TemporaryFile() as file:
            file.write(warcinfo(name))
            full = False
            for record in recorded:
                offset = file.tell()
                file.write(record.data)
                if record.kind != "companion":
                    yield _line(record, name, offset)
                if full := file.tell() >= ROTATE_BYTES:
                    break
            package.add(f"archive/{name}", file, stored=True)
        if not full:
            return


def _line(record: Recorded, name: str, offset: int) -> bytes:
    """Format a CDXJ line: key, time, and location of the record."""
    about = {
        "url": record.url,
        "mime": record.media_type,
        **({"status": str(record.status)} if record.status else {}),
        "digest": record.digest,
        "length": str(len(record.data)),
        "offset": str(offset),
        "filename": name,
    }
    return f"{surt(record.url)} {record.at:%Y%m%d%H%M%S} {json.dumps(about)}\n".encode()


def _index(package: _Package, lines: Iterator[bytes]) -> None:
    """Write the index in blocks, and the index of the blocks: the first key of each, and its offset."""
    with tempfile.TemporaryFile() as blocks, tempfile.TemporaryFile() as firsts:
        meta = {"format": "cdxj-gzip-1.0", "filename": _INDEX}
        firsts.write(f"!meta 0 {json.dumps(meta)}\n".encode())
        while block := list(islice(lines, BLOCK_LINES)):
            data = gzip.compress(b"".join(block), mtime=0)
            place = {
                "offset": blocks.tell(),
                "length": len(data),
                "digest": f"sha256:{hashlib.sha256(data).hexdigest()}",
                "filename": _INDEX,
            }
            firsts.write(b" ".join([*block[0].split(b" ", 2)[:2], json.dumps(place).encode()]) + b"\n")
            blocks.write(data)
        package.add(f"indexes/{_INDEX}", blocks, stored=True)
        package.add("indexes/index.idx", firsts)
