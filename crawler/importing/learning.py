"""Learn what recurs in the sources of a file's texts, from a sample of each, on all cores."""

import itertools
import pickle
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.importing.fields import find_fields
from crawler.importing.readings import Readings
from crawler.importing.records.given_record import Record
from crawler.importing.row_reader import BadRow
from crawler.importing.texts import given_text, source_name
from pipelines.boilerplate.learn import Observation
from pipelines.extraction.pool import ExtractionError, Pool
from pipelines.texts.read import GivenText, ReadText, read_text
from pipelines.texts.recurring import ENOUGH_TEXTS, LEAST_TEXTS, Recurring, learn_texts

#: Texts that are learned from: of one source, and of all together; each is some two kilobytes.
_A_SOURCE = 500
_ALL = 15_000
#: Every so many texts of a source one is taken, once half of its share is full, so that its later days count too.
_EVERY = 8
_BATCH = 32
_BATCH_S = 60.0

_Batch = list[tuple[str, GivenText]]


@dataclass(frozen=True, slots=True)
class LearnedSources:
    """What recurs in each source, by `source_name`, and the texts that were read to learn it."""

    recurring: Mapping[str, Recurring] = field(default_factory=dict)
    readings: Readings = field(default_factory=Readings)


def learn_sources(
    pool: Pool, records: Callable[[], Iterable[Record]], *, mapped: Mapping[str, str], learn: bool | None
) -> LearnedSources:
    """Learn what recurs in each source. Reads the records once; the caller closes `readings`.

    Args:
        learn: None: from 50 texts of a source. True: from 8, texts of no source as one. False: nothing.
    """
    readings = Readings()
    if learn is False:
        return LearnedSources({}, readings)
    by_source: dict[str, list[int]] = defaultdict(list)
    batches = _batches(_sample(records(), mapped=mapped, learn=learn))
    for batch, done in pool.map_pairs(_read, batches, timeout=_BATCH_S):
        if isinstance(done, ExtractionError):
            continue
        for (source, given), reading in zip(batch, done, strict=True):
            readings.add(hash(given), reading)
            by_source[source].append(hash(given))
    enough = {source: texts for source, texts in by_source.items() if len(texts) >= _least(learn)}
    found = pool.map_ordered(_learn, map(readings.all, enough.values()), timeout=_BATCH_S)
    recurring = {one: made for one, made in zip(enough, found, strict=True) if not isinstance(made, ExtractionError)}
    return LearnedSources(recurring, readings)


def learn_here(records: Iterable[Record], *, mapped: Mapping[str, str], learn: bool | None) -> Mapping[str, Recurring]:
    """What recurs in each source of a few records, learned in this process."""
    by_source: dict[str, list[ReadText]] = defaultdict(list)
    for source, given in () if learn is False else _sample(records, mapped=mapped, learn=learn):
        by_source[source].append(read_text(given))
    enough = {source: texts for source, texts in by_source.items() if len(texts) >= _least(learn)}
    return {source: _learned(texts) for source, texts in enough.items()}


def _least(learn: bool | None) -> int:
    return LEAST_TEXTS if learn else ENOUGH_TEXTS


def _read(batch: _Batch) -> list[bytes]:
    """Each text cleaned by rules alone, pickled: the main process only keeps it. Runs in a worker."""
    return [pickle.dumps(read_text(given), protocol=pickle.HIGHEST_PROTOCOL) for _, given in batch]


def _learn(readings: Sequence[bytes]) -> Recurring:
    """Runs in a worker."""
    return _learned([pickle.loads(one) for one in readings])  # noqa: S301  made by `_read`


def _learned(texts: Sequence[ReadText]) -> Recurring:
    return learn_texts(
        [Observation(page=str(number), lines=one.lines, authors=one.authors) for number, one in enumerate(texts)]
    )


def _sample(
    records: Iterable[Record], *, mapped: Mapping[str, str], learn: bool | None
) -> Iterator[tuple[str, GivenText]]:
    """Yield the first texts of each source with its name, then some of its later ones."""
    seen: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for record in records:
        fields = find_fields(list(record.values), mapped)
        source = source_name(record.values, fields)
        if record.error or not (source or learn):
            continue
        seen[source] += 1
        early = taken[source] < _A_SOURCE // 2
        if taken.total() >= _ALL or taken[source] >= _A_SOURCE or not (early or seen[source] % _EVERY == 0):
            continue
        try:
            given = given_text(record.values, fields)
        except BadRow:
            continue
        taken[source] += 1
        yield source, given


def _batches(texts: Iterable[tuple[str, GivenText]]) -> Iterator[_Batch]:
    texts = iter(texts)
    while batch := list(itertools.islice(texts, _BATCH)):
        yield batch
