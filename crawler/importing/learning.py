"""Learn what recurs in the sources of a file's texts, from a sample of each, on all cores."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from crawler.importing.fields import find_fields
from crawler.importing.records.given_record import Record
from crawler.importing.row_reader import BadRow
from crawler.importing.texts import given_text, source_name
from pipelines.boilerplate.learn import Observation
from pipelines.extraction.pool import ExtractionError, Pool
from pipelines.texts.read import read_text
from pipelines.texts.recurring import ENOUGH_TEXTS, LEAST_TEXTS, Recurring, learn_texts

#: Texts that are learned from: of one source, and of all together; each is some two kilobytes.
_A_SOURCE = 500
_ALL = 15_000
#: Every so many texts of a source one is taken, once half of its share is full, so that its later days count too.
_EVERY = 8
_BATCH = 32
_BATCH_S = 60.0

_Observed = tuple[str, Observation] | None


def learn_sources(
    pool: Pool, records: Callable[[], Iterable[Record]], *, mapped: Mapping[str, str], learn: bool | None
) -> dict[str, Recurring]:
    """What recurs, by `source_name`. Reads the records once.

    Args:
        learn: None: from 50 texts of a source. True: from 8, texts of no source as one. False: nothing.
    """
    if learn is False:
        return {}
    observed: list[_Observed] = []
    batches = _batches(_sample(records(), mapped=mapped, learn=learn))
    for done in pool.map_ordered(partial(_observe, mapped=mapped), batches, timeout=_BATCH_S):
        observed += [] if isinstance(done, ExtractionError) else done
    return _learned(observed, learn=learn)


def learn_here(records: Iterable[Record], *, mapped: Mapping[str, str], learn: bool | None) -> dict[str, Recurring]:
    """The same of a few records, in this process."""
    if learn is False:
        return {}
    return _learned(_observe(list(records), mapped=mapped), learn=learn)


def _observe(batch: list[Record], *, mapped: Mapping[str, str]) -> list[_Observed]:
    return [_observed(record, mapped) for record in batch]


def _observed(record: Record, mapped: Mapping[str, str]) -> _Observed:
    """The lines of a text, cleaned by rules alone, with its source; None for a record without a text."""
    try:
        fields = find_fields(list(record.values), mapped)
        read = read_text(given_text(record.values, fields))
    except BadRow:
        return None
    return source_name(record.values, fields), Observation(page=record.where, lines=read.lines, authors=read.authors)


def _sample(records: Iterable[Record], *, mapped: Mapping[str, str], learn: bool | None) -> Iterator[Record]:
    """The first records of each source, then some of its later ones."""
    seen: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for record in records:
        if record.error:
            continue
        source = source_name(record.values, find_fields(list(record.values), mapped))
        if not source and not learn:
            continue
        seen[source] += 1
        early = taken[source] < _A_SOURCE // 2
        if taken.total() < _ALL and taken[source] < _A_SOURCE and (early or seen[source] % _EVERY == 0):
            taken[source] += 1
            yield record


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    records = iter(records)
    while batch := list(itertools.islice(records, _BATCH)):
        yield batch


def _learned(observed: Iterable[_Observed], *, learn: bool | None) -> dict[str, Recurring]:
    by_source: dict[str, list[Observation]] = defaultdict(list)
    for one in observed:
        if one is not None and (one[0] or learn):
            by_source[one[0]].append(one[1])
    least = LEAST_TEXTS if learn else ENOUGH_TEXTS
    return {source: learn_texts(texts) for source, texts in by_source.items() if len(texts) >= least}
