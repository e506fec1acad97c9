"""Paged lists of articles, shared by pages, feeds, the API and the MCP server."""

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

#: How many more articles are searched for a cursor's position after new articles have pushed the list down.
_PUSHED_DOWN = 200
#: Maximum number of articles reachable through cursors; an export contains all.
_MAX_DEPTH = 100_000


class CursorError(WarraqError):
    """The cursor is invalid."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Cursor:
    """Position in a list: the number of articles before it, and the last of them."""

    offset: int
    last: int

    def written(self) -> str:
        """Encode the cursor for a URL."""
        return base64.urlsafe_b64encode(json.dumps([self.offset, self.last]).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Decode a cursor; None if the text is empty. Raises CursorError."""
        if not text:
            return None
        try:
            offset, last = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if type(offset) is int and type(last) is int and 0 <= offset <= _MAX_DEPTH and 0 <= last < 2**63:
                return cls(offset, last)
        except (ValueError, TypeError, binascii.Error, RecursionError):
            pass
        raise CursorError("the cursor is not valid for this list; omit it to start at the newest")


@dataclass(frozen=True, slots=True)
class ListPage(Generic[T]):
    """One page of a list."""

    items: Sequence[T]
    #: Cursor of the next page; None on the last page.
    next: Cursor | None
    #: Number of items before this page.
    offset: int = 0


def cards(archive: Archive, filters: Filters, *, size: int, after: Cursor | None = None) -> ListPage[Card]:
    """Return a page of articles without highlighting. Raises QueryError."""
    ids, following, offset = _ids(archive, filters, size, after)
    return ListPage(archive.cards_of(ids), following, offset)


def hits(archive: Archive, filters: Filters, *, size: int, after: Cursor | None = None) -> ListPage[tuple[Hit, Card]]:
    """Return a page of articles with matching words highlighted in title and text. Raises QueryError."""
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
    """Return the offset of a page and how many items to skip there: articles added since have pushed the list down."""
    if after is None or after.offset == 0:
        return 0, 0
    before = after.offset - 1
    later = islice(archive.ids(filters.query(limit=_PUSHED_DOWN, offset=before)), _PUSHED_DOWN)
    place = next((place for place, article_id in enumerate(later) if article_id == after.last), 0)
    return after.offset, place
