"""The article's flow: the box that holds most of the page's prose, and which boxes are page furniture."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipelines.html.blocks import Block, Box
from pipelines.html.page_reading import PageReading

#: The flow is the deepest box that holds this share of the prose words.
FLOW_SHARE = 0.75
#: A box with more than this share of the page's prose is the article, regardless of its class names.
ARTICLE_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Judged:
    """A page's blocks with the rules of their boxes, and the box that contains the article's prose."""

    blocks: Sequence[Block]
    #: For each block the rule of its outermost box with a rule; None: no box has one.
    rules: Sequence[str | None]
    #: The body element if there is no prose.
    flow: Box


def judge(reading: PageReading, *, spared: Collection[str] = frozenset()) -> Judged:
    """Apply the rules of boxes, except boxes with much of the page's prose, and except `spared` rules."""
    most = ARTICLE_SHARE * sum(block.words for block in reading.blocks if block.is_prose and block.rule is None)
    rule_of: dict[Box, str | None] = {}
    for box in reading.boxes:  # a box comes after the box around it
        if not box.blocks:
            continue
        rule = rule_of[box.parent] if box.parent is not None else None
        if rule is None and box.prose <= most:
            rule = box.rule
        rule_of[box] = rule if rule not in spared else None
    rules = [rule_of[block.box] or block.rule for block in reading.blocks]
    prose = [block for block, rule in zip(reading.blocks, rules, strict=True) if block.is_prose and rule is None]
    return Judged(blocks=reading.blocks, rules=rules, flow=home(prose) or reading.boxes[0])


def home(blocks: Iterable[Block], *, share: float = FLOW_SHARE) -> Box | None:
    """Return the deepest box that contains this share of the blocks' words; None if there are no blocks."""
    weight: dict[Box, int] = {}
    total = 0
    for block in blocks:
        words = block.words
        total += words
        box: Box | None = block.box
        while box is not None:
            weight[box] = weight.get(box, 0) + words
            box = box.parent
    heavy = [box for box, words in weight.items() if words >= share * total]
    return max(heavy, key=lambda box: box.depth, default=None)
