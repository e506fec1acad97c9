"""The interface of search engines, and their results.

An engine keeps its own tables in the archive's database, indexes every article inside the transaction that stores it,
and searches what `storage.text.folding.analyse` makes of texts and queries alike: two engines find the same articles.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from storage.search.document import Document
from storage.search.query import Query

#: Number of newest matches ranked for `sort="relevance"`; see docs/decisions on search.
CANDIDATES = 2_000
#: A search that takes longer is aborted.
DEADLINE_S = 5.0


#: An article's id and its score, or None.
Found = tuple[int, float | None]
#: Limit (None: no limit) and offset.
Find = Callable[[int | None, int], Iterable[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A part of a title or text, as stored, with the matching words."""

    text: str
    #: Offset of the part in the whole, in characters.
    start: int = 0
    #: (start, end) of each matching word, in characters of `text`; in order, never overlapping.
    marks: tuple[tuple[int, int], ...] = ()
    #: Whether the whole was cut before and after.
    cut_before: bool = False
    cut_after: bool = False

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """Yield the text in pieces, each with whether it matches: for pages, which escape before they mark."""
        here = 0
        for start, end in self.marks:
            if start > here:
                yield self.text[here:start], False
            yield self.text[start:end], True
            here = end
        if here < len(self.text):
            yield self.text[here:], False

    def marked(self, before: str = "[", after: str = "]") -> str:
        """Return the text with marks around matches and an ellipsis where it was cut."""
        inside = "".join(f"{before}{piece}{after}" if matches else piece for piece, matches in self.pieces())
        return ("… " if self.cut_before else "") + inside + (" …" if self.cut_after else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article found. `dataclasses.asdict` of it is plain JSON."""

    article_id: int
    url: str
    source: str | None
    #: ISO 8601 at the known precision; None if the date is not known.
    published: str | None
    title: Excerpt
    #: Some thirty words around the best match; the beginning of the text if there are only filters.
    snippet: Excerpt
    #: Higher is better, comparable within one result only; None under newest first.
    score: float | None


def is_by_age(query: Query) -> bool:
    """Whether matches are wanted newest first, as they are where a query has no words to rank by."""
    return query.sort == "newest" or not query.terms


def in_order(query: Query, newest: Find, relevant: Find, *, candidates: int) -> Iterator[Found]:
    """Yield all matches in the requested order, whatever the ranking limit.

    `newest` and `relevant` each take a limit and an offset; `relevant` ranks only the newest `candidates` matches, best
    first, and older ones follow, newest first.
    """
    if is_by_age(query):
        yield from newest(query.limit, query.offset)
        return
    given = 0
    for found in relevant(query.limit, query.offset):
        given += 1
        yield found
    if query.limit is None or given < query.limit:
        rest = None if query.limit is None else query.limit - given
        yield from newest(rest, max(query.offset, candidates))


class SearchEngine(Protocol):
    """A full-text index inside the archive's database. All methods work inside the caller's transaction."""

    def create(self, connection: Connection) -> None:
        """Create missing tables, and rebuild the index if the analyser changed."""

    def index(self, connection: Connection, article_id: int) -> None:
        """Index an article as its row is now, replacing its previous entry.

        Call it after the rows of `article` and `version` are flushed. Cheap if nothing changed.
        """

    def index_all(self, connection: Connection, ids: Iterable[int]) -> None:
        """Do what `index` does for several articles, in few statements: for imports, and indexes made from scratch."""

    def index_new(self, connection: Connection, new: Sequence[Document]) -> None:
        """Index articles that are not in the index, given as they are in their rows."""

    def remove(self, connection: Connection, article_id: int) -> None:
        """Remove an article from the index, before its rows are deleted. Does nothing if it is not indexed."""

    def search(self, connection: Connection, query: Query) -> Iterator[Hit]:
        """Return the matching articles in the requested order. Raises QueryError if the search takes too long."""

    def matches(self, connection: Connection, query: Query) -> list[Found]:
        """Return the (article id, score) of the same articles, in the same order."""

    def ids(self, connection: Connection, query: Query) -> Iterator[int]:
        """Return the ids of the same articles, in the same order, for export."""

    def matching(self, connection: Connection, query: Query, ids: Collection[int]) -> set[int]:
        """Return which of these articles match: cheap for some hundred, however large the archive is."""

    def count(self, connection: Connection, query: Query) -> int:
        """Count the matching articles, regardless of `limit` and `offset`."""

    def reindex(self, connection: Connection) -> int:
        """Rebuild the index from scratch; return the number of articles."""

    def check(self, connection: Connection) -> list[str]:
        """Return the faults of the index, one line each; empty if it agrees with the articles."""
