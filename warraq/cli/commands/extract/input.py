"""Given pages: lines of JSON, saved files, gzipped or not -> `Page` values, in order."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from crawler.sources.source import Source, source_of
from pipelines.page import Page

#: Placeholder URL of a page without one: no home page, section or day. It is never fetched and never shown.
NO_ADDRESS = "https://unknown.invalid/page"

#: Suffixes of files with one page per line; every other file is one page.
_LINES = (".jsonl", ".ndjson", ".json")
#: Maximum length of a JSON line: ten times the largest page of a crawl.
MAX_LINE_BYTES = 100_000_000
_UTF8 = {"content-type": "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A given page, or why it cannot be used."""

    #: Its origin, for people: "stdin, line 3", "saved/a.html".
    where: str
    page: Page | None = None
    #: The given URL; None if there was none.
    url: str | None = None
    #: Name of the file, if a file is one page.
    file: str | None = None
    #: Whether the fetch time was given too; otherwise relative dates ("three hours ago") are meaningless.
    dated: bool = False
    error: str = ""


def given(files: Iterable[str], *, stdin: BinaryIO) -> Iterator[Given]:
    """Yield every page of the files, in order; of stdin without files, or for "-"."""
    for name in tuple(files) or ("-",):
        if name == "-":
            yield from from_lines(stdin, where="stdin")
            continue
        yield from _from_file(Path(name))


def from_lines(lines: Iterable[bytes], *, where: str) -> Iterator[Given]:
    """One page a line, a JSON object with "html" and, where known, "url" and "fetched_at" (ISO 8601)."""
    for number, line in enumerate(_bounded(lines), 1):
        place = f"{where}, line {number}"
        if len(line) > MAX_LINE_BYTES:
            yield Given(where=place, error=f"{place}: longer than {MAX_LINE_BYTES // 1_000_000} MB; no page is")
            continue
        try:
            yield _from_object(json.loads(line), where=place)
        except (ValueError, RecursionError) as error:
            yield Given(where=place, error=f"{place}: {_error_text(error)}")


def _bounded(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file; overlong lines are cut, so that memory stays bounded."""
    readline = getattr(lines, "readline", None)
    if readline is None:
        yield from lines
        return
    while line := readline(MAX_LINE_BYTES + 1):
        yield line
        rest = line
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = readline(MAX_LINE_BYTES + 1)


def saved_page(body: bytes, *, url: str | None, file: str) -> Given:
    """Read a page saved as a file; its charset is detected, as for a fetched page without a label."""
    page = Page(url=url or NO_ADDRESS, body=body, fetched_at=datetime.now(UTC))
    return Given(where=file, page=page, url=url, file=file)


def filed(given: Given, sources: Mapping[str, Source]) -> Given:
    """Add what the URL's source knows about all its pages: the time zone, the selectors."""
    source = source_of(given.url, sources) if given.url and given.page else None
    if source is None or given.page is None or given.url is None:
        return given
    return replace(given, page=replace(given.page, timezone=source.timezone, selectors=source.selectors(given.url)))


def _from_file(path: Path) -> Iterator[Given]:
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as file:
            if plain.suffix.lower() in _LINES:
                yield from from_lines(file, where=str(path))
            else:
                yield saved_page(file.read(), url=None, file=str(path))
    except (OSError, EOFError, zlib.error) as error:
        yield Given(where=str(path), file=str(path), error=f"cannot read {path}: {error}")


def _from_object(value: object, *, where: str) -> Given:
    if not isinstance(value, dict) or not isinstance(value.get("html"), str):
        raise ValueError('not an object with "html"')
    url = value.get("url") or None
    if url is not None and not isinstance(url, str):
        raise ValueError('"url" is not text')
    fetched = value.get("fetched_at")
    moment = datetime.fromisoformat(fetched) if fetched else datetime.now(UTC)
    if moment.tzinfo is None:
        raise ValueError('"fetched_at" has no time zone; write it as 2024-01-05T09:07:00Z')
    body = value["html"].encode("utf-8", "surrogatepass")
    page = Page(url=url or NO_ADDRESS, body=body, headers=dict(_UTF8), fetched_at=moment.astimezone(UTC))
    return Given(where=where, page=page, url=url, dated=bool(fetched))


def _error_text(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at character {error.pos + 1}"
    return str(error) or type(error).__name__
