"""Learn the boilerplate of a source: blocks, other than news, that recur across its articles beyond chance.

Two articles may share a wire paragraph; ten articles of one week may share the background of a war. A block is learned
as boilerplate only if all of these hold:

    often     it recurs more often than this source's own prose (binomial tail, corrected for testing all blocks)
    spread    it was seen on about as many days as expected for this source; news clusters on few days
    placed    it is at the top or the end of the text, or occurs in most articles
    length    a long paragraph of prose must occur in a third of the articles, or of the articles of one author

Counts are additive, so one batch and the table `boilerplate` lead to the same decision.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.boilerplate.independent import independent, prose_of
from pipelines.boilerplate.recurring import recurring_marks, shifted, strip, strip_lines
from pipelines.html.dom import SENTENCE_END

__all__ = [
    "Learned",
    "Observation",
    "RecurringBlock",
    "Totals",
    "count",
    "decide",
    "learn",
    "shifted",
    "strip",
    "strip_lines",
]

#: Minimum number of articles that must contain a block.
LEAST_ARTICLES = 3
#: Probability, over all blocks of a source, that any news is learned as boilerplate.
ALPHA = 0.01
#: Bounds of the rate at which news prose recurs: 0.4 to 1.2 % on eight Arabic newspapers (facts: repeated lines).
NEWS_RATE = (0.012, 0.05)
#: Share of the block's articles in which it is at an edge of the text, or share of all articles, required for "placed".
EDGE_SHARE = 0.8
MOST = 0.5
#: Share of the expected number of days required for "spread".
DAY_SHARE = 0.5
PROSE_WORDS = 25
PROSE_SHARE = 1 / 3
AUTHOR_SHARE = 0.6
#: Minimum number of articles of an author; fewer may all cover one running story.
AUTHOR_ARTICLES = 5
#: Maximum number of days and of authors stored per block; more would not change the decision.
KEPT_DAYS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One article as input for learning: its lines after cleaning."""

    page: str
    #: Day of the article, "2024-03-15"; None: not known.
    day: str | None = None
    lines: Sequence[str]
    authors: Sequence[str] = ()


@dataclass(slots=True, kw_only=True)
class RecurringBlock:
    """Counts of one recurring line or part of a line."""

    #: See `pipelines.boilerplate.recurring`.
    key: str
    #: Text of the latest occurrence.
    example: str = ""
    articles: int = 0
    start: int = 0
    end: int = 0
    days: set[str] = field(default_factory=set)
    authors: Counter[str] = field(default_factory=Counter)

    @property
    def is_prose(self) -> bool:
        """Whether the block reads like a paragraph of an article."""
        return len(self.example.split()) >= PROSE_WORDS and bool(SENTENCE_END.search(self.example[-4:]))

    def evidence(self) -> dict[str, Any]:
        """Return the evidence that the table stores with the counts."""
        return {
            "start": self.start,
            "end": self.end,
            "days": sorted(self.days),
            "authors": dict(self.authors.most_common(20)),
        }

    @classmethod
    def stored(cls, *, key: str, example: str, articles: int, evidence: Mapping[str, Any]) -> "RecurringBlock":
        """Build a block from a row of the table."""
        return cls(
            key=key,
            example=example,
            articles=articles,
            start=evidence.get("start", 0),
            end=evidence.get("end", 0),
            days=set(evidence.get("days", ())),
            authors=Counter(evidence.get("authors", {})),
        )


@dataclass(slots=True, kw_only=True)
class Totals:
    """Counts of a whole source."""

    articles: int = 0
    #: Number of articles per day.
    days: Counter[str] = field(default_factory=Counter)
    authors: Counter[str] = field(default_factory=Counter)

    def add(self, seen: Observation) -> None:
        self.articles += 1
        if seen.day:
            self.days[seen.day] += 1
        self.authors.update(set(seen.authors))


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """The boilerplate of a source, most frequent first."""

    blocks: Sequence[RecurringBlock]
    articles: int

    @property
    def keys(self) -> frozenset[str]:
        """Return the keys that `strip` and `Page.boilerplate` take."""
        return frozenset(block.key for block in self.blocks)


