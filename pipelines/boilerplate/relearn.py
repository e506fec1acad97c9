"""Relearn: find the boilerplate of a source in the articles it has in the archive, and clean those articles of it.

Runs at the end of a crawl of the source. What is learned is stripped from later pages as they are extracted
(`Page.boilerplate`), so counts are taken over texts as they stood before: learned lines are put back in their places.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.boilerplate.learn import Observation, RecurringBlock, learn
from pipelines.boilerplate.recurring import strip
from storage.archive import Archive
from storage.crawl_state.boilerplate import LearnedBlock
from storage.database.rows import StoredArticle
from storage.model.article import Article
from storage.search.query import Query

#: Articles looked at, the newest: enough for any block that is in one of thirty.
LATEST = 400
#: Articles read and rewritten in one transaction.
BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Relearned:
    """What a pass over a source brought."""

    #: Blocks that were not known before.
    new_blocks: int
    #: Articles whose text lost a learned block.
    cleaned: int


def relearn(archive: Archive, source: str, *, latest: int = LATEST) -> Relearned:
    """Learn blocks from the newest articles of a source, store them, and clean the source's articles of them.

    Only a new block makes this read the whole source, once; else the cost does not grow with the archive. A sweep that
    did not come to its end is repeated by the next call.
    """
    newest = list(archive.find(Query(sources=(source,), limit=latest)))
    learned = learn([_observation(stored.article) for stored in newest])
    new = archive.boilerplate.put(source, [_stored(block) for block in learned.blocks])
    keys = archive.boilerplate.keys(source)
    if not keys:
        return Relearned(new_blocks=0, cleaned=0)
    # The newest are in memory anyway: some were extracted by a process that did not know the latest blocks yet.
    cleaned = _clean(archive, newest, keys)
    unswept = archive.boilerplate.unswept(source)
    if unswept:
        cleaned += _sweep(archive, source, keys)
        archive.boilerplate.mark_swept(source, unswept)
    return Relearned(new_blocks=new, cleaned=cleaned)


def _sweep(archive: Archive, source: str, keys: frozenset[str]) -> int:
    """Clean all articles of a source, a batch a transaction, so that other writers get their turn; how many changed."""
    numbers = list(archive.ids(Query(sources=(source,))))
    batches = (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))
    return sum(_clean(archive, list(archive.read(batch)), keys) for batch in batches)


def _clean(archive: Archive, articles: Sequence[StoredArticle], keys: frozenset[str]) -> int:
    stripped = [(stored, strip(stored.article, keys)) for stored in articles]
    changed = [(stored, article) for stored, article in stripped if article is not stored.article and article.text]
    return archive.revise_all(changed) if changed else 0


def before_learning(article: Article) -> list[str]:
    """The article's lines with learned blocks put back where they stood."""
    lines = article.text.split("\n") if article.text else []
    learned = [removed for removed in article.removed if removed.rule == "learned" and removed.after_line is not None]
    for removed in reversed(learned):
        lines.insert(min(removed.after_line or 0, len(lines)), removed.text)
    return lines


def _observation(article: Article) -> Observation:
    day = article.published.day.isoformat() if article.published else None
    return Observation(page=article.url, day=day, lines=before_learning(article), authors=article.authors)


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
