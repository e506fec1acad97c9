"""Names of exported files: built from numbers and keys, never from page content."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.database.rows import StoredArticle

_NOT_PLAIN = re.compile("[^a-z0-9]+")
#: Windows device names, which are reserved with any suffix.
_DEVICES = re.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])")


def plain(word: str | None, *, otherwise: str) -> str:
    """Return the word in letters a-z, digits and hyphens, at most 60; `otherwise` if nothing is left of it.

    >>> plain("BBC_Arabic", otherwise="x"), plain("../خبر", otherwise="x")
    ('bbc-arabic', 'x')
    """
    name = _NOT_PLAIN.sub("-", (word or "").lower())[:60].strip("-")
    return otherwise if not name or _DEVICES.fullmatch(name) else name


def article_name(stored: "StoredArticle") -> str:
    """Return a name for one article's file, without suffix: day, source, number. The number alone makes it unique."""
    day = stored.article.published.day.isoformat() if stored.article.published else "undated"
    return f"{day}-{plain(stored.article.source, otherwise='capture')}-{stored.id}"
