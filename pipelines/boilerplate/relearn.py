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
from storage.model.article import Article
from storage.search.query import Query

#: Articles looked at, the newest: enough for any block that is in one of thirty.
LATEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Relearned:
    """What a pass over a source brought."""

    #: Blocks that were not known before.
    new_blocks: int
    #: Articles whose text lost a learned block.
    cleaned: int


def relearn(archive: Archive, source: str, *, latest: int = LATEST) -> Relearned:
    """Learn from the newest articles of a source, keep what was learned, and clean all of its articles."""
    seen = [_observation(stored.article) for stored in archive.find(Query(sources=(source,), limit=latest))]
    new = archive.boilerplate.put(source, [_stored(block) for block in learn(seen).blocks])
    keys = archive.boilerplate.keys(source)
    if not keys:
        return Relearned(new_blocks=0, cleaned=0)
    cleaned = 0
    for stored in archive.find(Query(sources=(source,))):
        article = strip(stored.article, keys)
        if article is not stored.article and article.text:
            cleaned += archive.revise(stored.id, article)
    return Relearned(new_blocks=new, cleaned=cleaned)


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
