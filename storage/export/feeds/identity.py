"""Ids of feeds and entries: the same in every feed, run and archive, so that a reader shows nothing twice."""

import uuid


def urn(*parts: str) -> str:
    """Return a URN derived only from these words.

    >>> urn("article", "https://example.ma/1") == urn("article", "https://example.ma/1")
    True
    """
    return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(("warraq", *parts))).urn
