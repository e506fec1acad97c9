"""Document: the indexed parts of an article. Pure and without SQLAlchemy, so that workers import it fast."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.text.folding import BLANK, shadow
from storage.text.forms import index_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article as an engine indexes it."""

    article_id: int
    #: The version row whose title and text are indexed. Such rows never change, so index entries can be removed using
    #: them.
    version_id: int
    title: str
    text: str
    #: Analysed names; a blank token between two, so that no phrase matches across them.
    authors: str
    source: str | None
    language: str | None
    kind: str
    #: YYYY-MM-DD or None.
    day: str | None
    #: Withdrawn.
    withdrawn: bool
    #: Sort key for newest first; UTC.
    sort_at: datetime
    #: `index_tokens` of title and text, if they were made already.
    made: tuple[str, str] | None = None

    @property
    def tokens(self) -> tuple[str, str]:
        """What is indexed for the title and for the text."""
        return self.made or (index_tokens(self.title), index_tokens(self.text))


def author_tokens(names: Iterable[str]) -> str:
    """What is indexed for the names of authors."""
    return f" {BLANK} ".join(shadow(name) for name in names)
