"""Lists of articles, a page at a time: what pages, feeds, the API and the MCP server all show."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from storage.archive import Archive
from storage.errors import WarraqError
from storage.search.base import Hit
from storage.search.cards import Card
from warraq.web.filters import Filters

T = TypeVar("T")

#: How far back a page is looked for that newer articles have pushed down since its cursor was given.
_PUSHED_DOWN = 200
#: No list is walked further than this through cursors; export has everything.
_DEEPEST = 100_000


class CursorError(WarraqError):
    """A cursor is not one of ours."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list goes on: after so many articles, the last of which was this one."""

    offset: int
    last: int

    def written(self) -> str:
        """The cursor as it stands in an address."""
        return base64.urlsafe_b64encode(json.dumps([self.offset, self.last]).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Read a cursor; None where there is none. Raises CursorError."""
        if not text:
            return None
        try:
            offset, last = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if type(offset) is int and type(last) is int and 0 <= offset <= _DEEPEST and 0 <= last < 2**63:
                return cls(offset, last)
        except (ValueError, TypeError, binascii.Error, RecursionError):
            pass
        raise CursorError("the cursor is not one that this list gave; leave it out to begin at the newest")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[T]):
    """A part of a list."""

    items: Sequence[T]
    #: Where the list goes on; None at its end.
    next: Cursor | None
    #: How many items stand before this page.
    offset: int = 0


def cards(archive: Archive, filters: Filters, *, size: int, after: Cursor | None = None) -> ListPage[Card]:
    """A page of articles without the words that match. Raises QueryError."""
    ids, following, offset = _ids(archive, filters, size, after)
    return ListPage(archive.cards_of(ids), following, offset)


def hits(archive: Archive, filters: Filters, *, size: int, after: Cursor | None = None) -> ListPage[tuple[Hit, Card]]:
    """A page of articles with the words that match marked in title and text. Raises QueryError."""
    offset, skipped = _start(archive, filters, after)
    found = list(archive.search(filters.query(limit=size + 1, offset=offset + skipped)))
    shown = found[:size]
    known = {card.article_id: card for card in archive.cards_of([hit.article_id for hit in shown])}
    pairs = [(hit, known[hit.article_id]) for hit in shown if hit.article_id in known]
    start = offset + skipped
    following = Cursor(start + len(shown), shown[-1].article_id) if len(found) > size else None
    return ListPage(pairs, following, start)


def _ids(archive: Archive, filters: Filters, size: int, after: Cursor | None) -> tuple[list[int], Cursor | None, int]:
    offset, skipped = _start(archive, filters, after)
    start = offset + skipped
    found = list(archive.ids(filters.query(limit=size + 1, offset=start)))
    following = Cursor(start + size, found[size - 1]) if len(found) > size else None
    return found[:size], following, start


def _start(archive: Archive, filters: Filters, after: Cursor | None) -> tuple[int, int]:
    """Where a page begins, and how many more to skip: articles that came since have pushed the list down."""
    if after is None or after.offset == 0:
        return 0, 0
    before = after.offset - 1
    later = islice(archive.ids(filters.query(limit=_PUSHED_DOWN, offset=before)), _PUSHED_DOWN)
    place = next((place for place, article_id in enumerate(later) if article_id == after.last), 0)
    return after.offset, place
