"""Probability that a block is part of the article: a sum over small decision trees, stored in `model.tsv`.

The trees were trained on two corpora by `tests/bench/grow.py`; docs/decisions/0017 has their results on held-out
pages. A score is a probability, 0 to 1. The trees are compiled to Python once per process: walking them as data costs
five times as much, a fifth of the extraction of a page.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from math import exp, log
from typing import NamedTuple, cast

from pipelines.body.features import NAMES

#: Maps the features of a block, in the order of `NAMES`, to its log-odds.
LogOdds = Callable[[Sequence[float]], float]

#: Minimum score of a block of the article, and of a sibling of the article's paragraphs.
LIKELY, UNSURE = 0.4, 0.1
#: Trees added up in one statement: CPython's compiler is slow with longer expressions.
TREES_A_STATEMENT = 10
#: More than the rounding of a sum of a hundred trees can come to.
_ROUNDING = 1e-9


class _Tree(NamedTuple):
    """A tree as a Python expression, and the least and the most that it can add."""

    code: str
    least: float
    most: float


def score(features: Sequence[float]) -> float:
    """The probability that a block is the article's.

    Trees are left out once they cannot bring it back to `UNSURE` from below, or to `LIKELY` from above: two in five.
    """
    return 1 / (1 + exp(-forest()(features)))


@cache
def forest() -> LogOdds:
    """Parse the trees: one node per line, a fork (feature, threshold) before its two branches."""
    lines = files("pipelines.body").joinpath("model.tsv").read_text(encoding="utf-8").splitlines()
    rows = iter([line.split("\t") for line in lines if not line.startswith("#")])
    places = {name: place for place, name in enumerate(NAMES)}
    return _compiled([_tree(row, rows, places) for row in rows])


def _tree(row: Sequence[str], rest: Iterator[list[str]], places: dict[str, int]) -> _Tree:
    """One tree as a Python expression over `f0`, `f1`...: one node a row, a fork before its two branches."""
    if len(row) == 1:
        value = float(row[0])
        return _Tree(repr(value), value, value)
    threshold = repr(float(row[1]))
    less = _tree(next(rest), rest, places)
    more = _tree(next(rest), rest, places)
    code = f"({less.code} if f{places[row[0]]} <= {threshold} else {more.code})"
    return _Tree(code, min(less.least, more.least), max(less.most, more.most))


def _compiled(trees: Sequence[_Tree]) -> LogOdds:
    """A function that sums up trees. Safe to run: their text holds nothing but numbers and names of features."""
    names = ", ".join(f"f{place}" for place in range(len(NAMES)))
    steps = []
    for first in range(0, len(trees), TREES_A_STATEMENT):
        group, rest = trees[first : first + TREES_A_STATEMENT], trees[first + TREES_A_STATEMENT :]
        low = _log_odds(UNSURE) - sum(tree.most for tree in rest) - _ROUNDING
        high = _log_odds(LIKELY) - sum(tree.least for tree in rest) + _ROUNDING
        steps.append(f"    total += {' + '.join(tree.code for tree in group)}\n")
        steps.append(f"    if total < {low!r} or total > {high!r}: return total\n")
    made: dict[str, object] = {"__builtins__": {}}
    code = f"def log_odds(features):\n    {names} = features\n    total = 0\n{''.join(steps)}    return total\n"
    exec(compile(code, "<model.tsv>", "exec"), made)  # noqa: S102
    return cast(LogOdds, made["log_odds"])


def _log_odds(probability: float) -> float:
    return log(probability / (1 - probability))
