"""From the text of a query to its tree, by the grammar in query.lark. Faults name the place."""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from storage.search.days import read_day
from storage.search.expression import Expression, Filter, QueryError, Term, all_of, any_of, leaves, none_of
from storage.search.plain_words import forms
from storage.text.folding import TOKEN, analyse, analyse_beginning
from storage.text.forms import readings

#: A shorter beginning would walk a large part of the vocabulary.
MIN_PREFIX = 2
#: Fields of `field:value`, in the order of the help.
FIELDS = ("source", "country", "author", "language", "kind", "since", "until", "date", "title")
_QUOTES = '"“”„«»'
#: Minimum similarity of a word with a colon to a field name to be reported as a typo: `sorce: x`, but not `BBC: ...`.
_NEAR = 0.75
#: Characters of the query shown on each side of a fault.
_AROUND = 20


def read_tree(text: str) -> Expression | None:
    """Parse a query's text; None if it is empty. Raises QueryError."""
    try:
        tree: Expression | None = _Reader(text).transform(_parser().parse(text))
    except UnexpectedToken as fault:
        raise _misplaced(text, fault.token) from None
    except UnexpectedCharacters as fault:
        place = fault.pos_in_stream or 0
        raise _fault(text, place, f"{text[place]!r} cannot be read") from None
    except VisitError as fault:
        raise fault.orig_exc from None
    return tree


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("query.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", postlex=_OnlyWords(), maybe_placeholders=False)


class _OnlyWords:
    """Drops tokens without letters, and an أو or | without two operands."""

    always_accept = ("UNCLOSED", "UNKNOWN_FIELD", "WORD", "PHRASE")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Yield the tokens that mean something."""
        before = ""
        waiting: Token | None = None
        for token in stream:
            if token.type in ("WORD", "PHRASE") and before != "FIELD" and not readings(token):
                continue
            if token.type == "OR" and str(token) != "OR":
                waiting = token if before in ("WORD", "PHRASE", "RPAR") else waiting
                continue
            if waiting is not None and token.type not in ("RPAR", "AND", "OR"):
                yield waiting
            waiting = None
            yield token
            before = token.type


@v_args(inline=True)
class _Reader(Transformer[Token, Expression | None]):
    """Builds the tree from the leaves up."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def start(self, tree: Expression | None = None) -> Expression | None:
        return tree

    def all(self, *parts: Expression) -> Expression | None:
        return all_of(list(parts))

    def any(self, *parts: Expression | Token) -> Expression | None:
        return any_of([part for part in parts if not isinstance(part, Token)])

    def both(self, *parts: Expression | Token) -> Expression | None:
        return all_of([part for part in parts if not isinstance(part, Token)])

    def opposite(self, _: Token, part: Expression) -> Expression:
        return none_of(part)

    def group(self, part: Expression) -> Expression:
        return part

    def phrase(self, token: Token) -> Expression:
        return forms(token.strip(_QUOTES))

    def word(self, token: Token) -> Expression:
        _refuse_slip(self._text, token)
        return self._term(token)

    def filter(self, field: Token, value: Token) -> Expression:
        name, text = field.rstrip(": ").lower(), value.strip(_QUOTES).strip()
        if name == "title":
            return _in_title(self._term(value) if value.type == "WORD" else self.phrase(value))
        try:
            return _READ[name](text)
        except QueryError as error:
            raise _fault(self._text, value.start_pos or 0, str(error)) from None

    def _term(self, token: Token) -> Expression:
        """A word, or the beginning of one."""
        if not readings(token):
            raise _fault(self._text, token.start_pos or 0, f"there is no word to search for in {str(token)!r}")
        tokens = tuple(analyse(token))
        if not tokens or not token.endswith("*"):
            return forms(str(token))
        text = token.rstrip("*")
        start = analyse_beginning(TOKEN.findall(text)[-1])
        if len(start) < MIN_PREFIX:
            why = f"{token}: at least {MIN_PREFIX} letters of the word must come before *"
            raise _fault(self._text, token.start_pos or 0, why)
        return Term(text=text, tokens=tokens, beginning=start)


def _in_title(tree: Expression) -> Expression:
    terms = [replace(leaf, in_title=True) for leaf in leaves(tree) if isinstance(leaf, Term)]
    return any_of([*terms]) or tree


def _keyed(name: str) -> Callable[[str], Expression]:
    return lambda value: Filter(name, (_known_value(name, value).lower(),))


def _known_value(name: str, value: str) -> str:
    if not value:
        raise QueryError(f"{name}: needs a value right after the colon")
    return value


