"""Articles out of records. They come without a page: no later rules can read them again."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from crawler.importing.import_context import ImportContext, Item, UnknownFormatError
from crawler.importing.learning import LearnedSources, learn_here, learn_sources
from crawler.importing.prepared_rows import RecordEntry, RowReading, prepared_rows
from crawler.importing.readings import Readings
from crawler.importing.records.given_record import Record, UnreadableError
from crawler.importing.records.readers import read_records
from crawler.importing.row_reader import BadRow, url_of
from crawler.importing.texts import kept_reading
from pipelines.extraction.pool import ExtractionError
from storage.errors import StorageError
from storage.operations.import_entry import Imported, ImportEntry
from storage.operations.imports import put_import, put_imports

#: Records per transaction, and the time limit of a worker for them in seconds.
_BATCH = 256
_BATCH_S = 60.0
#: Of a file with fewer records nothing is learned by the workers.
_FEW = 128


def rows(context: ImportContext, path: Path) -> Iterator[Item]:
    """Import every record of a file; those that cannot be articles are reported and skipped."""
    try:
        learned = LearnedSources() if context.as_is else _learn(context, path)
        with learned.readings as readings:
            reading = RowReading(
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


def _imported(context: ImportContext, reading: RowReading, entries: Iterable[RecordEntry]) -> Iterator[Item]:
    for batch, done in context.pool.map_pairs(
        partial(prepared_rows, reading=reading), _batches(entries), timeout=_BATCH_S
    ):
        if context.stopping():
            return
        if isinstance(done, ExtractionError):  # one of them took too long or broke the worker: each by itself
            alone = context.pool.map_ordered(partial(prepared_rows, reading=reading), [[one] for one in batch])
            done = [one.reason if isinstance(one, ExtractionError) else one[0] for one in alone]
        yield from _stored(context, batch, done)


def _batches(entries: Iterable[RecordEntry]) -> Iterator[list[RecordEntry]]:
    entries = iter(entries)
    while batch := list(itertools.islice(entries, _BATCH)):
        yield batch


def _entry(context: ImportContext, record: Record, readings: Readings) -> RecordEntry:
    if record.error:
        return RecordEntry(record=record, error=record.error)
    try:
        url = url_of(record.values)
    except BadRow as error:
        return RecordEntry(record=record, error=str(error))
    source = context.source_of(url)
    return RecordEntry(
        record=record,
        url=url,
        source=source.key if source else None,
        timezone=source.timezone if source else None,
        reading=kept_reading(record.values, mapped={}, readings=readings),
    )


def _stored(context: ImportContext, batch: list[RecordEntry], read: list[ImportEntry | str]) -> Iterator[Item]:
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


def _item(entry: RecordEntry, made: Imported) -> Item:
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
