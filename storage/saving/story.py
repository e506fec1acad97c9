"""A story: one text published by several sources. Who was first, and how much each took. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.model.article import Credit
from storage.model.signature import jaccard, share_in, shingles


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """One article of a story, as far as the comparison needs it."""

    article_id: int
    source: str | None
    url: str
    title: str
    text: str
    #: As the article states it; None if no time of day is known.
    published_at: datetime | None
    first_seen_at: datetime
    credits: tuple[Credit, ...] = ()

    @property
    def instant(self) -> datetime:
        """Latest possible time of publication: an article seen before its stated time existed by then."""
        return min(self.published_at or self.first_seen_at, self.first_seen_at)

    @property
    def known_by(self) -> Literal["published", "first seen"]:
        """The basis of `instant`."""
        return "published" if self.instant == self.published_at else "first seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article of a story other than the first. Shares are of two-word shingles of folded text, 0 to 1."""

    telling: StoryArticle
    #: Share of this article that is contained in the first.
    taken: float
    #: Share of the first that is contained in this article.
    kept: float
    #: Jaccard similarity of both.
    likeness: float
    #: Sentences of this article that the first does not have, and sentences of the first that this one left out.
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles with one text, first published first."""

    #: The smallest id among its articles; the id of any of them leads here.
    id: int
    first: StoryArticle
    copies: tuple[Copy, ...]


def story(story_id: int, tellings: Iterable[StoryArticle]) -> Story:
    """Sort articles by publication and compare each with the first. At least one is required."""
    first, *others = sorted(tellings, key=lambda telling: (telling.instant, telling.first_seen_at, telling.article_id))
    source = frozenset(shingles(first.text))
    return Story(id=story_id, first=first, copies=tuple(_copy(first, source, telling) for telling in others))


def _copy(first: StoryArticle, source: AbstractSet[str], telling: StoryArticle) -> Copy:
    own = frozenset(shingles(telling.text))
    return Copy(
        telling=telling,
        taken=share_in(own, source),
        kept=share_in(source, own),
        likeness=jaccard(own, source),
        added=tuple(_sentences_not_in(telling.text, source)),
        removed=tuple(_sentences_not_in(first.text, own)),
    )


_SENTENCE_END = re.compile(r"(?<=[.!؟?؛…])[\s»\"”)]+(?=\S)|\n+")
#: A sentence is original if less than this share of its shingles occurs in the other text.
_OWN_SHARE = 0.5
#: Minimum words between two stops to count as a sentence.
_SENTENCE_WORDS = 3


def sentences(text: str) -> Sequence[str]:
    """Return the sentences of a text, as written."""
    return [piece.strip() for piece in _SENTENCE_END.split(text) if piece.strip()]


def _sentences_not_in(text: str, other: AbstractSet[str]) -> Iterator[str]:
    for sentence in sentences(text):
        found = frozenset(shingles(sentence))
        if len(found) >= _SENTENCE_WORDS - 1 and share_in(found, other) < _OWN_SHARE:
            yield sentence
