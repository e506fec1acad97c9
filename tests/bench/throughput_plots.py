"""Plots of the throughput bench: rates, what a page costs, memory over time."""

from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from tests.bench.throughput import Round

_COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#b279a2", "#9d755d", "#eeca3b")


def draw(rounds: "list[Round]", folder: Path) -> None:
    """Write throughput.png and throughput-memory.png into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    ways = list(dict.fromkeys(one.way for one in rounds))
    figure, (rates, costs) = plt.subplots(1, 2, figsize=(10, 4))
    rates.barh(ways, [median(one.rate for one in rounds if one.way == way) for way in ways], color=_COLOURS[0])
    rates.set_xlabel("pages a second (median)")
    left = dict.fromkeys(ways, 0.0)
    names = list(dict.fromkeys(name for one in rounds for name in one.spent))
    for place, name in enumerate(names):
        values = [
            median(one.cost_ms.get(name, 0.0) for one in rounds if one.way == way) for way in ways
        ]  # fmt: skip
        costs.barh(ways, values, left=[left[way] for way in ways], label=name, color=_COLOURS[place % len(_COLOURS)])
        left = {way: left[way] + value for way, value in zip(ways, values, strict=True)}
    costs.set_xlabel("processor milliseconds a page")
    costs.legend(fontsize=7, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.18))
    figure.tight_layout()
    figure.savefig(folder / "throughput.png", dpi=110)
    plt.close(figure)
    _draw_memory(rounds, folder / "throughput-memory.png")


def _draw_memory(rounds: "list[Round]", path: Path) -> None:
    figure, axes = plt.subplots(figsize=(7, 3.2))
    for way, colour in zip(dict.fromkeys(one.way for one in rounds), _COLOURS, strict=False):
        for number, one in enumerate(each for each in rounds if each.way == way):
            seconds, sizes = [at for at, _ in one.memory], [size for _, size in one.memory]
            axes.plot(seconds, sizes, color=colour, label=way if number == 0 else None)
    axes.set_xlabel("seconds")
    axes.set_ylabel("MB, all processes together")
    axes.set_ylim(bottom=0)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
