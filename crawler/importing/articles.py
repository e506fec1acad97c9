"""Articles out of records. They come without a page: no later rules can read them again."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from crawler.importing.fields import find_fields
from crawler.importing.import_context import ImportContext, Item, UnknownFormatError
from crawler.importing.learning import LearnedSources, learn_here, learn_sources
from crawler.importing.readings import Readings
from crawler.importing.records.given_record import Record, UnreadableError
from crawler.importing.records.readers import read_records
from crawler.importing.row_reader import BadRow, Row, is_export, row_of, url_of
from crawler.importing.texts import find_text, kept_reading, removed
from pipelines.extraction.fingerprint import compared
from pipelines.extraction.pool import ExtractionError
from pipelines.page import Extraction
from pipelines.texts.read import TEXT_RULES_VERSION
from pipelines.texts.recurring import Recurring
from pipelines.words.language import detect
from storage.errors import StorageError
from storage.model.visit import Visit
from storage.operations.import_entry import Imported, ImportEntry
from storage.operations.imports import put_import, put_imports
from storage.operations.origin import Origin
from storage.operations.prepared import prepare

#: Records per transaction, and the time limit of a worker for them in seconds.
_BATCH = 256
_BATCH_S = 60.0
#: Of a file with fewer records nothing is learned by the workers.
_FEW = 128
#: Minimum number of letters for language detection.
_LANGUAGE_LETTERS = 40
#: Characters of headline and text together by which the language is detected: some 150 words.
_LANGUAGE_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _RecordEntry:
    """A record with the archive's data for its URL, or the reason why it cannot be used."""

    record: Record
    url: str = ""
    source: str | None = None
    timezone: str | None = None
    #: See `crawler.importing.readings`.
    reading: bytes | None = None
    error: str = ""

    @property
    def where(self) -> str:
        return self.record.where.rpartition(", ")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowReading:
    """How records become rows; travels to the workers."""

    now: datetime
    as_is: bool
    learned: Mapping[str, Recurring]
    file: str


def rows(context: ImportContext, path: Path) -> Iterator[Item]:
    """Import every record of a file; those that cannot be articles are reported and skipped."""
    try:
        learned = LearnedSources() if context.as_is else _learn(context, path)
        with learned.readings as readings:
            reading = _RowReading(
                now=datetime.now(UTC), as_is=context.as_is, learned=learned.recurring, file=_file_identity(path)
            )
            entries = (_entry(context, record, readings) for record in read_records(path, read=context.read))
            yield from _imported(context, reading, entries)
    except UnreadableError as error:
        raise UnknownFormatError(str(error)) from error


def _learn(context: ImportContext, path: Path) -> LearnedSources:
    few = list(itertools.islice(read_records(path), _FEW + 1))
    if len(few) <= _FEW:
        return LearnedSources(learn_here(few, mapped={}, learn=None))
    return learn_sources(context.pool, lambda: read_records(path, read=context.read), mapped={}, learn=None)


def _file_identity(path: Path) -> str:
    """Identify the file by name and content, so that the original row can be found again."""
    with path.open("rb") as file:
        return f"{path.name} sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _imported(context: ImportContext, reading: _RowReading, entries: Iterable[_RecordEntry]) -> Iterator[Item]:
    for batch, done in context.pool.map_pairs(partial(_rows, reading=reading), _batches(entries), timeout=_BATCH_S):
        if context.stopping():
            return
        if isinstance(done, ExtractionError):  # one of them took too long or broke the worker: each by itself
            alone = context.pool.map_ordered(partial(_rows, reading=reading), [[one] for one in batch])
            done = [one.reason if isinstance(one, ExtractionError) else one[0] for one in alone]
        yield from _stored(context, batch, done)


def _batches(entries: Iterable[_RecordEntry]) -> Iterator[list[_RecordEntry]]:
    entries = iter(entries)
    while batch := list(itertools.islice(entries, _BATCH)):
        yield batch


def _entry(context: ImportContext, record: Record, readings: Readings) -> _RecordEntry:
    if record.error:
        return _RecordEntry(record=record, error=record.error)
    try:
        url = url_of(record.values)
    except BadRow as error:
        return _RecordEntry(record=record, error=str(error))
    source = context.source_of(url)
    return _RecordEntry(
        record=record,
        url=url,
        source=source.key if source else None,
        timezone=source.timezone if source else None,
        reading=kept_reading(record.values, mapped={}, readings=readings),
    )


