"""What an import stores, and what became of it, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.model.visit import Visit

#: same: already known; added: a new text; fetch: no text, but a fetch of a known URL; unknown: such a fetch of an
#: unknown URL; undated: a new text whose fetch time is not known: not stored.
ImportResult = Literal["new", "added", "same", "not_article", "fetch", "unknown", "undated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The result of an import."""

    result: ImportResult
    article_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Origin of an imported article, and its history in the other archive."""

    #: Name of the file, without its folder.
    file: str
    #: When the other archive first stored it, and when it last saw it change; None: when it was fetched, never.
    first_seen_at: datetime | None = None
    changed_at: datetime | None = None
    #: When its withdrawal was observed, and the evidence; None while it is online.
    withdrawn_at: datetime | None = None
    withdrawn_how: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportEntry:
    """An imported fetch."""

    #: Its snapshot gives the time; without one, `outcome.fetched_at` does. Links and aliases are ignored.
    visit: Visit
    origin: Origin
    #: False: the fetch time is not known, and `outcome.fetched_at` is now.
    dated: bool = True
