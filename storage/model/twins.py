"""Decide whether two URLs name one page from the texts read there."""

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