def _author(value: str) -> Expression:
    if not analyse(_known_value("author", value)):
        raise QueryError(f"author:{value}: needs a name")
    return Filter("author", (value,))


def _since(value: str) -> Expression:
    return Filter("since", (read_day(_known_value("since", value), last=False).isoformat(),))


def _until(value: str) -> Expression:
    return Filter("until", (read_day(_known_value("until", value), last=True).isoformat(),))


def _date(value: str) -> Expression:
    """A day, month or year, or a range of them with one side open or none: 2024-05..2024-07, 2024.., ..2024."""
    first, dots, last = _known_value("date", value).partition("..")
    if dots and not first and not last:
        raise QueryError("date:.. needs a day on one side at least")
    sides = [_since(first)] if first else []
    sides += [_until(last if dots else first)] if last or not dots else []
    tree = all_of(sides)
    assert tree is not None
    return tree


#: How the value of each field is read; `title` is a term.
_READ: dict[str, Callable[[str], Expression]] = {
    "source": _keyed("source"),
    "country": _keyed("country"),
    "language": _keyed("language"),
    "kind": _keyed("kind"),
    "author": _author,
    "since": _since,
    "until": _until,
    "date": _date,
}


def _refuse_slip(text: str, token: Token) -> None:
    """`sorce: hespress` is a slip of the pen; `BBC: ...` is a headline."""
    name = re.fullmatch(r"([A-Za-z_]{3,}):", token)
    if name and (near := difflib.get_close_matches(name[1].lower(), FIELDS, n=1, cutoff=_NEAR)):
        one = near[0]
        why = f"no field is called {name[1]!r}; did you mean {one}:?"
        raise _fault(text, token.start_pos or 0, why)


def _misplaced(text: str, token: Token) -> QueryError:
    """Return the error message for a misplaced token."""
    at = token.start_pos if token.start_pos is not None else len(text)
    if token.type == "UNCLOSED":
        return _fault(text, at, "this quotation mark is not closed")
    if token.type == "UNKNOWN_FIELD":
        return _unknown_field(text, at, token)
    before = text[:at] if token.type != "$END" else text
    before = re.sub(r"[^\w()|:]+$", "", before)  # tokens without letters were dropped before parsing
    operator = re.search(r"(?:^|[\s()])(AND|OR|NOT|أو|\|)$", before)
    field = re.search(r"([A-Za-z]+):$", before)
    if field:
        name = field[1].lower()
        return _fault(text, field.start(), f"{name}: needs a value right after the colon")
    if operator and token.type in ("$END", "RPAR", "AND", "OR"):
        return _fault(text, operator.start(1), f"{operator[1]} needs a word after it")
    if token.type == "$END":
        if (open_at := _last_open(text)) is not None:
            return _fault(text, open_at, "this parenthesis is not closed")
        return _fault(text, len(before), "there is no word to search for")
    if token.type == "RPAR":
        empty = before.endswith("(")
        return _fault(text, at, "there is nothing in these parentheses" if empty else "this parenthesis closes nothing")
    return _fault(text, at, f"{token} needs a word before it")


def _unknown_field(text: str, at: int, token: Token) -> QueryError:
    name = token.rstrip(":")
    near = difflib.get_close_matches(name.lower(), FIELDS, n=1, cutoff=0.6)
    if near:
        one = near[0]
        guess = f"did you mean {one}:?"
        return _fault(text, at, f"no field is called {name!r}; {guess} To search for it as text, put it in quotes")
    there = ", ".join(FIELDS)
    return _fault(
        text, at, f"no field is called {name!r}; there are {there}. To search for it as text, put it in quotes"
    )


def _last_open(text: str) -> int | None:
    """Return the position of the innermost unclosed parenthesis; quoted ones do not count."""
    bare = re.sub(f"[{_QUOTES}][^{_QUOTES}]*[{_QUOTES}]", lambda quoted: " " * len(quoted[0]), text)
    open_: list[int] = []
    for at, sign in enumerate(bare):
        if sign == "(":
            open_.append(at)
        elif sign == ")" and open_:
            open_.pop()
    return open_[-1] if open_ else None


def _fault(text: str, at: int, why: str) -> QueryError:
    """An error at a place: its number from 1, and the text around it with the place marked."""
    before, after = text[max(0, at - _AROUND) : at], text[at : at + _AROUND]
    left, right = "…" if at > _AROUND else "", "…" if len(text) > at + _AROUND else ""
    return QueryError(f"{why} (at character {at + 1}: {left}{before}▶{after}{right})", at=at)
