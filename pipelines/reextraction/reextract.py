"""Renew: today's rules over the pages that were kept, on all cores; what they make better is kept as ours, not as an edit.

kept articles in the order of their numbers -> reread -> (workers) judge -> what is other -> one transaction a batch
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

#: What of an article can be other. "other": authors, section, tags, language, kind, image, address, evidence.
Part = Literal["title", "text", "date", "other"]
#: same, changed: read again. The rest are left as they were: none is an article to today's rules; broke the extractor or
#: took too long; its record cannot be read; no page of it was kept.
Result = Literal["same", "changed", "not_article", "failed", "damaged", "no_page"]

#: Articles whose pages are with the workers, or wait for an earlier one; each holds its page, 10 MB at most.
_AHEAD = 48
#: Articles written in one transaction: a crawl beside it waits a tenth of a second at most.
_BATCH = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What today's rules make of one article."""

    #: The article as it is in the archive.
    read: StoredArticle
    result: Result
    #: As it would be, or is now; None where nothing was made of its page.
    article: Article | None = None
    #: What of it is other.
    parts: tuple[Part, ...] = ()
    #: Why nothing was made of its page, in a word or two that can be counted.
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """An article whose pages are with the workers: that of its text, and a later one that tells the rest."""

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
    """Read every article's page again, keep what is better, and yield what came of each, in the order of their numbers.

    Args:
        sources: the newspapers as their files are today, by key.
        stopping: asked before each article; True: what is in hand is finished and kept, and no more is begun.

    Raises:
        StorageError: the archive cannot be read or written.
    """
    batch: list[ReextractedArticle] = []
    for reading in _readings(archive, pool, reextraction, sources, stopping):
        renewed, done = _settled(reading)
        batch.append(done)
        if len(batch) >= _BATCH:
            reextraction.keep(batch)
            batch = []
        yield renewed
    if batch:
        reextraction.keep(batch)
    reextraction.close("interrupted" if stopping() else "partial" if reextraction.failed else "done")


def difference(old: Article, new: Article) -> tuple[Part, ...]:
    """What of an article is other; fetching and versions of rules do not count."""
    parts: list[Part] = []
    if old.title != new.title:
        parts.append("title")
    if old.text != new.text:
        parts.append("text")
    if old.published != new.published:
        parts.append("date")
    if _beside(old) != _beside(replace(new, fetched_at=old.fetched_at)):
        parts.append("other")
    return tuple(parts)


def _beside(article: Article) -> Article:
    """The article without its words, its date and who made them."""
    return replace(article, title="", text="", published=None, extractor_version="", rules_version="")


def _readings(
    archive: Archive,
    pool: Pool,
    reextraction: Reextraction,
    sources: Mapping[str, ArchivedSource],
    stopping: Callable[[], bool],
) -> Iterator[_Reading]:
    """Articles in order, some ahead of the one yielded, so that every worker has a page."""
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
class _Gone:
    """A newspaper whose file is no more: the archive remembers its zone."""

    key: str
    timezone: str
    article_url: str = ""

    def selectors(self, url: str, published: str | None = None) -> dict[str, str]:
        return {}


def _gone(archive: Archive) -> dict[str, ArchivedSource]:
    return {key: _Gone(key=key, timezone=known.timezone) for key, known in known_sources(archive).items()}


class _ArchiveReader:
    """Takes pages from the WARC and hands them to the workers."""

    def __init__(self, archive: Archive, pool: Pool, sources: Mapping[str, ArchivedSource]) -> None:
        self._archive, self._pool = archive, pool
        self._sources = {**_gone(archive), **sources}
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


def _settled(reading: _Reading) -> tuple[Renewed, ReextractedArticle]:
    """What the workers made of an article's pages, for people and for the archive."""
    stored = reading.kept.stored
    if stored.snapshot is None or stored.snapshot.record is None:
        return _left(stored, "no_page", "no page kept")
    if isinstance(reading.text, PageLostError | WarcError):
        logger.warning("article %d: %s", stored.id, reading.text)
        return _left(stored, "damaged", reading.text.reason if isinstance(reading.text, PageLostError) else "record")
    try:
        extraction = reading.text.result()
    except ExtractionError as error:
        logger.info("%s", error)
        return _left(stored, "failed", error.reason)
    if isinstance(extraction.outcome, NotArticle):
        return _left(stored, "not_article", extraction.outcome.reason)
    article = _renewed(stored, extraction.outcome, _rest(reading))
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
    """The article with the parts whose pages were not read again, as `Archive.revise` joins them."""
    if not stored.parts:
        return article
    read = next((part for part in stored.parts if part.snapshot == stored.snapshot), stored.parts[0])
    others = [part.content for part in stored.parts if part is not read]
    text, removed = joined([replace(read.content, text=article.text, removed=article.removed), *others])
    return replace(article, text=text, removed=removed)


def _left(stored: StoredArticle, result: Result, reason: str) -> tuple[Renewed, ReextractedArticle]:
    return Renewed(read=stored, result=result, reason=reason), ReextractedArticle(read=stored, counts=(result,))


def _rest(reading: _Reading) -> Article | None:
    """The article that a later page tells; None where there is none, or where it tells none any more."""
    if reading.rest is None:
        return None
    try:
        outcome = reading.rest.result().outcome
    except ExtractionError:
        return None
    return outcome if isinstance(outcome, Article) else None


def _renewed(stored: StoredArticle, text: Article, rest: Article | None) -> Article:
    """The article as today's rules read it: its words from their own page, the rest from the last one that told it.

    Whose it is, what it is known by and when it was last seen stay as they are.
    """
    held = stored.article
    told = replace(rest or text, title=text.title, text=text.text, removed=text.removed)
    url = told.url if _key(told.url) == stored.key else held.url
    return safe_article(replace(told, url=url, source=held.source, fetched_at=held.fetched_at))


def _key(url: str) -> str | None:
    try:
        return canonical_key(url)
    except BadUrl:
        return None