def _rows(batch: list[_RecordEntry], *, reading: _RowReading) -> list[ImportEntry | str]:
    """Return the article to store for each entry, or the reason why there is none. Runs in a worker."""
    return [_row(entry, reading) for entry in batch]


def _row(entry: _RecordEntry, reading: _RowReading) -> ImportEntry | str:
    if entry.error:
        return entry.error
    try:
        read = _read(entry, reading)
    except BadRow as error:
        return str(error)
    visit, origin = _visit(read, source=entry.source), _origin(entry, read, reading)
    return ImportEntry(visit=visit, origin=origin, dated=read.dated, prepared=prepare(visit, origin))


def _read(entry: _RecordEntry, reading: _RowReading) -> Row:
    values = entry.record.values
    if reading.as_is or is_export(values):
        return row_of(values, now=reading.now, source=entry.source, timezone=entry.timezone)
    fields = find_fields(list(values), {})
    if "text" not in fields:
        raise BadRow(f"{'text' if 'title' in fields else 'title'} is missing")
    found = find_text(values, mapped={}, learned=reading.learned, timezone=entry.timezone, reading=entry.reading)
    if not found.read.text:  # the text is only furniture: the given text is stored
        return row_of(values, now=reading.now, source=entry.source, timezone=entry.timezone)
    cleaned: dict[str, object] = {**values, "title": found.read.title, "text": found.read.text}
    row = row_of(
        cleaned,
        now=reading.now,
        source=entry.source,
        timezone=entry.timezone,
        find_language=partial(_language, found.read.title),
    )
    article = replace(
        row.article,
        authors=found.authors,
        published=found.published or row.article.published,
        dates=tuple(dict.fromkeys((*row.article.dates, *found.dates))),
        removed=removed(found.read),
        rules_version=TEXT_RULES_VERSION,
    )
    return replace(row, article=article)


def _language(title: str, text: str) -> str | None:
    """Detect the language of headline and text together; None for too few words."""
    words = f"{title}\n{text}"[:_LANGUAGE_CHARS]
    letters = filter(str.isalpha, words)
    return detect(words) if next(itertools.islice(letters, _LANGUAGE_LETTERS - 1, None), None) else None


def _visit(row: Row, *, source: str | None) -> Visit:
    article = replace(row.article, source=source)
    judged = compared(Extraction(outcome=article))
    return Visit(
        url=article.url,
        key=row.key,
        source=source,
        snapshot=row.snapshot,
        outcome=article,
        signature=judged.signature,
        credits=judged.credits,
    )


def _origin(entry: _RecordEntry, row: Row, reading: _RowReading) -> Origin:
    return Origin(
        file=f"{reading.file} {entry.where}",
        first_seen_at=row.first_seen_at,
        changed_at=row.changed_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_how=row.withdrawn_how,
    )


def _stored(context: ImportContext, batch: list[_RecordEntry], read: list[ImportEntry | str]) -> Iterator[Item]:
    """Store a batch in one transaction; if that fails, each record in a separate one."""
    good = [one for one in read if isinstance(one, ImportEntry)]
    try:
        made = iter(put_imports(context.archive, good, alerts=context.alerts))
    except StorageError:
        made = (
            put_import(context.archive, one.visit, one.origin, dated=one.dated, alerts=context.alerts) for one in good
        )
    for entry, one in zip(batch, read, strict=True):
        if isinstance(one, str):
            yield Item(where=entry.where, url=entry.url, result="refused", reason=one)
        else:
            yield _item(entry, next(made))


def _item(entry: _RecordEntry, made: Imported) -> Item:
    if made.result == "undated":
        reason = "known with another text, and the row does not say when its page was fetched (fetched_at)"
        return Item(where=entry.where, url=entry.url, result="refused", reason=reason, source=entry.source)
    return Item(
        where=entry.where,
        url=entry.url,
        result=made.result,  # type: ignore[arg-type]  # "unknown" occurs only for fetches
        article_id=made.article_id,
        source=entry.source,
    )
