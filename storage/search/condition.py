"""A query as a condition on PostgreSQL's `search_doc`; every value is bound, words are quoted tsquery lexemes."""

from collections.abc import Iterable

from sqlalchemy import Connection

from storage.search.expression import And, Expression, Filter, Not, Or, Term, wanted
from storage.search.query import Query
from storage.search.stored_documents import sources_of
from storage.text.folding import analyse

#: By whether withdrawn articles are wanted: few are withdrawn, so the index need not know them.
_WITHDRAWN = {
    True: "article_id in (select article_id from withdrawal where ended_at is null)",
    False: "article_id not in (select article_id from withdrawal where ended_at is null)",
}
#: Field -> condition. Null if the article has no such value; under NOT such an article is not excluded.
_FILTERS = {
    "source": "source = any({})",
    "language": "language = any({})",
    "kind": "kind = any({})",
    "country": "source = any({})",
    "author": "authors @@ cast({} as tsquery)",
    "since": "day >= {}",
    "until": "day <= {}",
}


def where_clause(connection: Connection, query: Query) -> tuple[str, dict[str, object]]:
    """The condition on `search_doc` that the query is, and its values; `ranked` is the tsquery that ranks matches."""
    condition = _Condition(connection)
    return condition.of(query), condition.values


class _Condition:
    """Writes one query's condition and collects its values."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.values: dict[str, object] = {}

    def of(self, query: Query) -> str:
        """Return the complete condition of a query; "true" if it matches everything."""
        parts = [self._filter(one) for one in query.filters]
        parts += [self._condition_sql(query.where)] if query.where is not None else []
        parts += [_WITHDRAWN[query.withdrawn]] if query.withdrawn is not None else []
        self.values["ranked"] = _tsquery(wanted(query.where)) if query.terms else ""
        return " and ".join(parts) or "true"

    def _condition_sql(self, tree: Expression) -> str:
        if (words := _tsquery(tree)) is not None:
            return f"words @@ cast({self._bound(words)} as tsquery)"
        match tree:
            case And(parts):
                return f"({' and '.join(map(self._condition_sql, parts))})"
            case Or(parts):
                return f"({' or '.join(map(self._condition_sql, parts))})"
            case Not(part):
                return f"coalesce({self._condition_sql(part)}, false) is not true"
            case Filter():
                return self._filter(tree)
        raise AssertionError(tree)

    def _filter(self, field: Filter) -> str:
        value: object = [one.lower() for one in field.values]
        if field.field == "country":
            value = [key.lower() for key in sources_of(self._connection, field.values)]
        elif field.field == "author":
            value = _joined(" | ", (_phrase(analyse(name)) for name in field.values))
        elif field.field == "since":
            value = max(field.values)
        elif field.field == "until":
            value = min(field.values)
        return _FILTERS[field.field].format(self._bound(value))

    def _bound(self, value: object) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def _tsquery(tree: Expression | None) -> str | None:
    """Return the tree as a tsquery; None if it contains a filter, which a tsquery cannot express."""
    match tree:
        case Term():
            return _term(tree)
        case And(parts) | Or(parts):
            inner = [_tsquery(part) for part in parts]
            sign = " & " if isinstance(tree, And) else " | "
            return None if None in inner else _joined(sign, (one for one in inner if one is not None))
        case Not(part):
            inside = _tsquery(part)
            return None if inside is None else f"!({inside})"
        case _:
            return None


def _term(term: Term) -> str:
    whole = _phrase(term.tokens, in_title=term.in_title)
    if term.beginning is None:
        return f"({whole})"
    start = (*term.tokens[:-1], term.beginning)
    return f"({whole} | {_phrase(start, in_title=term.in_title)}{'' if term.in_title else ':'}*)"


def _phrase(tokens: Iterable[str], *, in_title: bool = False) -> str:
    return " <-> ".join(quoted(token) + (":A" if in_title else "") for token in tokens)


def _joined(sign: str, expressions: Iterable[str]) -> str:
    return f"({sign.join(expressions)})"


def quoted(token: str) -> str:
    """A lexeme as PostgreSQL writes it."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
