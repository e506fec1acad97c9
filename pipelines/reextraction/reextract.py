"""Re-extract stored pages with today's rules, on all cores. Improvements have the cause "rules"; they are not edits.

articles in order of id -> read pages -> judge (in workers) -> difference -> one transaction per batch
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.extraction.pool import ExtractionError, Pool
from pipelines.page import Extraction, Page
from pipelines.reextraction.archived_page import ArchivedSource, PageLostError, judge, reextract_page
from pipelines.urls.canonical import BadUrl, canonical_key
from storage.archive import Archive
from storage.database.rows import StoredArticle
from storage.export.sources import known_sources
from storage.model.article import Article, NotArticle
from storage.model.part import joined
from storage.model.sanitize import safe_article
from storage.model.visit import Snapshot
from storage.operations.reextraction import ArchivedArticle, ReextractedArticle, Reextraction
from storage.warc import WarcError

logger = logging.getLogger(__name__)

#: Fields of an article that can differ. "other": authors, section, tags, language, kind, image, URL, evidence.
Part = Literal["title", "text", "date", "other"]
#: same, changed: re-extracted. The other outcomes leave the article as it is: not an article by today's rules; the
#: extractor failed or timed out; the record cannot be read; no page was stored.
Result = Literal["same", "changed", "not_article", "failed", "damaged", "no_page"]

#: Maximum number of articles in progress, including those waiting for an earlier one; each holds a page of up to 10 MB.
_AHEAD = 48
#: Articles written per transaction: a concurrent crawl waits at most a tenth of a second.
_BATCH = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """Result of re-extracting one article."""

    #: The article as stored.
    read: StoredArticle
    result: Result
    #: The re-extracted article; None if its page gave no result.
    article: Article | None = None
    #: Fields that differ.
    parts: tuple[Part, ...] = ()
    #: Why the page gave no result, in a countable word or two.
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """An article in progress: the page of its text, and a later page with the other fields."""

    kept: ArchivedArticle
    text: "Future[Extraction] | PageLostError | WarcError"
    rest: "Future[Extraction] | None"


def reextract(
    archive: Archive,
    pool: Pool,
    reextraction: Reextraction,
    *,
    sources: Mapping[str, ArchivedSource],
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[Renewed]:
    """Re-extract every article, store improvements, and yield each result, in order of id.

    Args:
        sources: current settings of the sources, by key.
        stopping: called before each article; True: started articles are finished and stored, no others are started.

    Raises:
        StorageError: the archive cannot be read or written.
    """
    batch: list[ReextractedArticle] = []
    for reading in _readings(archive, pool, reextraction, sources, stopping):
        renewed, done = _collected_results(reading)
        batch.append(done)
        if len(batch) >= _BATCH:
            reextraction.keep(batch)
            batch = []
        yield renewed
    if batch:
        reextraction.keep(batch)
    reextraction.close("interrupted" if stopping() else "partial" if reextraction.failed else "done")


def difference(old: Article, new: Article) -> tuple[Part, ...]:
    """Return the fields that differ; fetch metadata and rule versions are ignored."""
    parts: list[Part] = []
    if old.title != new.title:
        parts.append("title")
    if old.text != new.text:
        parts.append("text")
    if old.published != new.published:
        parts.append("date")
    if _other_fields(old) != _other_fields(replace(new, fetched_at=old.fetched_at)):
        parts.append("other")
    return tuple(parts)


def _other_fields(article: Article) -> Article:
    """Return the article without text, date and rule versions."""
    return replace(article, title="", text="", published=None, extractor_version="", rules_version="")


def _readings(
    archive: Archive,
    pool: Pool,
    reextraction: Reextraction,
    sources: Mapping[str, ArchivedSource],
    stopping: Callable[[], bool],
) -> Iterator[_Reading]:
    """Yield articles in order, reading ahead so that every worker has a page."""
    ahead: deque[_Reading] = deque()
    reader = _ArchiveReader(archive, pool, sources)
    for kept in reextraction.articles():
        if stopping():
            break
        ahead.append(reader.begun(kept))
        if len(ahead) >= _AHEAD:
            yield ahead.popleft()
    yield from ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class _RemovedSource:
    """A source whose file no longer exists; its time zone comes from the archive."""

    key: str
    timezone: str
    article_url: str = ""

    def selectors(self, url: str, published: str | None = None) -> dict[str, str]:
        return {}


def _archived_sources(archive: Archive) -> dict[str, ArchivedSource]:
    return {key: _RemovedSource(key=key, timezone=known.timezone) for key, known in known_sources(archive).items()}


class _ArchiveReader:
    """Reads pages from the WARC files and submits them to the workers."""

    def __init__(self, archive: Archive, pool: Pool, sources: Mapping[str, ArchivedSource]) -> None:
        self._archive, self._pool = archive, pool
        self._sources = {**_archived_sources(archive), **sources}
        self._learned: dict[str, frozenset[str]] = {}

    def begun(self, kept: ArchivedArticle) -> _Reading:
        if kept.stored.snapshot is None:
            return _Reading(kept, PageLostError("no page kept", kept.stored.article.url), None)
        try:
            text = self._submit(self._page(kept, kept.stored.snapshot))
        except (PageLostError, WarcError) as error:
            return _Reading(kept, error, None)
        try:
            rest = self._submit(self._page(kept, kept.latest)) if kept.latest else None
        except (PageLostError, WarcError):
            rest = None
        return _Reading(kept, text, rest)

    def _page(self, kept: ArchivedArticle, snapshot: Snapshot) -> Page:
        key = kept.stored.article.source
        if key is not None and key not in self._learned:
            self._learned[key] = self._archive.boilerplate.keys(key)
        return reextract_page(
            self._archive.warc,
            snapshot,
            source=self._sources.get(key or ""),
            hint=kept.hint,
            boilerplate=self._learned.get(key or "", frozenset()),
        )

    def _submit(self, page: Page) -> "Future[Extraction]":
        return self._pool.submit(judge, page, url=page.url)


def _collected_results(reading: _Reading) -> tuple[Renewed, ReextractedArticle]:
    """Collect the workers' results for an article's pages."""
    stored = reading.kept.stored
    if stored.snapshot is None or stored.snapshot.record is None:
        return _unchanged_result(stored, "no_page", "no page kept")
    if isinstance(reading.text, PageLostError | WarcError):
        logger.warning("article %d: %s", stored.id, reading.text)
        return _unchanged_result(
            stored, "damaged", reading.text.reason if isinstance(reading.text, PageLostError) else "record"
        )
    try:
        extraction = reading.text.result()
    except ExtractionError as error:
        logger.info("%s", error)
        return _unchanged_result(stored, "failed", error.reason)
    if isinstance(extraction.outcome, NotArticle):
        return _unchanged_result(stored, "not_article", extraction.outcome.reason)
    article = _renewed(stored, extraction.outcome, _later_article(reading))
    whole = _with_other_parts(stored, article)
    parts = difference(stored.article, whole)
    result: Result = "changed" if parts else "same"
    counts: Sequence[str] = (result, *parts)
    return Renewed(read=stored, result=result, article=whole, parts=parts), ReextractedArticle(
        read=stored,
        counts=tuple(counts),
        article=article,
        signature=extraction.signature,
        credits=extraction.credits,
    )


def _with_other_parts(stored: StoredArticle, article: Article) -> Article:
    """Join the article with the stored parts that were not re-extracted, as `Archive.revise` does."""
    if not stored.parts:
        return article
    read = next((part for part in stored.parts if part.snapshot == stored.snapshot), stored.parts[0])
    others = [part.content for part in stored.parts if part is not read]
    text, removed = joined([replace(read.content, text=article.text, removed=article.removed), *others])
    return replace(article, text=text, removed=removed)


def _unchanged_result(stored: StoredArticle, result: Result, reason: str) -> tuple[Renewed, ReextractedArticle]:
    return Renewed(read=stored, result=result, reason=reason), ReextractedArticle(read=stored, counts=(result,))


def _later_article(reading: _Reading) -> Article | None:
    """Return the article extracted from a later page; None if there is no later page or it yields no article."""
    if reading.rest is None:
        return None
    try:
        outcome = reading.rest.result().outcome
    except ExtractionError:
        return None
    return outcome if isinstance(outcome, Article) else None


def _renewed(stored: StoredArticle, text: Article, rest: Article | None) -> Article:
    """Combine the re-extracted article: text from the page of its text, other fields from the latest page.

    Source, canonical key and last-seen time are unchanged.
    """
    held = stored.article
    combined = replace(rest or text, title=text.title, text=text.text, removed=text.removed)
    url = combined.url if _key(combined.url) == stored.key else held.url
    return safe_article(replace(combined, url=url, source=held.source, fetched_at=held.fetched_at))


def _key(url: str) -> str | None:
    try:
        return canonical_key(url)
    except BadUrl:
        return None
