"""Probability that a block is part of the article: a sum over small decision trees, stored in `model.tsv`.

The trees were trained on two corpora by `tests/bench/grow.py`; docs/decisions/0017 has their results on held-out
pages. A score is a probability, 0 to 1. The trees are compiled to Python once per process: walking them as data costs
five times as much, a fifth of the extraction of a page.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from math import exp
from typing import cast

from pipelines.body.features import NAMES

#: Maps the features of a block, in the order of `NAMES`, to its log-odds.
LogOdds = Callable[[Sequence[float]], float]

#: Trees added up in one statement: CPython's compiler is slow with longer expressions.
TREES_A_STATEMENT = 10


def score(features: Sequence[float]) -> float:
    """The probability that a block is the article's."""
    return 1 / (1 + exp(-forest()(features)))


@cache
def forest() -> LogOdds:
    """Parse the trees: one node per line, a fork (feature, threshold) before its two branches."""
    lines = files("pipelines.body").joinpath("model.tsv").read_text(encoding="utf-8").splitlines()
    rows = iter([line.split("\t") for line in lines if not line.startswith("#")])
    places = {name: place for place, name in enumerate(NAMES)}
    return _compiled([_expression(row, rows, places) for row in rows])


def _expression(row: Sequence[str], rest: Iterator[list[str]], places: dict[str, int]) -> str:
    """One tree as a Python expression over `f0`, `f1`...: one node a row, a fork before its two branches."""
    if len(row) == 1:
        return repr(float(row[0]))
    threshold = repr(float(row[1]))
    less = _expression(next(rest), rest, places)
    more = _expression(next(rest), rest, places)
    return f"({less} if f{places[row[0]]} <= {threshold} else {more})"


def _compiled(trees: Sequence[str]) -> LogOdds:
    """A function that sums up trees. Safe to run: their text holds nothing but numbers and names of features."""
    names = ", ".join(f"f{place}" for place in range(len(NAMES)))
    groups = [trees[first : first + TREES_A_STATEMENT] for first in range(0, len(trees), TREES_A_STATEMENT)]
    sums = "".join(f"    total += {' + '.join(group)}\n" for group in groups)
    made: dict[str, object] = {"__builtins__": {}}
    code = f"def log_odds(features):\n    {names} = features\n    total = 0\n{sums}    return total\n"
    exec(compile(code, "<model.tsv>", "exec"), made)  # noqa: S102
    return cast(LogOdds, made["log_odds"])
