"""Paged lists of edits and withdrawals: for the page, its feed and the API."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from itertools import islice
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from storage.archive import Archive
from storage.search.query import read_day
from storage.versions import KINDS, Kind
from storage.versions.changes import Edit
from warraq.web.lists import Cursor, CursorError, ListPage

#: Microseconds per second: cursors store times as whole numbers.
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilters:
    """Filters of a list of changes."""

    kinds: tuple[Kind, ...] = ()
    sources: tuple[str, ...] = ()
    #: Year, month or day in UTC, as entered; "" means unbounded.
    since: str = ""

    @classmethod
    def read(cls, params: QueryParams) -> "ChangeFilters":
        """Read the filters from the query string; unknown kinds are ignored."""
        kinds = tuple(kind for kind in KINDS if kind in params.getlist("kind"))
        sources = tuple(dict.fromkeys(key.strip().lower()[:100] for key in params.getlist("source") if key.strip()))
        return cls(kinds=kinds, sources=sources[:100], since=params.get("since", "").strip()[:20])

    @property
    def start(self) -> datetime | None:
        """Return the start of the range. Raises QueryError if it is not a date."""
        return datetime.combine(read_day(self.since, last=False), time(), UTC) if self.since else None

    def toggled(self, kind: Kind) -> "ChangeFilters":
        """Return the filters with one kind added, or removed if present."""
        kept = tuple(one for one in self.kinds if one != kind)
        return replace(self, kinds=kept if kind in self.kinds else (*self.kinds, kind))

    def url(self, path: str, **more: str) -> str:
        """Return a URL with these filters."""
        pairs = [("kind", kind) for kind in self.kinds] + [("source", key) for key in self.sources]
        pairs += [(name, value) for name, value in [("since", self.since), *more.items()] if value]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @property
    def is_empty(self) -> bool:
        """Whether no filter is set."""
        return not (self.kinds or self.sources or self.since)


def changes(archive: Archive, filters: ChangeFilters, *, size: int, after: Cursor | None = None) -> ListPage[Edit]:
    """Return a page of changes, newest first. Raises QueryError, CursorError.

    A cursor holds the time of the last change shown, and how many changes of that time were shown.
    """
    until = _instant(after.last) if after else None
    skipped = after.offset if after else 0
    found = archive.changes(
        since=filters.start, until=until, kinds=filters.kinds, sources=filters.sources, limit=skipped + size + 1
    )
    edits = list(islice(found, skipped, None))
    shown = edits[:size]
    if len(edits) <= size:
        return ListPage(shown, None)
    last = shown[-1].at
    same = sum(edit.at == last for edit in shown) + (skipped if until == last else 0)
    return ListPage(shown, Cursor(same, int(last.timestamp()) * _MICRO + last.microsecond))


def _instant(number: int) -> datetime:
    try:
        return datetime.fromtimestamp(number // _MICRO, UTC).replace(microsecond=number % _MICRO)
    except (ValueError, OverflowError, OSError):
        raise CursorError("the cursor is not valid for this list; omit it to start at the newest") from None
