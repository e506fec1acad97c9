"""The expression tree of a query: terms and filters under AND, OR and NOT. Frozen values without SQL."""

from collections.abc import Iterator
from dataclasses import dataclass

from storage.errors import WarraqError


class QueryError(WarraqError):
    """A search query has an error. The message is one line: what is wrong, and where."""

    exit_code = 2

    def __init__(self, message: str, *, at: int | None = None) -> None:
        """`at`: position of the error in the query, from 0; None: the query as a whole."""
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word, a phrase or the beginning of a word."""

    #: As typed, without quotation marks and star.
    text: str
    #: Analysed words that follow one another; at least one.
    tokens: tuple[str, ...]
    #: Prefixes of the last word, from `analyse_beginning`; None: it must match completely.
    beginning: str | None = None
    #: Only in the headline.
    in_title: bool = False

    def ends_with(self, token: str) -> bool:
        """Whether an analysed word of a text matches the last word of this term."""
        return token == self.tokens[-1] or (self.beginning is not None and token.startswith(self.beginning))


@dataclass(frozen=True, slots=True)
class Filter:
    """One field must have one of these values. `since` and `until` have one value, an ISO day."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class And:
    """All parts must match; at least two."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part must match; at least two."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not match. It is never itself a Not."""

    part: "Expression"


Expression = Term | Filter | And | Or | Not


def all_of(parts: "list[Expression]") -> Expression | None:
    """The parts under one AND: nested ones joined, values of one field put together (`source:a source:b` is either)."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    values: dict[str, list[str]] = {}
    for part in flat:
        if isinstance(part, Filter):
            values.setdefault(part.field, []).extend(part.values)
    merged: list[Expression] = []
    for part in flat:
        if not isinstance(part, Filter):
            merged.append(part)
        elif (given := values.pop(part.field, None)) is not None:
            merged.append(Filter(part.field, tuple(dict.fromkeys(given))))
    return merged[0] if len(merged) == 1 else And(tuple(merged)) if merged else None


def any_of(parts: "list[Expression]") -> Expression | None:
    """The parts under one OR, nested ones joined."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat)) if flat else None


def none_of(part: Expression) -> Expression:
    """The opposite of a part."""
    return part.part if isinstance(part, Not) else Not(part)


def leaves(tree: Expression | None) -> Iterator[Term | Filter]:
    """Every term and filter in the order typed, those under NOT too."""
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case Term() | Filter():
            yield tree
        case None:
            pass


def wanted(tree: Expression | None) -> Expression | None:
    """Return the terms used for ranking: the tree without filters and negated parts."""
    match tree:
        case And(parts):
            return all_of([kept for part in parts if (kept := wanted(part)) is not None])
        case Or(parts):
            return any_of([kept for part in parts if (kept := wanted(part)) is not None])
        case Term():
            return tree
        case _:
            return None
