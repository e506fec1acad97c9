"""URLs from CSV files and lists: into the frontier, for `warraq crawl` and `warraq capture --pending`."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from crawler.importing.import_context import ImportContext, Item, Result, UnknownFormatError, opened
from pipelines.html.decode import decode
from pipelines.urls.canonical import BadUrl, absolute, canonical_key
from storage.model.address import Discovered
from storage.operations.imports import known_addresses

#: Names of the URL column, in any case; else it is the first column.
COLUMN_NAMES = frozenset(
    {"url", "urls", "link", "links", "address", "الرابط", "رابط", "الروابط", "العنوان الإلكتروني", "loc", "href"}
)
#: Maximum file size: 256 MB are some three million URLs.
MAX_BYTES = 256_000_000
#: Maximum line length: a URL may have 2,000 characters, and a neighbouring cell a text.
MAX_LINE = 1_000_000
_BATCH = 500
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class _UrlFields:
    number: int
    words: str


def addresses(context: ImportContext, path: Path, *, columns: bool) -> Iterator[Item]:
    """Put every URL of a file into the frontier; known ones stay unchanged."""
    with opened(path) as file:
        body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise UnknownFormatError(f"{path}: larger than 256 MB; split it, for example with split -l 1000000")
    text = decode(body, {"content-type": "text/csv"}).text
    found = _cells(text) if columns else _lines(text)
    a_line = path.stat().st_size / (text.count("\n") + 1)
    while batch := list(islice(found, _BATCH)):
        yield from _added(context, path, batch)
        context.read(round(a_line * len(batch)))
        if context.stopping():
            return


def _added(context: ImportContext, path: Path, batch: list[_UrlFields]) -> Iterator[Item]:
    links: dict[str, Discovered] = {}
    items: list[tuple[Item, str]] = []
    for one in batch:
        where = f"line {one.number}"
        try:
            url = absolute(one.words)
            key = canonical_key(url)
        except BadUrl:
            items.append((Item(where=where, url=one.words[:200], result="refused", reason="not the URL of a page"), ""))
            continue
        source = context.source_of(url)
        again = key in links
        links.setdefault(
            key, Discovered(url=url, key=key, source=source.key if source else None, how="import", via=path.name)
        )
        result: Result = "same" if again else "address"
        items.append((Item(where=where, url=url, result=result, source=links[key].source), key))
    known = known_addresses(context.archive, links)
    context.archive.frontier.add(links.values())
    for item, key in items:
        yield replace(item, result="same") if key in known else item


def _lines(text: str) -> Iterator[_UrlFields]:
    """Yield the lines of a list, without empty ones and those that begin with #."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if words and not words.startswith("#"):
            yield _UrlFields(number, words)


def _cells(text: str) -> Iterator[_UrlFields]:
    """Yield the cells of the URL column."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    column, first = 0, True
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield _UrlFields(reader.line_num, f"({error})")
            continue
        if row is None:
            return
        if first and any(row):
            first = False
            names = [cell.strip().casefold() for cell in row]
            named = next((place for place, name in enumerate(names) if name in COLUMN_NAMES), None)
            if named is not None:
                column = named
                continue
            if "://" not in row[0]:
                continue  # a heading in other words
        if len(row) > column and row[column].strip():
            yield _UrlFields(reader.line_num, row[column].strip())


def _delimiter(text: str) -> str:
    """Return the delimiter: the one that occurs most evenly in the first lines; a comma if there is none."""
    lines = [line for line in text[:100_000].splitlines()[:20] if line.strip()]
    counts = {sign: [line.count(sign) for line in lines] for sign in _DELIMITERS}
    present = {sign: least for sign, number in counts.items() if (least := min(number, default=0))}
    return max(present, key=lambda sign: present[sign]) if present else ","
