"""How likely it is that a block is the article's: a sum over small decision trees, whose numbers lie in `model.tsv`.

The trees were grown on two corpora by `tests/bench/grow.py`; how they score on pages held back is told in
docs/decisions/0017. A score is a probability, 0 to 1.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from math import exp

from pipelines.body.features import NAMES, measure
from pipelines.body.flow import Judged

#: A leaf is a number; a fork is (feature, threshold, where it is at most that, where it is more).
Tree = float | tuple[int, float, "Tree", "Tree"]


def scores(page: Judged) -> list[float]:
    """The score of each block of a page."""
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
    """The trees as they are kept: one node a line, a fork (feature, threshold) before its two branches."""
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
