"""Deduplicate stories: of articles that share most of their paragraphs, keep the first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol, TypeVar

from pipelines.words.normal import normal

#: Minimum number of words of a line that counts as prose, not as a label.
LONG_WORDS = 12
#: Lines in more than this share of the articles are ignored when articles are compared.
COMMON = 0.3
#: Articles that share this fraction of their long lines belong to one story.
SAME = 0.4


class _Told(Protocol):
    @property
    def prose(self) -> AbstractSet[str]: ...


Told = TypeVar("Told", bound=_Told)


def prose_of(lines: Iterable[str]) -> frozenset[str]:
    """Return the normal forms of the long lines, by which articles are compared."""
    return frozenset(normal(line) for line in lines if len(line.split()) >= LONG_WORDS)


def independent(articles: Sequence[Told]) -> list[Told]:
    """Return the articles, without those that repeat the story of an earlier one. `prose` of each: see `prose_of`."""
    texts = [article.prose for article in articles]
    often = Counter(line for text in texts for line in text)
    most = max(2, COMMON * len(articles))
    own = [{line for line in text if often[line] <= most} for text in texts]
    first: dict[str, list[int]] = {}
    kept = []
    for position, (article, text) in enumerate(zip(articles, own, strict=True)):
        shared = Counter(earlier for line in text for earlier in first.get(line, ()))
        if any(count >= SAME * min(len(text), len(own[earlier])) for earlier, count in shared.items()):
            continue
        kept.append(article)
        for line in text:
            first.setdefault(line, []).append(position)
    return kept
