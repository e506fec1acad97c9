"""Translate a query into an FTS5 MATCH expression. Every word is quoted, so user input is never FTS5 syntax."""

from collections.abc import Iterable

from sqlalchemy import Connection

from storage.search.document import sources_of
from storage.search.facets import EVERY, WITHDRAWN, between, facet
from storage.search.query import Query, Term
from storage.text.folding import analyse


def match(connection: Connection, query: Query) -> str:
    """Return the expression that matches exactly what `query` requests."""
    wanted = [f"{{title text}} : {_any(map(_term, group))}" for group in query.groups]
    wanted += [f"authors : {_any(_phrase(analyse(name)) for name in query.authors)}"] if query.authors else []
    wanted += [f"facets : {_any(map(_quoted, tokens))}" for tokens in _facets(connection, query)]
    expression = " AND ".join(wanted or [f"facets : {_quoted(EVERY)}"])
    unwanted = [f"{{title text}} : {_any(map(_term, query.excluded))}"] if query.excluded else []
    unwanted += [f"facets : {_quoted(WITHDRAWN)}"] if query.withdrawn is False else []
    return f"({expression}) NOT ({' OR '.join(unwanted)})" if unwanted else expression


def _facets(connection: Connection, query: Query) -> Iterable[list[str]]:
    """Yield for each filter the tokens of which a document must have one."""
    for name, values in (("source", query.sources), ("language", query.languages), ("kind", query.kinds)):
        if values:
            yield [facet(name, value) for value in values]
    if query.withdrawn:
        yield [WITHDRAWN]
    if query.countries:
        # Looked up each time, so that articles need no reindexing if their source changes country.
        yield [facet("source", key) for key in sources_of(connection, query.countries)] or ["nowhere"]
    if query.since or query.until:
        yield between(query.since, query.until)


def _any(expressions: Iterable[str]) -> str:
    return f"({' OR '.join(expressions)})"


def _term(term: Term) -> str:
    whole = _phrase(term.tokens)
    if term.beginning is None:
        return whole
    return f"({whole} OR {_phrase((*term.tokens[:-1], term.beginning))} *)"


def _phrase(tokens: Iterable[str]) -> str:
    return _quoted(" ".join(tokens))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
