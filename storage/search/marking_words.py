"""Words that mark a query: more frequent in its articles than in the rest of the archive, by log-likelihood.

Both sides are samples, and articles are counted, not occurrences: the newest matches, and a spread of all articles
without those that match. Dunning's G2 ranks the words (Computational Linguistics 19, 1993).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from math import log
from typing import cast

from sqlalchemy import Connection, Table, func, select

from storage.database.tables.core import ArticleRow
from storage.search.base import SearchEngine
from storage.search.query import Query
from storage.text.folding import analyse_word
from storage.text.forms import WORD

_article = cast(Table, ArticleRow.__table__)
#: Articles read for each side: more would take longer than a page may.
MATCHES, SPREAD = 60, 600
#: Characters read of one article.
_READ = 2_500
#: Matches that are listed to leave them out of the other side; of a query with more, each article is looked up, and
#: only every fifth article is compared with, because a look-up takes longer.
_LISTED, _THINNED = 2_000, 5
#: A word in fewer of the matches is chance, whatever its score.
_LEAST = 3
#: G2 above which a difference is chance in one of a thousand cases (chi-squared, one degree of freedom).
SIGNIFICANT = 10.83
_SHORTEST = 2


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The words of articles spread over the whole archive: what a query is compared with."""

    #: Analysed words of each article, by its number.
    words: Mapping[int, frozenset[str]]

    @cached_property
    def counts(self) -> Counter[str]:
        """Number of articles with each word."""
        return Counter(token for words in self.words.values() for token in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkingWord:
    """A word that marks a query."""

    #: In its most frequent spelling among the matches.
    word: str
    #: Articles with it, of the matches and of the others that were read.
    matches: int
    others: int
    #: Dunning's log-likelihood.
    g2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkingWords:
    """The words that mark a query, and how many articles were read."""

    #: Highest score first.
    words: tuple[MarkingWord, ...]
    matches: int
    others: int


def spread(connection: Connection, *, most: int = SPREAD) -> Spread:
    """Read articles at even distances of their numbers."""
    bounds = connection.execute(select(func.min(_article.c.id), func.max(_article.c.id))).one()
    if bounds[0] is None:
        return Spread(words={})
    step = max(1, (bounds[1] - bounds[0] + 1) // most)
    return Spread(
        words={number: frozenset(words) for number, words in _read(connection, range(bounds[0], bounds[1] + 1, step))}
    )


def marking_words(
    engine: SearchEngine, connection: Connection, query: Query, against: Spread, *, most: int = 30
) -> MarkingWords:
    """Return the words that mark a query, without its own. Raises QueryError if the search takes too long."""
    newest = replace(query, limit=MATCHES, offset=0, sort="newest")
    found = dict(_read(connection, list(islice(engine.ids(connection, newest), MATCHES))))
    here = Counter(token for words in found.values() for token in words)
    others, there = _others(engine, connection, newest, against)
    own = {token for term in query.terms for token in term.tokens}
    scored = (
        (log_likelihood(number, len(found), there[token], len(others)), token)
        for token, number in here.items()
        if number >= _LEAST and token not in own and number * len(others) > there[token] * len(found)
    )
    best = sorted(
        ((score, token) for score, token in scored if score >= SIGNIFICANT), key=lambda one: (-one[0], one[1])
    )
    return MarkingWords(
        words=tuple(
            MarkingWord(word=_spelling(token, found.values()), matches=here[token], others=there[token], g2=score)
            for score, token in best[:most]
        ),
        matches=len(found),
        others=len(others),
    )


def _others(
    engine: SearchEngine, connection: Connection, query: Query, against: Spread
) -> tuple[Collection[int], Counter[str]]:
    """Return the articles of the other side, and how many of them have each word."""
    listed = set(islice(engine.ids(connection, replace(query, limit=_LISTED + 1)), _LISTED + 1))
    if len(listed) <= _LISTED:
        matching = against.words.keys() & listed
        there = against.counts.copy()
        there.subtract(token for number in matching for token in against.words[number])
        return against.words.keys() - matching, there
    few = list(against.words)[::_THINNED]
    others = set(few) - engine.matching(connection, query, few)
    return others, Counter(token for number in others for token in against.words[number])


def log_likelihood(here: int, all_here: int, there: int, all_there: int) -> float:
    """Return G2 of a word in `here` of `all_here` articles and in `there` of `all_there` others.

    >>> round(log_likelihood(10, 100, 10, 1000), 1), log_likelihood(5, 10, 50, 100)
    (22.9, 0.0)
    """
    if not all_here or not all_there:
        return 0.0
    total = all_here + all_there
    cells = ((here, all_here), (there, all_there), (all_here - here, all_here), (all_there - there, all_there))
    having = (here + there, here + there, total - here - there, total - here - there)
    sums = (
        observed * log(observed * total / (column * row)) for (observed, column), row in zip(cells, having, strict=True)
        if observed
    )  # fmt: skip
    return 2 * sum(sums)


def _read(connection: Connection, ids: Collection[int]) -> Iterable[tuple[int, dict[str, str]]]:
    """Yield each article's number with its analysed words, each with its first spelling."""
    beginning = func.substr(_article.c.text, 1, _READ).label("text")
    statement = select(_article.c.id, _article.c.title, beginning).where(_article.c.id.in_(ids))
    for row in connection.execute(statement):
        words: dict[str, str] = {}
        for written in WORD.findall(f"{row.title}\n{row.text}"):
            words.setdefault(analyse_word(written), written)
        yield row.id, {token: written for token, written in words.items() if _counts(token)}


def _counts(token: str) -> bool:
    """Whether a token is a word: letters, more than one; numbers differ from article to article."""
    return len(token) >= _SHORTEST and token.isalpha()


def _spelling(token: str, found: Iterable[Mapping[str, str]]) -> str:
    return Counter(words[token] for words in found if token in words).most_common(1)[0][0]