def learn(observations: Iterable[Observation]) -> Learned:
    """Learn from articles of one source; near-duplicates count once."""
    blocks: dict[str, RecurringBlock] = {}
    totals = Totals()
    for read in independent([ReadObservation(seen) for seen in observations]):
        _count(read, blocks=blocks, totals=totals)
    return decide(blocks, totals=totals)


class ReadObservation:
    """An observation with what is read from its lines: all at once, while their normal forms are in the cache."""

    __slots__ = ("marks", "prose", "seen")

    def __init__(self, seen: Observation) -> None:
        self.seen = seen
        #: By key, the last of each.
        self.marks = {mark.key: mark for mark in recurring_marks(seen.lines)}
        self.prose = prose_of(seen.lines)


def count(seen: Observation, *, blocks: dict[str, RecurringBlock], totals: Totals) -> None:
    """Add one article to the counts, in place."""
    _count(ReadObservation(seen), blocks=blocks, totals=totals)


def _count(read: ReadObservation, *, blocks: dict[str, RecurringBlock], totals: Totals) -> None:
    seen = read.seen
    totals.add(seen)
    for key, mark in read.marks.items():
        block = blocks.get(key)
        if block is None:
            block = blocks[key] = RecurringBlock(key=key)
        block.example = mark.text
        block.articles += 1
        block.start += mark.place == "start"
        block.end += mark.place == "end"
        if seen.day and len(block.days) < KEPT_DAYS:
            block.days.add(seen.day)
        for author in set(seen.authors):
            block.authors[author] += 1


def decide(blocks: Mapping[str, RecurringBlock], *, totals: Totals) -> Learned:
    """Select the blocks that are boilerplate."""
    rate = _news_rate(blocks.values(), totals)
    least = ALPHA / max(1, len(blocks))
    chosen = [
        block
        for block in blocks.values()
        if block.articles >= LEAST_ARTICLES
        and _chance(block, totals, rate) < least
        and _is_spread(block, totals)
        and _is_placed(block, totals)
        and (not block.is_prose or _is_everywhere(block, totals))
    ]
    return Learned(blocks=sorted(chosen, key=lambda block: -block.articles), articles=totals.articles)


def _news_rate(blocks: Iterable[RecurringBlock], totals: Totals) -> float:
    """Return the rate at which prose from the middle of this source's articles recurs in another article."""
    prose = [block.articles - 1 for block in blocks if block.is_prose and not block.start and not block.end]
    rate = sum(prose) / (len(prose) * max(1, totals.articles - 1)) if prose else 0.0
    return min(max(rate, NEWS_RATE[0]), NEWS_RATE[1])


def _chance(block: RecurringBlock, totals: Totals, rate: float) -> float:
    """Return the probability that news recurs this often, in the source or in the articles of one author."""
    chances = [_tail(block.articles, totals.articles, rate)]
    for author, seen in block.authors.most_common(1):
        if totals.authors[author] >= AUTHOR_ARTICLES:
            chances.append(_tail(seen, totals.authors[author], rate))
    return min(chances) * len(chances)


def _tail(seen: int, of: int, rate: float) -> float:
    """Return an upper bound (Chernoff) of the probability of at least `seen` occurrences in `of` trials at `rate`."""
    share = seen / of
    if share <= rate:
        return 1.0
    rest = (1 - share) * math.log((1 - share) / (1 - rate)) if share < 1 else 0.0
    return math.exp(-of * (share * math.log(share / rate) + rest))


def _is_spread(block: RecurringBlock, totals: Totals) -> bool:
    dated = sum(totals.days.values())
    if not dated:
        return True
    expected = sum(1 - (1 - count / dated) ** block.articles for count in totals.days.values())
    return len(block.days) >= DAY_SHARE * min(expected, KEPT_DAYS)


def _is_placed(block: RecurringBlock, totals: Totals) -> bool:
    share = block.articles / totals.articles
    return share >= MOST or (block.start + block.end) / block.articles >= EDGE_SHARE


def _is_everywhere(block: RecurringBlock, totals: Totals) -> bool:
    if block.articles / totals.articles >= PROSE_SHARE:
        return True
    for author, seen in block.authors.most_common(1):
        return (
            seen >= AUTHOR_ARTICLES and seen >= 0.9 * block.articles and seen / totals.authors[author] >= AUTHOR_SHARE
        )
    return False
