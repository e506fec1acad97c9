"""Query: which articles are wanted, in what order. One value for search, export and the reading room.

The language of `parse`, made so that whatever people paste finds something:

    حكومة قرار          both words            "قرار الحكومة"   these words in this order
    -رياضة              without this word     غزة أو رفح       either (also OR; binds its two neighbours only)
    حكوم*               words so beginning    source:hespress country:ma author:"محمد علي"
    since:2024-05 until:٢٠٢٤-٠٦-٠١             days of publication, inclusive; a year or month means all of it
"""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from storage.errors import WarraqError
from storage.text.folding import TOKEN, analyse, analyse_beginning, normalise
from storage.text.forms import readings

Sort = Literal["newest", "relevance"]

#: Limits that keep any query cheap (20,000 times "a OR" kept raw FTS5 busy for 4.5 s on 2,000 rows).
MAX_TERMS = 32
MAX_CHARACTERS = 200
#: One letter and a star would scan a large part of the vocabulary.
MIN_PREFIX = 2


class QueryError(WarraqError):
    """A search query cannot be understood. The message names the part, and what would be valid."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word, a phrase or a word prefix."""

    #: As typed, without quotation marks, minus and star.
    text: str
    #: Consecutive analysed words; at least one.
    tokens: tuple[str, ...]
    #: Prefix of the last word, from `analyse_beginning`; None if it must match completely.
    beginning: str | None = None

    def ends_with(self, token: str) -> bool:
        """Whether an analysed word of a text matches the last word of this term."""
        return token == self.tokens[-1] or (self.beginning is not None and token.startswith(self.beginning))


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The requested articles. The default is everything, newest first."""

    #: Every group must match; within a group, any one term.
    groups: tuple[tuple[Term, ...], ...] = ()
    #: None of these may match.
    excluded: tuple[Term, ...] = ()
    #: The text as typed, including filters; for display only.
    text: str = ""
    #: Keys of sources, any of them; () means all. The same applies to the four below.
    sources: tuple[str, ...] = ()
    #: ISO 3166 codes of the sources' countries, lower case.
    countries: tuple[str, ...] = ()
    #: Names, or some words of them; spelling and clitics as in the text.
    authors: tuple[str, ...] = ()
    #: ISO 639 codes ("ar").
    languages: tuple[str, ...] = ()
    #: Kinds of article ("news", "opinion", ...: `storage.model.article.Kind`).
    kinds: tuple[str, ...] = ()
    #: First and last day of publication in the article's own calendar; None leaves the side open. With either, articles
    #: without a known day do not match.
    since: date | None = None
    until: date | None = None
    #: True: only withdrawn articles; False: only those online; None: both.
    withdrawn: bool | None = None
    sort: Sort = "newest"
    #: Maximum number; None means all.
    limit: int | None = None
    #: Number of matches to skip first.
    offset: int = 0

    @property
    def terms(self) -> tuple[Term, ...]:
        """All positive terms in the order typed: these are marked in snippets."""
        return tuple(term for group in self.groups for term in group)


_FILTERS = {"source": "sources", "country": "countries", "author": "authors", "language": "languages", "kind": "kinds"}
#: Characters that no stored text contains and that PostgreSQL rejects.
_BROKEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_OR = frozenset({"OR", "أو", "|"})
_QUOTES = '"“”„«»'
_PART = re.compile(
    rf"""(?P<minus>-?)(?:
        (?P<key>source|country|author|language|kind|since|until):\s*(?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<value>\S*))
        | [{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?
        | (?P<word>[^\s{_QUOTES}]+)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def parse(text: str, **options: Any) -> Query:
    """Parse a query. `options` are fields of `Query` that apply unless the text itself has the same filter.

    Raises: QueryError, with one line, if the text has too many words or an invalid filter.
    """
    typed = " ".join(_BROKEN.sub(" ", text).split())
    if len(typed) > MAX_CHARACTERS:
        raise QueryError(f"the query has {len(typed)} characters; at most {MAX_CHARACTERS} are allowed")
    return _Reader(typed, Query(text=typed, **options)).read()


class _Reader:
    """Builds a query from the parts of its text, left to right."""

    def __init__(self, text: str, query: Query) -> None:
        self.text, self.query = text, query
        self.groups: list[tuple[Term, ...]] = []
        self.excluded: list[Term] = []
        self.filters: dict[str, list[str]] = {}
        self.either = False  # an OR precedes the next term

    def read(self) -> Query:
        for part in _PART.finditer(self.text):
            if part["key"]:
                self._filter(part)
            elif part["word"] in _OR and not part["minus"]:
                self.either = bool(self.groups)
            else:
                self._term(part)
        self._check()
        filters: dict[str, Any] = {field: tuple(values) for field, values in self.filters.items()}
        return replace(self.query, groups=tuple(self.groups), excluded=tuple(self.excluded), **filters)

    def _filter(self, part: "re.Match[str]") -> None:
        key = part["key"].lower()
        value = (part["quoted"] if part["quoted"] is not None else part["value"]).strip()
        if part["minus"]:
            raise QueryError(f"-{key}: only words and phrases can be excluded, not filters")
        if not value:
            raise QueryError(f"{key}: needs a value right after the colon")
        if key == "author" and not analyse(value):
            raise QueryError(f"author:{value}: needs a name")
        if key == "since":
            self.query = replace(self.query, since=read_day(value, last=False))
        elif key == "until":
            self.query = replace(self.query, until=read_day(value, last=True))
        else:
            self.filters.setdefault(_FILTERS[key], []).append(value if key == "author" else value.lower())

    def _term(self, part: "re.Match[str]") -> None:
        terms = _terms(part["word"] or part["phrase"] or "", quoted=part["word"] is None)
        if not terms:
            return
        if part["minus"] and self.either:
            raise QueryError(f"-{terms[0].text}: a word cannot be excluded after OR; write it apart from the others")
        if part["minus"]:
            self.excluded += terms
        elif self.either:
            self.groups[-1] += terms
        else:
            self.groups.append(terms)
        self.either = False

    def _check(self) -> None:
        words = sum(len(term.tokens) for group in (*self.groups, tuple(self.excluded)) for term in group)
        if words > MAX_TERMS:
            raise QueryError(f"the query has {words} words; at most {MAX_TERMS} are allowed")
        if self.text and not words and not self.filters and not (self.query.since or self.query.until):
            raise QueryError(f"there is no word to search for in {self.text!r}")
        if self.query.since and self.query.until and self.query.since > self.query.until:
            raise QueryError(f"since {self.query.since} is later than until {self.query.until}")


def _terms(written: str, *, quoted: bool) -> tuple[Term, ...]:
    """Return the possible terms of one part of the text, one for each form of its words; none if it holds no letter."""
    if quoted or not written.endswith("*"):
        return tuple(Term(text=written, tokens=tokens) for tokens in readings(written))
    tokens = tuple(analyse(written))
    if not tokens:
        return ()
    text = written.rstrip("*")
    start = analyse_beginning(TOKEN.findall(text)[-1])
    if len(start) < MIN_PREFIX:
        raise QueryError(f"{written}: at least {MIN_PREFIX} letters of the word must precede *")
    return (Term(text=text, tokens=tokens, beginning=start),)


_DAY = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?")


def read_day(text: str, *, last: bool) -> date:
    """Parse a year, month or day ("2024", "٢٠٢٤-٠٥", "2024-05-01") as its first day, or its last.

    Raises: QueryError if it is none of these.
    """
    match = _DAY.fullmatch(normalise(text))
    if match is None:
        raise QueryError(f"{text!r} is not a date; write 2024, 2024-05 or 2024-05-01")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or (12 if last else 1), 1)
        return first.replace(day=day or (calendar.monthrange(first.year, first.month)[1] if last else 1))
    except ValueError as error:
        raise QueryError(f"{text!r} is not a day of the calendar; write 2024, 2024-05 or 2024-05-01") from error
