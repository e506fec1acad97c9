"""Evaluate a query on one document in memory, as the engines do with their index: for texts that are not indexed.

An article's earlier versions are not in the index; what they say is asked of their text.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from storage.search.document import Document
from storage.search.expression import And, Expression, Filter, Not, Or, Term
from storage.search.query import Query
from storage.search.stored_documents import sources_of
from storage.text.folding import analyse
from storage.text.forms import index_tokens


def matches(connection: Connection, query: Query, document: Document) -> bool:
    """Whether a document matches. `connection`: for the sources of countries."""
    return _Evaluation(connection, document).matches(query)


class _Evaluation:
    """One document, analysed once."""

    def __init__(self, connection: Connection, document: Document) -> None:
        self._connection = connection
        self._document = document
        self._title, self._text = index_tokens(document.title).split(), index_tokens(document.text).split()

    def matches(self, query: Query) -> bool:
        return (
            all(map(self._passes, query.filters))
            and (query.where is None or self._holds(query.where))
            and query.withdrawn in (None, self._document.withdrawn)
        )

    def _holds(self, tree: Expression) -> bool:
        match tree:
            case And(parts):
                return all(map(self._holds, parts))
            case Or(parts):
                return any(map(self._holds, parts))
            case Not(part):
                return not self._holds(part)
            case Filter():
                return self._passes(tree)
            case Term():
                return any(self._says(tokens, tree) for tokens in self._places(tree))
        raise AssertionError(tree)

    def _places(self, term: Term) -> Iterable[Sequence[str]]:
        return (self._title,) if term.in_title else (self._title, self._text)

    def _says(self, tokens: Sequence[str], term: Term) -> bool:
        if has_phrase(tokens, term.tokens):
            return True
        return term.beginning is not None and has_phrase(tokens, (*term.tokens[:-1], term.beginning), begins=True)

    def _passes(self, wanted: Filter) -> bool:
        values, document = [value.lower() for value in wanted.values], self._document
        match wanted.field:
            case "author":
                names = document.authors.split()
                return any(has_phrase(names, analyse(name)) for name in wanted.values)
            case "country":
                return document.source in sources_of(self._connection, wanted.values)
            case "since":
                return document.day is not None and document.day >= max(wanted.values)
            case "until":
                return document.day is not None and document.day <= min(wanted.values)
            case "source":
                return (document.source or "").lower() in values
            case "language":
                return (document.language or "").lower() in values
            case _:
                return document.kind in values


def has_phrase(tokens: Sequence[str], phrase: Sequence[str], *, begins: bool = False) -> bool:
    """Whether a phrase stands among tokens; with `begins`, its last token may go on.

    >>> has_phrase(["a", "b", "cd"], ["b", "c"]), has_phrase(["a", "b", "cd"], ["b", "c"], begins=True)
    (False, True)
    """
    length = len(phrase)
    if not length:
        return False
    *before, last = phrase
    for start in range(len(tokens) - length + 1):
        end = tokens[start + length - 1]
        if (end.startswith(last) if begins else end == last) and list(tokens[start : start + length - 1]) == before:
            return True
    return False
