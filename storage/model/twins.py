"""Two addresses that name one page: judged by the addresses alone, and by the texts that were read there."""

import re

from storage.model.signature import jaccard, share_in, shingles
from storage.text.folding import fold

#: Share of the words of two headlines that both have.
TITLES = 0.5
#: Share of the shorter text's shingles that the longer one has too, under one headline: an AMP page may be cut.
CONTAINED = 0.5
#: Jaccard likeness from which two texts are one whatever their headlines: a page for printing is titled as its site is.
NEARLY_EQUAL = 0.95
#: A shorter text tells nothing beyond its headline.
FEW_WORDS = 12

_NUMBER_OR_SLUG = re.compile(r"\d|[^-_]+(?:[-_][^-_]+){3}")


def share_a_name(one: str, claimed: str) -> bool:
    """Whether an address holds the number or slug that a claimed address of its page ends in.

    >>> share_a_name("https://m.example.ma/amp/news/90401-slug", "https://example.ma/news/90401-slug")
    True
    >>> share_a_name("https://example.ma/news/story-b-90401", "https://example.ma/news/story-a-90400")
    False
    """
    names = [name for name in _names(claimed)[-1:] + _values(claimed) if _NUMBER_OR_SLUG.search(name)]
    return bool(names) and set(names) <= {*_names(one), *_values(one)}


def _names(url: str) -> list[str]:
    path = re.sub(r"^\w+://", "", url).split("?")[0]
    return [re.sub(r"\.(?:s?html?|php|aspx?|amp)$", "", name) for name in path.split("/") if name]


def _values(url: str) -> list[str]:
    return [pair.partition("=")[2] for pair in url.partition("?")[2].split("&") if "=" in pair]


def is_same_article(title: str, text: str, other_title: str, other_text: str) -> bool:
    """Whether two pages tell one article: nearly equal texts, or like headlines over texts that share half.

    One house's pieces on two events may share most of their sentences (a municipality's announcements), so the text
    alone proves nothing below `NEARLY_EQUAL`.
    """
    if text == other_text:
        return True
    mine, theirs = frozenset(shingles(text)), frozenset(shingles(other_text))
    if jaccard(mine, theirs) >= NEARLY_EQUAL:
        return True
    titles = jaccard(frozenset(fold(title).split()), frozenset(fold(other_title).split()))
    if titles < TITLES:
        return False
    shorter, longer = sorted((mine, theirs), key=len)
    return len(shorter) < FEW_WORDS or share_in(shorter, longer) >= CONTAINED
