"""The query that most people type: words, without an operator. It is read without the grammar.

Loading lark and building the parser takes a tenth of a command's start. What both can read, they read alike.
"""

from storage.search.expression import Expression, QueryError, Term, all_of, any_of
from storage.text.forms import readings

#: Words that the grammar takes for operators.
_OPERATORS = frozenset({"OR", "AND", "NOT", "أو"})


def is_plain(text: str) -> bool:
    """Whether a query consists of words of letters and digits, none of which is an operator."""
    words = text.split()
    return all(map(str.isalnum, words)) and _OPERATORS.isdisjoint(words)


def read_words(text: str) -> Expression | None:
    """Return the tree of a plain query: all of its words. None if none of them has a letter that counts."""
    return all_of([forms(word) for word in text.split() if readings(word)])


def forms(text: str) -> Expression:
    """The terms that a text may mean, one for each form of its words, under one OR."""
    tree = any_of([Term(text=text, tokens=tokens) for tokens in readings(text)])
    if tree is None:
        raise QueryError(f"there is no word to search for in {text!r}")
    return tree
