"""Relearn: learn the boilerplate of a source from its archived articles, and remove it from them.

Runs at the end of a crawl of the source. Learned blocks are stripped from later pages during extraction
(`Page.boilerplate`), so removed learned lines are put back before blocks are counted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pipelines.boilerplate.learn import Observation, RecurringBlock, learn
from pipelines.boilerplate.recurring import strip, strip_lines
from storage.archive import Archive
from storage.crawl_state.boilerplate import LearnedBlock
from storage.crawl_state.learnable import LearnableArticle, learnable
from storage.search.query import Query

T = TypeVar("T")

#: Number of newest articles to learn from: enough for any block that occurs in one of thirty.
LATEST = 400
#: Articles read and updated per transaction: whole ones, with what was removed from them, are a megabyte by the dozen.
BATCH = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Relearned:
    """Result of relearning a source."""

    #: Newly learned blocks.
    new_blocks: int
    #: Articles from which a learned block was removed.
    cleaned: int


class WriteCall(Protocol):
    """Runs a function that writes to the archive, and returns its result."""

    def __call__(self, function: Callable[..., T], *arguments: object) -> T: ...


def _directly(function: Callable[..., T], *arguments: object) -> T:
    return function(*arguments)


def relearn(archive: Archive, source: str, *, latest: int = LATEST, write: WriteCall = _directly) -> Relearned:
    """Learn blocks from the newest articles of a source, store them, and remove them from the source's articles.

    The whole source is read only when a block is new; otherwise the cost does not grow with the archive. An interrupted
    sweep is repeated by the next call.

    Args:
        write: how a crawl's own writer runs what changes the archive, see `storage.saving.writer`.
    """
    numbers = list(archive.ids(Query(sources=(source,), limit=latest)))
    with archive.reading() as connection:
        newest = list(learnable(connection, numbers))
    learned = learn([_observation(article) for article in newest])
    new = write(archive.boilerplate.put, source, [_stored(block) for block in learned.blocks])
    keys = archive.boilerplate.keys(source)
    if not keys:
        return Relearned(new_blocks=0, cleaned=0)
    # Some of the newest articles were extracted by a process that did not have the latest blocks yet.
    unclean = [article.article_id for article in newest if strip_lines(_lines(article), keys)[1]]
    cleaned = _clean(archive, unclean, keys, write)
    unswept = archive.boilerplate.unswept(source)
    if unswept:
        cleaned += _clean(archive, list(archive.ids(Query(sources=(source,)))), keys, write)
        write(archive.boilerplate.mark_swept, source, unswept)
    return Relearned(new_blocks=new, cleaned=cleaned)


def _clean(archive: Archive, numbers: Sequence[int], keys: frozenset[str], write: WriteCall) -> int:
    """Remove learned blocks from articles; return how many changed. A transaction a batch, so that others write too."""
    cleaned = 0
    for start in range(0, len(numbers), BATCH):
        stripped = [(stored, strip(stored.article, keys)) for stored in archive.read(numbers[start : start + BATCH])]
        changed = [(stored, article) for stored, article in stripped if article is not stored.article and article.text]
        cleaned += write(archive.revise_all, changed) if changed else 0
    return cleaned


def before_learning(article: LearnableArticle) -> list[str]:
    """Return the article's lines with learned blocks restored at their places."""
    lines = _lines(article)
    for removed in reversed(article.learned):
        lines.insert(min(removed.after_line or 0, len(lines)), removed.text)
    return lines


def _lines(article: LearnableArticle) -> list[str]:
    return article.text.split("\n") if article.text else []


def _observation(article: LearnableArticle) -> Observation:
    return Observation(page=article.url, day=article.day, lines=before_learning(article), authors=article.authors)


def _stored(block: RecurringBlock) -> LearnedBlock:
    days: Sequence[str] = sorted(block.days)
    return LearnedBlock(
        key=block.key,
        example=block.example,
        articles=block.articles,
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
        evidence=block.evidence(),
    )
