"""What a format can be asked for beyond the articles themselves, and what it may ask of the archive."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.archive import Archive


def _unheard(line: str) -> None:
    """Drop what was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Wishes of the person who exports; a format names those that it understands."""

    #: For spreadsheets: byte-order mark, formulas defused.
    excel: bool = False
    #: Leave out text and removed pieces (`columns.SENTENCES`): address, headline, dates, hashes and provenance stay.
    no_text: bool = False
    #: The archive that the articles come from, for formats that carry more than articles do: names and feeds of
    #: sources, versions, WARC records. None: the articles are all there is.
    archive: "Archive | None" = None
    #: Told, in one line each, what a person should know of the file written ("3 characters were replaced").
    tell: Callable[[str], None] = _unheard
