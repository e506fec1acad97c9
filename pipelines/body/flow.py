"""The article's flow: the box that holds most of the page's prose, and which boxes are believed to be furniture."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipelines.html.blocks import Block, Box
from pipelines.html.page_reading import PageReading

#: The flow is the deepest box that holds this share of the prose words.
FLOW_SHARE = 0.75
#: A box that holds more than this share of the page's prose is the article, whatever it is called.
ARTICLE_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Judged:
    """A page's blocks, with what their boxes say of them and the box that holds the article's prose."""

    blocks: Sequence[Block]
    #: For each block the rule that its outermost telling box speaks for; None where none does.
    rules: Sequence[str | None]
    #: The body itself where there is no prose.
    flow: Box


def judge(reading: PageReading, *, spared: Collection[str] = frozenset()) -> Judged:
    """Believe what boxes say of themselves, but for boxes that hold much of the page's prose and for `spared` rules."""
    most = ARTICLE_SHARE * sum(block.words for block in reading.blocks if block.is_prose and block.rule is None)
    told: dict[Box, str | None] = {}
    for box in reading.boxes:  # a box comes after the box around it
        outer = told[box.parent] if box.parent is not None else None
        believed = box.rule if box.rule not in spared and box.prose <= most else None
        told[box] = outer or believed
    rules = [told[block.box] or block.rule for block in reading.blocks]
    prose = [block for block, rule in zip(reading.blocks, rules, strict=True) if block.is_prose and rule is None]
    return Judged(blocks=reading.blocks, rules=rules, flow=home(prose) or reading.boxes[0])


def home(blocks: Iterable[Block], *, share: float = FLOW_SHARE) -> Box | None:
    """The deepest box that holds this share of the blocks' words; None where there are no blocks."""
    weight: dict[Box, int] = {}
    total = 0
    for block in blocks:
        total += block.words
        for box in block.box.outward():
            weight[box] = weight.get(box, 0) + block.words
    heavy = [box for box, words in weight.items() if words >= share * total]
    return max(heavy, key=lambda box: box.depth, default=None)
