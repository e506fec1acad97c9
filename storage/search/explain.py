"""Explain why a query finds nothing: words that never occur, with similar spellings, and filters that exclude all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from storage.search.base import DEADLINE_S, SearchEngine
from storage.search.deadline import deadline
from storage.search.expression import Term
from storage.search.query import Query
from storage.search.spelling import near_tokens

#: Maximum number of terms to examine: each costs a count, and a spelling list if it never occurs.
_MOST_TERMS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Result of searching one term of the query alone, without filters."""

    #: As typed.
    text: str
    #: Articles that have it.
    number: int
    #: Similarly spelled words of the archive, nearest first, with their numbers of articles; () if the term occurs.
    near: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """Number of matches without one of the filters."""

    #: The filter in the query language: "source:hespress", "since:2024-05-01".
    filter: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why nothing was found. All fields empty: the archive has no articles."""

    terms: tuple[Missing, ...] = ()
    #: Only filters without which something is found.
    filters: tuple[Without, ...] = ()
    #: Number of matches without any filter; None if there is no filter.
    unfiltered: int | None = None


def explain(engine: SearchEngine, connection: Connection, query: Query) -> Explanation:
    """Explain why a query finds nothing. Raises QueryError if that takes too long."""
    bare = Query(where=query.where, text=query.text)
    filters = dict(_filters(query))
    terms = [_term(engine, connection, term) for term in query.terms[:_MOST_TERMS]]
    without = (Without(filter=name, number=engine.count(connection, one)) for name, one in filters.items())
    return Explanation(
        terms=tuple(terms),
        filters=tuple(one for one in without if one.number),
        unfiltered=engine.count(connection, bare) if filters else None,
    )


def _filters(query: Query) -> Iterator[tuple[str, Query]]:
    """Yield each filter in the query language, with the query without it."""
    for field, values, without in (
        ("source", query.sources, replace(query, sources=())),
        ("country", query.countries, replace(query, countries=())),
        ("author", query.authors, replace(query, authors=())),
        ("language", query.languages, replace(query, languages=())),
        ("kind", query.kinds, replace(query, kinds=())),
    ):
        if values:
            yield " ".join(f"{field}:{value}" for value in values), without
    if query.since:
        yield f"since:{query.since}", replace(query, since=None)
    if query.until:
        yield f"until:{query.until}", replace(query, until=None)
    if query.withdrawn is not None:
        yield "--withdrawn" if query.withdrawn else "--no-withdrawn", replace(query, withdrawn=None)


def _term(engine: SearchEngine, connection: Connection, term: Term) -> Missing:
    number = engine.count(connection, Query(where=term))
    if number or len(term.tokens) > 1:
        return Missing(text=term.text, number=number)
    with deadline(connection, DEADLINE_S):
        tokens = near_tokens(connection, term.tokens[0])
    near = (_as_written(engine, connection, token) for token in tokens)
    return Missing(text=term.text, number=0, near=tuple(one for one in near if one is not None))


def _as_written(engine: SearchEngine, connection: Connection, token: str) -> tuple[str, int] | None:
    """A token of the index as an article writes it, and how many articles have it."""
    query = Query(where=Term(text=token, tokens=(token,)), limit=1)
    for hit in engine.search(connection, query):
        marked = [piece for part in (hit.title, hit.snippet) for piece, matches in part.pieces() if matches]
        if marked:
            return marked[0], engine.count(connection, query)
    return None
