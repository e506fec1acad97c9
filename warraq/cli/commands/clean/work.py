"""Clean the records of files on all cores: one pass learns, one cleans; a few batches are in memory."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.importing.few_collections import few_collections
from crawler.importing.fields import find_fields
from crawler.importing.learning import learn_here, learn_sources
from crawler.importing.readings import Readings
from crawler.importing.records.given_record import Record, UnreadableError
from crawler.importing.records.opened import opened
from crawler.importing.records.readers import read_records
from crawler.importing.row_reader import BadRow
from crawler.importing.texts import ADDED, cleaned_values, kept_reading
from pipelines.extraction.allocator import give_back_freed_memory
from pipelines.extraction.pool import ExtractionError, Pool
from pipelines.texts.recurring import Recurring
from warraq.cli.terminal.arabic import visible

if TYPE_CHECKING:
    from warraq.cli.views.progress import Measure

#: Records per worker call, and the time limit for them in seconds.
_BATCH = 32
_BATCH_S = 60.0
#: Modules that workers have from birth.
_PRELOAD = ("crawler.importing.worker_start", "warraq.cli.commands.clean.work")
#: Number of records that determine the columns of a table.
_COLUMN_RECORDS = 200

#: A record, and its text as it was read to learn from.
_Given = tuple[Record, bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanJob:
    """How to clean."""

    mapped: dict[str, str]
    #: None: from 50 texts of a source. True: from 8.
    learn: bool | None
    workers: int | None


@dataclass(slots=True)
class Inputs:
    """Files that can be read repeatedly. An unreadable file is reported once and skipped."""

    #: Path and the name that people know it by.
    paths: Sequence[tuple[Path, str]]
    read: "Measure"
    failed: int = 0
    _named: set[str] = field(default_factory=set)

    def records(self) -> Iterator[Record]:
        for path, name in self.paths:
            try:
                yield from read_records(path, read=self.read, name=name)
            except UnreadableError as error:
                if name not in self._named:
                    self._named.add(name)
                    self.failed += 1
                    click.secho(f"warraq: {visible(str(error).replace(str(path), name))}", fg="yellow", err=True)

    def shape(self) -> str:
        """The shape of the first file that can be read."""
        for path, _ in self.paths:
            try:
                with opened(path) as streams:
                    return next(iter(streams)).shape
            except (UnreadableError, StopIteration):
                continue
        return "jsonl"

    def columns(self, mapped: dict[str, str]) -> list[str]:
        """The columns of a table of what comes out: the given ones in their order, then those that cleaning adds."""
        quiet = Inputs(self.paths, read=self.read)
        quiet._named = {name for _, name in self.paths}
        names: dict[str, None] = {}
        for record in itertools.islice(quiet.records(), _COLUMN_RECORDS):
            fields = find_fields(list(record.values), mapped)
            gone = {fields.get("text"), fields.get("title"), *ADDED}
            names |= dict.fromkeys(name for name in record.values if name not in gone)
        return [*names, *ADDED]


def cleaned(inputs: Inputs, job: CleanJob) -> Iterator[Record]:
    """Yield every cleaned record, in order; one that cannot be cleaned has an `error`."""
    first = list(itertools.islice(inputs.records(), _BATCH + 1))
    if len(first) <= _BATCH:  # starting processes would take longer
        here = learn_here(first, mapped=job.mapped, learn=job.learn)
        yield from (_clean(record, job.mapped, here) for record in first)
        return
    give_back_freed_memory()
    with Pool(job.workers, preload=_PRELOAD) as pool, few_collections():
        learned = learn_sources(pool, inputs.records, mapped=job.mapped, learn=job.learn)
        with learned.readings as readings:
            given = (_given(record, job.mapped, readings) for record in inputs.records())
            yield from _mapped(pool, _Cleaner(job.mapped, learned.recurring), given)


def _given(record: Record, mapped: dict[str, str], readings: Readings) -> _Given:
    return record, None if record.error else kept_reading(record.values, mapped=mapped, readings=readings)


def _mapped(pool: Pool, work: "_Cleaner", records: Iterable[_Given]) -> Iterator[Record]:
    for batch, done in pool.map_pairs(work, _batches(records), timeout=_BATCH_S):
        if isinstance(done, ExtractionError):  # one of them took too long or broke the worker: each by itself
            for (one, _), again in zip(batch, pool.map_ordered(work, [[one] for one in batch]), strict=True):
                yield replace(one, error=again.reason) if isinstance(again, ExtractionError) else again[0]
        else:
            yield from done


def _batches(records: Iterable[_Given]) -> Iterator[list[_Given]]:
    records = iter(records)
    while batch := list(itertools.islice(records, _BATCH)):
        yield batch


@dataclass(frozen=True, slots=True)
class _Cleaner:
    mapped: dict[str, str]
    learned: Mapping[str, Recurring]

    def __call__(self, batch: list[_Given]) -> list[Record]:
        return [_clean(record, self.mapped, self.learned, reading) for record, reading in batch]


def _clean(
    record: Record, mapped: dict[str, str], learned: Mapping[str, Recurring], reading: bytes | None = None
) -> Record:
    if record.error:
        return record
    try:
        return replace(record, values=cleaned_values(record.values, mapped=mapped, learned=learned, reading=reading))
    except BadRow as error:
        return replace(record, error=str(error))
