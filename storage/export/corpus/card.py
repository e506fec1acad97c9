"""DataCard: what a corpus contains, counted while its articles stream by."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from storage.model.opt_outs import declines_copies, declines_mining

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle


@dataclass(slots=True)
class CardPeriod:
    """First and last value seen; None before the first."""

    first: str | None = None
    last: str | None = None

    def take(self, value: str) -> None:
        """Extend the span. Values are compared as strings, so use only ISO dates or instants of one form."""
        self.first = value if self.first is None else min(self.first, value)
        self.last = value if self.last is None else max(self.last, value)


@dataclass(slots=True)
class SourceCount:
    """Counts of one source in a corpus."""

    articles: int = 0
    words: int = 0
    undated: int = 0
    days: CardPeriod = field(default_factory=CardPeriod)


@dataclass(slots=True)
class DataCard:
    """Counts of a corpus. Memory: eight bytes per article, and a little for each source and year."""

    articles: int = 0
    words: int = 0
    characters: int = 0
    undated: int = 0
    changed: int = 0
    #: From pages that ask not to be archived, and that decline machine learning or text and data mining.
    no_copies: int = 0
    no_mining: int = 0
    days: CardPeriod = field(default_factory=CardPeriod)
    fetched: CardPeriod = field(default_factory=CardPeriod)
    #: By key; None: articles of no source.
    sources: dict[str | None, SourceCount] = field(default_factory=dict)
    #: Articles and words by (source, year); a year of None: undated.
    years: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    year_words: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    languages: Counter[str | None] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    #: (extractor, rules) versions that produced the texts.
    makers: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Pieces and words that cleaning took out of the texts, by (source, rule).
    removed: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    removed_words: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    #: The first 64 bits of each text's hash: two different texts of a million share them once in 37 million corpora.
    _hashes: "array[int]" = field(default_factory=lambda: array("Q"))
    _stories: "array[int]" = field(default_factory=lambda: array("q"))

    def watch(self, articles: Iterable["StoredArticle"]) -> Iterator["StoredArticle"]:
        """Count articles while passing them on."""
        for stored in articles:
            self.take(stored)
            yield stored

    def take(self, stored: "StoredArticle") -> None:
        """Count one article."""
        article = stored.article
        words = len(article.text.split())
        day = article.published.day.isoformat() if article.published else None
        self.articles += 1
        self.words += words
        self.characters += len(article.text)
        self.changed += stored.versions > 1
        self.undated += day is None
        self.no_copies += declines_copies(stored.robots)
        self.no_mining += declines_mining(stored.robots)
        self._source(article.source, words, day)
        place = (article.source, day[:4] if day else None)
        self.years[place] += 1
        self.year_words[place] += words
        self.languages[article.language] += 1
        self.kinds[article.kind] += 1
        self.makers[article.extractor_version, article.rules_version] += 1
        self.fetched.take(_day(article.fetched_at))
        for piece in article.removed:
            self.removed[article.source, piece.rule] += 1
            self.removed_words[article.source, piece.rule] += len(piece.text.split())
        self._hashes.append(int(stored.text_hash[:16], 16))
        if stored.story is not None:
            self._stories.append(stored.story)
        if day:
            self.days.take(day)

    @property
    def same_text(self) -> int:
        """Number of articles whose title and text equal, letter for letter, an article counted before."""
        return _repeated(self._hashes)

    @property
    def same_story(self) -> int | None:
        """Number of articles beyond the first of each story: near-duplicates of others here; None if they were not
        searched."""
        return _repeated(self._stories) if self._stories or not self.articles else None

    def by_year(self) -> dict[str | None, int]:
        """Return the articles by year, in order, undated ones last."""
        counts: Counter[str | None] = Counter()
        for (_, year), number in self.years.items():
            counts[year] += number
        return dict(sorted(counts.items(), key=lambda item: item[0] or "9999"))

    def _source(self, key: str | None, words: int, day: str | None) -> None:
        count = self.sources.setdefault(key, SourceCount())
        count.articles += 1
        count.words += words
        if day:
            count.days.take(day)
        else:
            count.undated += 1


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _repeated(values: "array[int]") -> int:
    """Count the values that occurred before."""
    return sum(later == earlier for earlier, later in pairwise(sorted(values)))
