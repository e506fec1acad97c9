"""Grow the trees of pipelines/body/model.tsv from pages whose text is known.

usage: python -m tests.bench.grow [FILE]       needs the shared corpora, and `pip install lightgbm`

Each block of each page is labelled by how many of its four-word shingles stand in the known text. Prints how the trees
score blocks of newspapers that they were not grown on (two halves by host, each judged by the other's trees), then
grows them on all pages and writes them to FILE, by default to the source tree.
"""

import gzip
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.body.features import NAMES, measure
from pipelines.body.flow import judge
from pipelines.html.blocks import Block
from pipelines.html.parsed_page import parse_page
from tests.bench.scoring import squash
from tests.bench.widgets import plain, planted

ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared"
#: Blocks whose boxes say this are decided without the trees.
DECIDED = frozenset(["hidden", "navigation", "form", "dialog", "button", "caption"])
GROWTH = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 8,
    "min_data_in_leaf": 60,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "feature_fraction": 0.4,
    "lambda_l2": 10,
    "num_threads": 1,
    "verbosity": -1,
    "seed": 1,
}
TREES = 100
SIZE = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """The blocks of one page: what is measured, whether they are the article's, and what they weigh."""

    half: int
    rows: Sequence[Sequence[float]]
    labels: Sequence[bool]
    weights: Sequence[float]


def half_of(url: str, name: str) -> int:
    """0 or 1: all pages of a host are in one half."""
    host = (urlsplit(url or "").hostname or name).removeprefix("www.")
    return hashlib.md5(host.encode()).digest()[0] & 1


def pages(folder: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(name, gold, html) of each page of a corpus."""
    for name, gold in json.loads((folder / "gold.json").read_text(encoding="utf-8")).items():
        packed = (folder / f"{name.removesuffix('.html')}.html.gz").read_bytes()
        yield name, gold, gzip.decompress(packed).decode("utf-8")


def samples() -> Iterator[Sample]:
    """All pages to learn from: with other widgets too, which are random and never in the known text."""
    for name, gold, html in pages(SHARED / "corpus2"):
        half, text = half_of(gold["url"], name), gold["articleBody"]
        yield sample(html, text, half, 1.0)
        yield from _with_widgets(html, text, half, gold["url"])
    for name, gold, html in pages(SHARED / "corpus"):
        half, text = half_of(gold["url"], name), gold["articleBody"]
        yield sample(html, text, half, 0.7)
        yield from _with_widgets(plain(html, gold["must_not_leak"]), text, half, gold["url"])
    for name, gold, html in pages(SHARED / "sites"):
        yield sample(html, gold["articleBody"], half_of(gold["url"], name), 0.5)


def _with_widgets(html: str, text: str, half: int, url: str) -> Iterator[Sample]:
    if made := planted(html, text, name=url, unlisted=False):
        yield sample(made[0], text, half, 0.7)


def sample(html: str, text: str, half: int, weight: float) -> Sample:
    reading = parse_page(html).reading
    assert reading is not None, "a page without a body"
    page = judge(reading)
    labels = label(page.blocks, text)
    roots = [block.words**0.5 for block in page.blocks]
    total = sum(roots) or 1.0
    kept = [place for place, rule in enumerate(page.rules) if rule not in DECIDED]
    rows = measure(page, range(len(page.blocks)))
    return Sample(
        half=half,
        rows=[rows[place] for place in kept],
        labels=[labels[place] for place in kept],
        weights=[30 * weight * roots[place] / total for place in kept],
    )


def label(blocks: Sequence[Block], text: str) -> list[bool]:
    """Whether each block is in the known text: most of its shingles.

    Of a short one the line, or its place among others.
    """
    known = re.findall(r"\w+", text)
    shingles = {tuple(known[at : at + SIZE]) for at in range(len(known) - SIZE + 1)}
    lines, flat = {squash(line) for line in text.splitlines()}, f" {squash(text)} "
    shares = [_share(re.findall(r"\w+", block.text), shingles, lines, flat) for block in blocks]
    labels = [share is not None and share > 0.5 for share in shares]
    for place, share in enumerate(shares):
        before = place > 0 and labels[place - 1]
        after = place + 1 < len(labels) and labels[place + 1]
        if share is None:
            labels[place] = before
        elif share == 0.5 and len(blocks[place].text.split()) < SIZE:
            labels[place] = before and after
    return labels


def _share(words: list[str], shingles: set[tuple[str, ...]], lines: set[str], flat: str) -> float | None:
    """Share of a block that is known; 0.5 for a few words that stand inside a line, None for signs without a word."""
    if len(words) >= SIZE:
        own = [tuple(words[at : at + SIZE]) for at in range(len(words) - SIZE + 1)]
        return sum(one in shingles for one in own) / len(own)
    if not words:
        return None
    line = " ".join(words)
    return 1.0 if line in lines else 0.5 if f" {line} " in flat else 0.0


def grow(found: Sequence[Sample]) -> Any:
    """A booster of lightgbm."""
    import lightgbm
    import numpy

    rows = numpy.array([row for one in found for row in one.rows], dtype=numpy.float32)
    labels = [label for one in found for label in one.labels]
    weights = [weight for one in found for weight in one.weights]
    return lightgbm.train(GROWTH, lightgbm.Dataset(rows, labels, weight=weights), num_boost_round=TREES)


def written(booster: Any) -> str:
    """The trees as `pipelines.body.model` reads them."""
    lines = [
        "# Trees of pipelines/body/model.py, grown by tests/bench/grow.py. A fork: feature, threshold; then its two branches. A leaf: value."  # noqa: E501  a table row
    ]
    for tree in booster.dump_model()["tree_info"]:
        lines += _nodes(tree["tree_structure"])
    return "\n".join(lines) + "\n"


def _nodes(node: dict[str, Any]) -> Iterator[str]:
    if "leaf_value" in node:
        yield f"{node['leaf_value']:.4g}"
        return
    yield f"{NAMES[node['split_feature']]}\t{node['threshold']:.6g}"
    yield from _nodes(node["left_child"])
    yield from _nodes(node["right_child"])


def right(booster: Any, held: Sequence[Sample]) -> float:
    """Share of the weight of blocks on the right side of a half."""
    good = whole = 0.0
    for one in held:
        for score, label, weight in zip(
            booster.predict(one.rows) if one.rows else (), one.labels, one.weights, strict=True
        ):
            good += weight * ((score > 0.5) == label)
            whole += weight
    return good / whole


def main(arguments: Sequence[str]) -> int:
    if not (SHARED / "corpus" / "gold.json").exists():
        print("no corpora to learn from")
        return 0
    found = list(samples())
    for half in (0, 1):
        booster = grow([one for one in found if one.half != half])
        print(
            f"blocks of half {half} judged rightly by the other half's trees: {right(booster, [one for one in found if one.half == half]):.4f}"  # noqa: E501  one value
        )
    target = Path(arguments[0]) if arguments else ROOT / "pipelines" / "body" / "model.tsv"
    target.write_text(written(grow(found)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
