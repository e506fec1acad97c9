"""Probability that a block is part of the article: a sum over small decision trees, stored in `model.tsv`.

The trees were trained on two corpora by `tests/bench/grow.py`; docs/decisions/0017 has their results on held-out
pages. A score is a probability, 0 to 1.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from math import exp

from pipelines.body.features import NAMES, measure
from pipelines.body.flow import Judged

#: A leaf is a number; a fork is (feature, threshold, branch if at most that, branch if more).
Tree = float | tuple[int, float, "Tree", "Tree"]


def scores(page: Judged) -> list[float]:
    """Return the score of each block of a page."""
    trees = forest()
    return [_score(trees, numbers) for numbers in measure(page)]


def _score(trees: Sequence[Tree], numbers: Sequence[float]) -> float:
    total = 0.0
    for tree in trees:
        while isinstance(tree, tuple):
            tree = tree[2] if numbers[tree[0]] <= tree[1] else tree[3]
        total += tree
    return 1 / (1 + exp(-total))


@cache
def forest() -> tuple[Tree, ...]:
    """Parse the trees: one node per line, a fork (feature, threshold) before its two branches."""
    lines = files("pipelines.body").joinpath("model.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    places = {name: place for place, name in enumerate(NAMES)}
    found = []
    rest = iter(rows)
    for row in rest:
        found.append(_tree(row, rest, places))
    return tuple(found)


def _tree(row: Sequence[str], rest: Iterator[list[str]], places: dict[str, int]) -> Tree:
    if len(row) == 1:
        return float(row[0])
    less = _tree(next(rest), rest, places)
    return (places[row[0]], float(row[1]), less, _tree(next(rest), rest, places))
