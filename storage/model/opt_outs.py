"""Opt-outs: which robots directives of a fetch decline archiving, or machine learning.

`pipelines/html/robots_directives.py` describes where the directives come from; docs/archive.md explains them to users.
"""

import re
from collections.abc import Iterable

#: Bing uses the second.
_NO_COPY = frozenset({"noarchive", "nocache"})
_NO_MINING = re.compile(
    r"noai|noimageai|tdm-reservation:1|(robots\.txt/)?disallowaitraining(:/?)?"
    r"|(robots\.txt/)?(content-signal:ai-train=no|content-usage:(train-ai|ai|all)=n)"
)


def declines_copies(words: Iterable[str]) -> bool:
    """Whether the page asked not to be archived."""
    return not _NO_COPY.isdisjoint(words)


def declines_mining(words: Iterable[str]) -> bool:
    """Whether machine learning, or text and data mining, is declined."""
    return any(_NO_MINING.fullmatch(word) for word in words)
