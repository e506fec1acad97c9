"""Query: which articles are wanted, in what order. One value for search, export and the reading room.

The language, in full in docs/search.md; what is no operator is a word, so that most of what people paste finds
something:

    حكومة قرار          both words            "قرار الحكومة"   these words in this order
    -رياضة, NOT رياضة   without this word     غزة أو رفح       either (also OR)
    حكوم*               words so beginning    (غزة OR رفح) AND معبر
    source:hespress country:ma author:"محمد علي" title:غزة kind:opinion language:ar
    since:2024-05 until:٢٠٢٤-٠٦-٠١ date:2024-05..2024-06
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypedDict, Unpack

from storage.search.days import read_day
from storage.search.expression import And, Expression, Filter, QueryError, Term, all_of, leaves, wanted
from storage.search.plain_words import is_plain, read_words

__all__ = ["MAX_CHARACTERS", "MAX_TERMS", "Query", "QueryError", "Sort", "Term", "parse", "read_day"]

Sort = Literal["newest", "relevance"]

#: Limits that keep any query cheap (20,000 times "a OR" kept raw FTS5 busy for 4.5 s on 2,000 rows).
MAX_TERMS = 32
MAX_CHARACTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The requested articles. The default is everything, newest first."""

    #: Expression of the query's words; None: everything.
    where: Expression | None = None
    #: The query as typed, with its filters; for display only.
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
        """All wanted terms in the order typed: what is marked in snippets."""
        return tuple(leaf for leaf in leaves(wanted(self.where)) if isinstance(leaf, Term))

    @property
    def filters(self) -> list[Filter]:
        """The filters next to the expression, those without values left out; all of them must match."""
        values = {
            "author": self.authors,
            "source": self.sources,
            "language": self.languages,
            "kind": self.kinds,
            "country": self.countries,
            "since": (self.since.isoformat(),) if self.since else (),
            "until": (self.until.isoformat(),) if self.until else (),
        }
        return [Filter(field, wanted_values) for field, wanted_values in values.items() if wanted_values]

    def named(self, field: str) -> tuple[str, ...]:
        """Every value of a field that the query names anywhere: "source", "country", "language", "kind", "author"."""
        inside = (leaf.values for leaf in leaves(self.where) if isinstance(leaf, Filter) and leaf.field == field)
        outside: tuple[str, ...] = getattr(self, _FILTERS[field])
        return tuple(dict.fromkeys((*outside, *(value for values in inside for value in values))))


class QueryOptions(TypedDict, total=False):
    """Fields of `Query` that `parse` takes."""

    sources: tuple[str, ...]
    countries: tuple[str, ...]
    authors: tuple[str, ...]
    languages: tuple[str, ...]
    kinds: tuple[str, ...]
    since: date | None
    until: date | None
    withdrawn: bool | None
    sort: Sort
    limit: int | None
    offset: int


#: Fields that apply to the whole query, and the attributes of `Query` for them.
_FILTERS = {"source": "sources", "country": "countries", "author": "authors", "language": "languages", "kind": "kinds"}
#: Characters that no stored text contains and that PostgreSQL rejects.
_BROKEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def parse(text: str, **options: Unpack[QueryOptions]) -> Query:
    """Parse a query. `options` are fields of `Query` that apply unless the text itself has the same filter.

    Raises: QueryError, with a one-line message, if the text has too many words or a syntax error.
    """
    typed = " ".join(_BROKEN.sub(" ", text).split())
    if len(typed) > MAX_CHARACTERS:
        raise QueryError(f"the query has {len(typed)} characters; at most {MAX_CHARACTERS} are allowed")
    tree = _tree(typed)
    _check(typed, tree)
    return _with_filters(Query(text=typed, **options), tree)


def _tree(typed: str) -> Expression | None:
    if is_plain(typed):
        return read_words(typed)
    from storage.search.grammar import read_tree  # importing lark takes longer than most searches

    return read_tree(typed)


def _check(typed: str, tree: Expression | None) -> None:
    if typed and tree is None:
        raise QueryError(f"there is no word to search for in {typed!r}")
    words = sum(len(leaf.tokens) for leaf in leaves(tree) if isinstance(leaf, Term))
    if words > MAX_TERMS:
        raise QueryError(f"the query has {words} words; at most {MAX_TERMS} are allowed")


def _with_filters(query: Query, tree: Expression | None) -> Query:
    """Move the filters that apply to the whole query out of its tree."""
    parts: Iterable[Expression] = tree.parts if isinstance(tree, And) else (tree,) if tree is not None else ()
    rest: list[Expression] = []
    filters: dict[str, tuple[str, ...]] = {}
    days: dict[str, date] = {}
    for part in parts:
        if not isinstance(part, Filter):
            rest.append(part)
        elif part.field in _FILTERS:
            filters[part.field] = part.values
        else:  # the last of several; only a slip names two
            days[part.field] = date.fromisoformat(part.values[-1])
    query = replace(
        query,
        where=all_of(rest),
        sources=filters.get("source", query.sources),
        countries=filters.get("country", query.countries),
        authors=filters.get("author", query.authors),
        languages=filters.get("language", query.languages),
        kinds=filters.get("kind", query.kinds),
        since=days.get("since", query.since),
        until=days.get("until", query.until),
    )
    if query.since and query.until and query.since > query.until:
        raise QueryError(f"since {query.since} is later than until {query.until}")
    return query
