"""Deduplicate stories: of articles that share most of their paragraphs, keep the first."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar

from pipelines.words.normal import normal

#: Minimum number of words of a line that counts as prose, not as a label.
LONG_WORDS = 12
#: Lines in more than this share of the articles are ignored when articles are compared.
COMMON = 0.3
#: Articles that share this fraction of their long lines belong to one story.
SAME = 0.4


class _Lined(Protocol):
    @property
    def lines(self) -> Sequence[str]: ...


Seen = TypeVar("Seen", bound=_Lined)


def independent(articles: Sequence[Seen]) -> list[Seen]:
    """Return the articles, without those that repeat the story of an earlier one."""
    texts = [{normal(line) for line in article.lines if len(line.split()) >= LONG_WORDS} for article in articles]
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
