"""Translate a query into an FTS5 MATCH expression. Every word is quoted, so user input is never FTS5 syntax."""

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Connection

from storage.search.expression import And, Expression, Filter, Not, Or, Term
from storage.search.facets import EVERY, WITHDRAWN, between, facet
from storage.search.query import Query
from storage.search.stored_documents import sources_of
from storage.text.folding import analyse


def match(connection: Connection, query: Query) -> str:
    """Return the expression that matches exactly what `query` wants."""
    wanted = [*_filters(query)]
    unwanted = [_facets([WITHDRAWN])] if query.withdrawn is False else []
    expressions = [_match_expression(connection, part) for part in wanted]
    if query.since or query.until:
        expressions.append(_facets(between(query.since, query.until)))
    if query.withdrawn:
        expressions.append(_facets([WITHDRAWN]))
    parts = query.where.parts if isinstance(query.where, And) else (query.where,) if query.where is not None else ()
    expressions += [_match_expression(connection, part) for part in parts if not isinstance(part, Not)]
    unwanted += [_match_expression(connection, part.part) for part in parts if isinstance(part, Not)]
    return _all(expressions, unwanted)


def _filters(query: Query) -> Iterator[Filter]:
    for name, values in (
        ("author", query.authors),
        ("source", query.sources),
        ("language", query.languages),
        ("kind", query.kinds),
        ("country", query.countries),
    ):
        if values:
            yield Filter(name, values)


def _match_expression(connection: Connection, tree: Expression) -> str:
    match tree:
        case And(parts):
            unwanted = [_match_expression(connection, part.part) for part in parts if isinstance(part, Not)]
            return _all([_match_expression(connection, part) for part in parts if not isinstance(part, Not)], unwanted)
        case Or(parts):
            return _any(_match_expression(connection, part) for part in parts)
        case Not(part):
            return _all([], [_match_expression(connection, part)])
        case Filter():
            return _filter(connection, tree)
        case Term():
            return f"{{title{'' if tree.in_title else ' text'}}} : {_term(tree)}"


def _filter(connection: Connection, wanted: Filter) -> str:
    """Return the tokens of which a document must have at least one."""
    match wanted.field:
        case "author":
            return f"authors : {_any(_phrase(analyse(name)) for name in wanted.values)}"
        case "since":
            return _facets(between(date.fromisoformat(max(wanted.values)), None))
        case "until":
            return _facets(between(None, date.fromisoformat(min(wanted.values))))
        case "country":
            # Queried each time, so that articles need no re-indexing when a source's country changes.
            keys = sources_of(connection, wanted.values)
            return _facets([facet("source", key) for key in keys] or ["nowhere"])
        case name:
            return _facets([facet(name, value) for value in wanted.values])


def _all(wanted: list[str], unwanted: list[str]) -> str:
    expression = " AND ".join(wanted or [_facets([EVERY])])
    return f"(({expression}) NOT {_any(unwanted)})" if unwanted else f"({expression})"


def _facets(tokens: Iterable[str]) -> str:
    return f"facets : {_any(map(_quoted, tokens))}"


def _any(expressions: Iterable[str]) -> str:
    return f"({' OR '.join(expressions)})"


def _term(term: Term) -> str:
    whole = _phrase(term.tokens)
    if term.beginning is None:
        return f"({whole})"
    return f"({whole} OR {_phrase((*term.tokens[:-1], term.beginning))} *)"


def _phrase(tokens: Iterable[str]) -> str:
    return _quoted(" ".join(tokens))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
