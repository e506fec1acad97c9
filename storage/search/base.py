"""What a search engine is to the archive, and what it answers.

An engine keeps its own tables in the archive's database, follows every article inside the transaction that stores it,
and searches what `storage.text.folding.analyse` made of texts and query alike: two engines find the same articles.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from storage.search.query import Query

#: How many matches, the newest, are weighed for `sort="relevance"`; see docs/decisions on search.
CANDIDATES = 2_000
#: A search that takes longer than this is stopped.
DEADLINE_S = 5.0


#: An article's id and its score, or None.
Found = tuple[int, float | None]
#: Finds at most so many (None: all) after leaving out so many.
Find = Callable[[int | None, int], Iterable[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A piece of a title or text, as stored, with the places that match."""

    text: str
    #: Where the piece begins in the whole, in characters.
    start: int = 0
    #: (start, end) of each matching word, in characters of `text`; in order, never overlapping.
    marks: tuple[tuple[int, int], ...] = ()
    #: Whether something of the whole was left out before and after.
    cut_before: bool = False
    cut_after: bool = False

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it matches: for pages, which escape before they mark."""
        here = 0
        for start, end in self.marks:
            if start > here:
                yield self.text[here:start], False
            yield self.text[start:end], True
            here = end
        if here < len(self.text):
            yield self.text[here:], False

    def marked(self, before: str = "[", after: str = "]") -> str:
        """The text with marks round what matches and an ellipsis where it was cut."""
        inside = "".join(f"{before}{piece}{after}" if matches else piece for piece, matches in self.pieces())
        return ("… " if self.cut_before else "") + inside + (" …" if self.cut_after else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article found. `dataclasses.asdict` of it is plain JSON."""

    article_id: int
    url: str
    source: str | None
    #: ISO 8601 at the precision known; None where the date is not known.
    published: str | None
    title: Excerpt
    #: Some thirty words of the text round the best match; its beginning where only filters were asked for.
    snippet: Excerpt
    #: Higher is better, comparable within one answer only; None under newest first.
    score: float | None


def in_order(query: Query, newest: Find, relevant: Find, *, candidates: int) -> Iterator[Found]:
    """Yield what was found in the order asked for, all of it whatever the bound on what is weighed.

    `newest` and `relevant` each find with a limit and an offset of their own; `relevant` knows the newest `candidates`
    matches only, best first, and the older ones follow them, newest first.
    """
    if query.sort == "newest" or not query.groups:
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
        """Make the engine's tables where they are missing, and index every article anew where the analyser changed."""

    def index(self, connection: Connection, article_id: int) -> None:
        """Make an article findable as its row now stands, in place of what was indexed of it before.

        To be called after the rows of `article` and `version` are written (flushed). Costs little if nothing changed.
        """

    def remove(self, connection: Connection, article_id: int) -> None:
        """Forget an article, before its rows are deleted. Nothing happens if it is not indexed."""

    def search(self, connection: Connection, query: Query) -> Iterator[Hit]:
        """The matching articles in the order asked for. Raises QueryError where the search takes too long."""

    def ids(self, connection: Connection, query: Query) -> Iterator[int]:
        """The same articles by id alone, in the same order: what export walks over."""

    def count(self, connection: Connection, query: Query) -> int:
        """How many articles match, whatever `limit` and `offset` are."""

    def reindex(self, connection: Connection) -> int:
        """Throw the index away and make it anew; returns the number of articles."""

    def check(self, connection: Connection) -> list[str]:
        """What is wrong with the index, a line each; empty if it agrees with the articles."""
