"""Context and results of importing, shared by the readers of all formats."""

import gzip
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, cast

from crawler.importing.records.given_record import GZIP
from crawler.sources.source import Source, nearest_source
from pipelines.extraction.pool import Pool
from pipelines.urls.canonical import site_of
from storage.archive import Archive
from storage.errors import WarraqError

#: new, added, same, not_article, fetch: see `storage.operations.imports`. address: into the frontier. skipped:
#: irrelevant by type (pictures, robots.txt). refused: damaged or wrong, with a reason.
Result = Literal["new", "added", "same", "not_article", "fetch", "address", "skipped", "refused"]


class UnknownFormatError(WarraqError):
    """A file contains nothing that can be imported, or cannot be read."""

    exit_code = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """The result for one item of a file."""

    #: "byte 1034", "line 7".
    where: str
    url: str
    result: Result
    #: Why it is not an article, was skipped or refused; can be counted.
    reason: str = ""
    article_id: int | None = None
    source: str | None = None


@dataclass(slots=True, kw_only=True)
class ImportContext:
    """Context of an import."""

    archive: Archive
    pool: Pool
    sources: Mapping[str, Source]
    #: Source of all items; None: derived from each URL.
    source: Source | None = None
    stopping: Callable[[], bool] = lambda: False
    #: Called with the number of bytes of a file that were read since the last call, for progress.
    read: Callable[[int], None] = lambda size: None
    #: Whether texts are stored as they are given, uncleaned.
    as_is: bool = False
    #: Whether new and changed articles match alerts.
    alerts: bool = False
    #: Existing rows of `source`, the sources by their sites, and those of hosts seen.
    _told: set[str] = field(default_factory=set)
    _sites: dict[str, list[Source]] = field(default_factory=dict)
    _hosts: dict[str, list[Source]] = field(default_factory=dict)

    def source_of(self, url: str) -> Source | None:
        """Return the source of a URL, adding it to the archive if necessary."""
        found = self.source or self._by_host(url)
        if found is not None and found.key not in self._told:
            self._told.add(found.key)
            self.archive.put_source(
                key=found.key,
                name_ar=found.name_ar,
                name_en=found.name_en,
                country=found.country,
                timezone=found.timezone,
                home=found.home,
            )
        return found

    def _by_site(self) -> dict[str, list[Source]]:
        if not self._sites:
            for one in self.sources.values():
                self._sites.setdefault(site_of(one.home) or "", []).append(one)
            self._sites.pop("", None)
        return self._sites

    def _by_host(self, url: str) -> Source | None:
        host = url.partition("://")[2].partition("/")[0].lower()
        if host not in self._hosts:
            if len(self._hosts) > 10_000:
                self._hosts.clear()
            self._hosts[host] = self._by_site().get(site_of(url) or "", [])
        return nearest_source(url, self._hosts[host])


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a text file, decompressed if it is gzipped."""
    with path.open("rb") as plain:
        packed = plain.read(2) == GZIP
    with gzip.open(path, "rb") if packed else path.open("rb") as file:
        yield cast(BinaryIO, file)
