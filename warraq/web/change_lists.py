"""Lists of what newspapers changed, a page at a time: for the page, its feed and the API."""

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

#: Microseconds in a second: instants stand in cursors as whole numbers.
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilters:
    """Which changes are wanted."""

    kinds: tuple[Kind, ...] = ()
    sources: tuple[str, ...] = ()
    #: As written: a year, month or day of UTC; "" leaves the side open.
    since: str = ""

    @classmethod
    def read(cls, params: QueryParams) -> "ChangeFilters":
        """Read the address; kinds that are none are left out."""
        kinds = tuple(kind for kind in KINDS if kind in params.getlist("kind"))
        sources = tuple(dict.fromkeys(key.strip().lower()[:100] for key in params.getlist("source") if key.strip()))
        return cls(kinds=kinds, sources=sources[:100], since=params.get("since", "").strip()[:20])

    @property
    def start(self) -> datetime | None:
        """The first instant wanted. Raises QueryError where it is no date."""
        return datetime.combine(read_day(self.since, last=False), time(), UTC) if self.since else None

    def toggled(self, kind: Kind) -> "ChangeFilters":
        """The same with one kind more, or without it."""
        kept = tuple(one for one in self.kinds if one != kind)
        return replace(self, kinds=kept if kind in self.kinds else (*self.kinds, kind))

    def url(self, path: str, **more: str) -> str:
        """An address with these filters."""
        pairs = [("kind", kind) for kind in self.kinds] + [("source", key) for key in self.sources]
        pairs += [(name, value) for name, value in [("since", self.since), *more.items()] if value]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @property
    def is_empty(self) -> bool:
        """Whether everything is wanted."""
        return not (self.kinds or self.sources or self.since)


def changes(archive: Archive, filters: ChangeFilters, *, size: int, after: Cursor | None = None) -> ListPage[Edit]:
    """A page of changes, newest first. Raises QueryError, CursorError.

    A cursor holds how many changes of one instant were shown, and that instant.
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
        raise CursorError("the cursor is not one that this list gave; leave it out to begin at the newest") from None
