"""Options of export formats, and what a format may request from the archive."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.archive import Archive


def _unheard(line: str) -> None:
    """Ignore a notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options chosen by the user; a format declares those it supports."""

    #: For spreadsheets: byte-order mark, formulas defused.
    excel: bool = False
    #: Leave out text and removed pieces (`columns.SENTENCES`): URL, headline, dates, hashes and provenance stay.
    no_text: bool = False
    #: The archive that the articles come from, for formats that need more than articles: names and feeds of sources,
    #: versions, WARC records. None: only the articles are available.
    archive: "Archive | None" = None
    #: Receives one-line notices about the file written ("3 characters were replaced").
    tell: Callable[[str], None] = _unheard
