"""What an import stores, and what became of it, as values."""

from dataclasses import dataclass
from typing import Literal

from storage.model.visit import Visit
from storage.operations.origin import Origin
from storage.operations.prepared import PreparedArticle

#: same: already known; added: a new text; fetch: no text, but a fetch of a known URL; unknown: such a fetch of an
#: unknown URL; undated: a new text whose fetch time is not known: not stored.
ImportResult = Literal["new", "added", "same", "not_article", "fetch", "unknown", "undated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The result of an import."""

    result: ImportResult
    article_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportEntry:
    """An imported fetch."""

    #: Its snapshot gives the time; without one, `outcome.fetched_at` does. Links and aliases are ignored.
    visit: Visit
    origin: Origin
    #: False: the fetch time is not known, and `outcome.fetched_at` is now.
    dated: bool = True
    #: Its rows, if a worker made them; None: made when they are needed.
    prepared: PreparedArticle | None = None
