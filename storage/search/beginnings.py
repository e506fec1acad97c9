"""The beginning of a word as the words of the FTS5 index that begin so: `حكوم*` as `حكومة OR حكومي OR ...`.

Of a beginning FTS5 merges all matches of all its words before it gives the first one, so that the newest twenty cost as
much as all of them; of words it reads the newest matches only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from sqlalchemy import Connection

from storage.database.engine import sqlite_driver
from storage.search.expression import And, Expression, Filter, Not, Or, Term, leaves
from storage.search.query import Query
from storage.search.vocabulary import make_vocabulary

#: Matches up to which they are looked for by words: each is compared with every word.
_FEW = 1_000
#: Words that a beginning may have. Listing one takes a twelfth of a millisecond, and more of them are rarely worth it.
_MOST_WORDS = 100
_FROM = "select term from temp.search_instance where term >= ? order by term limit 1"


def spelled_out(connection: Connection, query: Query) -> Query:
    """Return a query with the same matches, in which beginnings that have few words are these words.

    The query itself if it asks for many matches, or has no beginning.
    """
    if query.where is None or query.limit is None or query.limit + query.offset > _FEW:
        return query
    beginnings = {leaf.beginning for leaf in leaves(query.where) if isinstance(leaf, Term) and leaf.beginning}
    if not beginnings:
        return query
    make_vocabulary(connection, "instance")
    listed = {beginning: list(islice(_words(connection, beginning), _MOST_WORDS + 1)) for beginning in beginnings}
    few = {beginning: words for beginning, words in listed.items() if len(words) <= _MOST_WORDS}
    return replace(query, where=_with_words(query.where, few))


def _words(connection: Connection, beginning: str) -> Iterator[str]:
    """Yield the words of the index that begin so, each looked up: between two of them may be a million places."""
    look_up = sqlite_driver(connection).execute  # a third less than by way of SQLAlchemy
    first = beginning
    while (row := look_up(_FROM, (first,)).fetchone()) is not None and row[0].startswith(beginning):
        yield row[0]
        first = f"{row[0]}\0"


def _with_words(tree: Expression, words: Mapping[str, list[str]]) -> Expression:
    match tree:
        case And(parts):
            return And(tuple(_with_words(part, words) for part in parts))
        case Or(parts):
            return Or(tuple(_with_words(part, words) for part in parts))
        case Not(part):
            return Not(_with_words(part, words))
        case Term(beginning=str(beginning)) if beginning in words:
            *before, last = tree.tokens
            meant = dict.fromkeys([last, *words[beginning]])
            each = tuple(replace(tree, tokens=(*before, word), beginning=None) for word in meant)
            return each[0] if len(each) == 1 else Or(each)
        case Term() | Filter():
            return tree
