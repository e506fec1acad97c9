"""Records -> the articles to store, with their rows. Runs in workers, so it imports no database."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from crawler.importing.fields import find_fields
from crawler.importing.records.given_record import Record
from crawler.importing.row_reader import BadRow, Row, is_export, row_of
from crawler.importing.texts import find_text, removed
from pipelines.extraction.fingerprint import compared
from pipelines.page import Extraction
from pipelines.texts.read import TEXT_RULES_VERSION
from pipelines.texts.recurring import Recurring
from pipelines.words.language import detect
from storage.model.visit import Visit
from storage.operations.import_entry import ImportEntry
from storage.operations.origin import Origin
from storage.operations.prepared import prepare

#: Minimum number of letters for language detection.
_LANGUAGE_LETTERS = 40
#: Characters of headline and text together by which the language is detected: some 150 words.
_LANGUAGE_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEntry:
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
class RowReading:
    """How records become rows; travels to the workers."""

    now: datetime
    as_is: bool
    learned: Mapping[str, Recurring]
    file: str


def prepared_rows(batch: list[RecordEntry], *, reading: RowReading) -> list[ImportEntry | str]:
    """Return the article to store for each entry, or the reason why there is none."""
    return [_row(entry, reading) for entry in batch]


def _row(entry: RecordEntry, reading: RowReading) -> ImportEntry | str:
    if entry.error:
        return entry.error
    try:
        read = _read(entry, reading)
    except BadRow as error:
        return str(error)
    visit, origin = _visit(read, source=entry.source), _origin(entry, read, reading)
    return ImportEntry(visit=visit, origin=origin, dated=read.dated, prepared=prepare(visit, origin))


def _read(entry: RecordEntry, reading: RowReading) -> Row:
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


def _origin(entry: RecordEntry, row: Row, reading: RowReading) -> Origin:
    return Origin(
        file=f"{reading.file} {entry.where}",
        first_seen_at=row.first_seen_at,
        changed_at=row.changed_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_how=row.withdrawn_how,
    )
