"""Reservations: which of the robots words of a fetch decline that a copy is kept, or that machines learn from it.

How the words come about is written in `pipelines/html/robots_directives.py`, and for readers in docs/archive.md.
"""

import re
from collections.abc import Iterable

#: Bing writes the second.
_NO_COPY = frozenset({"noarchive", "nocache"})
_NO_MINING = re.compile(
    r"noai|noimageai|tdm-reservation:1|(robots\.txt/)?disallowaitraining(:/?)?"
    r"|(robots\.txt/)?(content-signal:ai-train=no|content-usage:(train-ai|ai|all)=n)"
)


def declines_copies(words: Iterable[str]) -> bool:
    """Whether we were asked not to keep a copy."""
    return not _NO_COPY.isdisjoint(words)


def declines_mining(words: Iterable[str]) -> bool:
    """Whether machine learning, or text and data mining, is declined."""
    return any(_NO_MINING.fullmatch(word) for word in words)
