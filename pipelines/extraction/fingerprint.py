"""Article -> Signature: MinHash of folded text, so that near-duplicates with different spelling are found."""

from dataclasses import replace

from rensa import RMinHash  # type: ignore[import-untyped, unused-ignore]

from pipelines.page import Extraction
from pipelines.words.agencies import credited
from storage.model.article import Article
from storage.model.signature import VALUES, Signature, shingles

#: Never changed: values of two seeds do not compare.
_SEED = 42


def signature(text: str) -> Signature:
    """Return the signature of an article's text without its headline: copies keep the text and change the headline.

    The order of words beyond neighbours does not count, nor does repetition. An empty text has one too, with 0 words.
    """
    found = shingles(text)
    minhash = RMinHash(num_perm=VALUES, seed=_SEED)
    minhash.update(found)
    return Signature.of(len(found) + 1 if found else 0, minhash.digest())


def compared(extraction: Extraction) -> Extraction:
    """Add the signature to an extraction with an article."""
    article = extraction.outcome
    if not isinstance(article, Article):
        return extraction
    return replace(extraction, signature=signature(article.text), credits=credited(article.text, article.authors))
