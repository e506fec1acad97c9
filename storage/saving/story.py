"""A story: one text told by several papers. Who was first, and how much each took. Pure."""

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
    """One article of a story, as far as the story is told by it."""

    article_id: int
    source: str | None
    url: str
    title: str
    text: str
    #: As the article states it; None where no time of day is known.
    published_at: datetime | None
    first_seen_at: datetime
    credits: tuple[Credit, ...] = ()

    @property
    def instant(self) -> datetime:
        """When it was published at the latest: an article that was seen before its stated time was there by then."""
        return min(self.published_at or self.first_seen_at, self.first_seen_at)

    @property
    def known_by(self) -> Literal["published", "first seen"]:
        """What `instant` rests on."""
        return "published" if self.instant == self.published_at else "first seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article of a story beside the first one. Shares are of two-word shingles of folded text, 0 to 1."""

    telling: StoryArticle
    #: How much of this article stands in the first.
    taken: float
    #: How much of the first stands in this article.
    kept: float
    #: Jaccard likeness of both.
    likeness: float
    #: Sentences of this article that the first does not have, and sentences of the first that this one left out.
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles that are one text, first published first."""

    #: The smallest id among its articles; the id of any of them leads here.
    id: int
    first: StoryArticle
    copies: tuple[Copy, ...]


def story(story_id: int, tellings: Iterable[StoryArticle]) -> Story:
    """Put articles in the order of publication and measure each against the first. At least one is needed."""
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
#: A sentence is somebody's own if less than this share of its shingles stands in the other text.
_OWN_SHARE = 0.5
#: Shorter than so many words, what stands between two stops is no sentence.
_SENTENCE_WORDS = 3


def sentences(text: str) -> Sequence[str]:
    """The sentences of a text, as written."""
    return [piece.strip() for piece in _SENTENCE_END.split(text) if piece.strip()]


def _sentences_not_in(text: str, other: AbstractSet[str]) -> Iterator[str]:
    for sentence in sentences(text):
        found = frozenset(shingles(sentence))
        if len(found) >= _SENTENCE_WORDS - 1 and share_in(found, other) < _OWN_SHARE:
            yield sentence
