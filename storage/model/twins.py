"""Decide whether two URLs name one page, from the URLs alone and from the texts read there."""

import re

from storage.model.signature import jaccard, share_in, shingles
from storage.text.folding import fold

#: Minimum share of the words of two headlines that both have.
TITLES = 0.5
#: Minimum share of the shorter text's shingles in the longer one, under one headline: an AMP page may be cut.
CONTAINED = 0.5
#: Jaccard similarity above which two texts are one article whatever their headlines: print pages carry the site's
#: title.
NEARLY_EQUAL = 0.95
#: A shorter text proves nothing beyond its headline.
FEW_WORDS = 12

_NUMBER_OR_SLUG = re.compile(r"\d|[^-_]+(?:[-_][^-_]+){3}")


def share_a_name(one: str, claimed: str) -> bool:
    """Whether a URL contains the number or slug at the end of the canonical URL that its page claims.

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
    """Return whether two pages hold one article: nearly equal texts, or similar headlines over texts that share half.

    A source's articles on two events may share most of their sentences (municipal announcements), so the text alone
    proves nothing below `NEARLY_EQUAL`.
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
