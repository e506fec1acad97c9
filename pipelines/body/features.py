"""Features of the blocks of a page: the input of `model.py`.

Nearly all describe shape and page statistics: the distance of a block from the prose, the content of its box and of
similar boxes, and its neighbours. Class names count only through the rules of `roles.py`.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log2

from pipelines.body.flow import Judged
from pipelines.html.blocks import HEADINGS, Block, Box

#: Maximum distance, in blocks.
FAR = 30
NEAR = 20
_BOXES = frozenset(["div", "section", "article", "center"])
_DIGIT = re.compile(r"\d")

NAMES = (
    "words", "ends", "linked", "strong", "prose", "heading", "lines", "commas", "digits", "p", "li", "box", "row", "h2", "colon",  # noqa: E501  a table row
    "in_li", "in_list", "in_section", "in_figure", "in_quote", "ruled", "inside", "distance",
    "box_words", "box_prose", "box_linked", "own_prose", "outer_words", "outer_prose", "outer_linked", "outer_blocks",
    "second_words", "second_prose", "second_linked", "second_blocks", "third_prose", "third_linked", "sibling_prose",
    "kind_count", "kind_linked", "kind_ends", "kind_prose", "kind_words", "look_count", "look_linked", "look_ends", "look_prose",  # noqa: E501  a table row
    "before_words", "before_linked", "before_strong", "before_heading", "before_prose",
    "after_words", "after_linked", "after_strong", "after_heading", "after_prose",
    "since_prose", "till_prose", "between", "above", "from_first", "from_last", "from_headline", "place",
    "punctuated", "page_prose", "page_paragraphs", "page_share", "flow_prose", "flow_linked", "flow_share", "paragraph_words",  # noqa: E501  a table row
    "in_center", "from_center", "center_score", "outer_score", "center_before", "center_after",
)  # fmt: skip

_NOTHING = (0.0, 0.0, 0.0, 0.0, 0.0)


class _Kind:
    """Sums over all blocks in boxes of one kind."""

    __slots__ = ("count", "ends", "links", "prose", "words")

    def __init__(self) -> None:
        self.count = self.words = self.links = self.ends = self.prose = 0

    def add(self, block: Block, *, prose: int) -> None:
        self.count += 1
        self.words += block.words
        self.links += block.link_words
        self.ends += block.ends
        self.prose += prose

    def add_all(self, other: "_Kind") -> None:
        self.count += other.count
        self.words += other.words
        self.links += other.links
        self.ends += other.ends
        self.prose += other.prose


def _kind(box: Box) -> tuple[tuple[str, str], tuple[str, str] | None]:
    return box.key, box.parent.key if box.parent is not None else None


class _Page:
    """Statistics of the whole page, computed before the features of its blocks."""

    def __init__(self, page: Judged) -> None:
        self.blocks, self.rules, self.flow = page.blocks, page.rules, page.flow
        self.prose = [
            block.words if block.is_prose and rule is None else 0
            for block, rule in zip(page.blocks, page.rules, strict=True)
        ]
        self.total = max(1, sum(self.prose))
        #: Of boxes with the same tag and class in boxes with the same, and of all boxes with the same tag and class.
        self.kinds: dict[tuple[tuple[str, str], tuple[str, str] | None], _Kind] = {}
        self.looks: dict[tuple[str, str], _Kind] = {}
        self.direct: dict[Box | None, int] = {}
        self.sibling_prose: dict[Box | None, int] = {}
        for block, prose in zip(page.blocks, self.prose, strict=True):
            box = block.box
            key = _kind(box)
            kind = self.kinds.get(key)
            if kind is None:
                kind = self.kinds[key] = _Kind()
            kind.add(block, prose=prose)
            if prose:
                self.direct[box] = self.direct.get(box, 0) + prose
                self.sibling_prose[box.parent] = self.sibling_prose.get(box.parent, 0) + prose
        for (look, _), kind in self.kinds.items():
            self.looks.setdefault(look, _Kind()).add_all(kind)
        self.scores = _centrality(page.blocks, self.prose)
        self.center = max(self.scores, key=lambda box: self.scores[box], default=page.flow)
        self.best = max(1.0, self.scores.get(self.center, 0.0))
        self.around_center = {box: steps for steps, box in enumerate(self.center.outward())}
        held = [place for place, block in enumerate(page.blocks) if self.prose[place] and block.box.is_in(self.center)]
        self.held = (held[0], held[-1]) if held else (0, len(page.blocks) - 1)
        self.up = {box: steps for steps, box in enumerate(page.flow.outward())}
        self.steps: dict[Box, int] = {}
        self.surroundings: dict[tuple[tuple[str, str], Box | None], tuple[float, ...]] = {}
        self.where = [self._steps(block.box) for block in page.blocks]
        found = [place for place, prose in enumerate(self.prose) if prose and self.where[place] <= 0]
        found = found or [place for place, prose in enumerate(self.prose) if prose]
        self.first, self.last = (found[0], found[-1]) if found else (len(page.blocks), -1)
        self.since, self.till = _distances(len(page.blocks), set(found))
        self.headline = next((place for place, block in enumerate(page.blocks) if block.tag == "h1"), -1)
        self.whole = self._page_features(sum(prose > 0 for prose in self.prose))

    def around(self, box: Box) -> tuple[float, ...]:
        """Features of the boxes around a box, and of its likes: the same for all of its siblings of one kind."""
        around = self.surroundings.get((box.key, box.parent))
        if around is None:
            around = self.surroundings[box.key, box.parent] = (*_outer_boxes(box, self), *_likes(box, self))
        return around

    def _steps(self, box: Box) -> int:
        """Return the distance of each box from the flow: positive outside of it, zero or negative inside."""
        steps = self.steps.get(box)
        if steps is None:
            if box in self.up:
                steps = self.up[box]
            else:
                outer = self._steps(box.parent) if box.parent is not None else 0
                steps = outer - 1 if outer <= 0 else outer
            self.steps[box] = steps
        return steps

    def steps_to_center(self, box: Box) -> int:
        """Steps outward from the center to the first box that holds both."""
        steps = self.around_center.get(box)
        if steps is None:
            steps = self.around_center[box] = self.steps_to_center(box.parent) if box.parent is not None else 0
        return steps

    def _page_features(self, paragraphs: int) -> tuple[float, ...]:
        long = [block for block, steps in zip(self.blocks, self.where, strict=True) if block.words >= 15 and steps <= 0]
        words = max(1, sum(block.words for block in self.blocks))
        prose = sum(self.prose)
        return (
            sum(block.ends for block in long) / len(long) if long else 0.0,
            log2(1 + prose),
            log2(1 + paragraphs),
            prose / words,
            self.flow.prose / self.total,
            _linked(self.flow),
            self.flow.words / words,
            log2(1 + prose / max(1, paragraphs)),
        )


def _centrality(blocks: Sequence[Block], prose: Sequence[int]) -> dict[Box, float]:
    """Return the prose words near each box; those of children count fully, of the next levels half and a quarter."""
    scores: dict[Box, float] = {}
    for block, words in zip(blocks, prose, strict=True):
        weight, box = float(words), block.box.parent
        for _ in range(3):
            if not words or box is None:
                break
            scores[box] = scores.get(box, 0.0) + weight
            weight, box = weight / 2, box.parent
    return scores


def _distances(count: int, prose: set[int]) -> tuple[list[float], list[float]]:
    """Return, for each block, the number of blocks since the previous prose and until the next."""

    def walk(places: Sequence[int]) -> list[float]:
        walked, far = [], float(FAR)
        for place in places:
            walked.append(far)
            if place in prose:
                far = 1.0
            elif far < FAR:
                far += 1.0
        return walked

    return walk(range(count)), walk(range(count - 1, -1, -1))[::-1]


def measure(page: Judged, places: Iterable[int]) -> list[tuple[float, ...]]:
    """The features of the blocks at these places, in the order of `NAMES`."""
    whole = _Page(page)
    shapes = [_shape(block) for block in page.blocks]
    return [
        (
            *_alone(page.blocks[place], shapes[place], page.rules[place], whole.where[place]),
            *_own_box(page.blocks[place].box, whole),
            *whole.around(page.blocks[place].box),
            *(shapes[place - 1] if place else _NOTHING),
            *(shapes[place + 1] if place + 1 < len(shapes) else _NOTHING),
            *_place(place, whole),
            *whole.whole,
            *_center(place, page.blocks[place].box, whole),
        )
        for place in places
    ]


def _shape(block: Block) -> tuple[float, ...]:
    return (
        log2(1 + block.words),
        block.link_words / block.words,
        block.strong_words / block.words,
        float(block.box.tag in HEADINGS),
        float(block.is_prose),
    )


def _alone(block: Block, shape: tuple[float, ...], rule: str | None, steps: int) -> tuple[float, ...]:
    text, tag = block.text, block.box.tag
    words, linked, strong, heading, prose = shape
    commas = text.count("،") + text.count(",") + text.count(";") + text.count("؛")
    return (
        words,
        float(block.ends),
        linked,
        strong,
        prose,
        heading,
        float(len(block.lines)),
        commas / block.words,
        len(_DIGIT.findall(text)) / len(text),
        *_of_tag(tag),
        float(text[-1:] == ":"),
        *_of_tags(block.box.tags),
        float(rule is not None),
        float(steps <= 0),
        float(steps),
    )


@lru_cache(maxsize=256)
def _of_tag(tag: str) -> tuple[float, ...]:
    return (float(tag == "p"), float(tag == "li"), float(tag in _BOXES), float(tag == "tr"), float(tag == "h2"))


@lru_cache(maxsize=1024)
def _of_tags(tags: frozenset[str]) -> tuple[float, ...]:
    return (
        float("li" in tags),
        float("ul" in tags or "ol" in tags),
        float("section" in tags),
        float("figure" in tags),
        float("blockquote" in tags),
    )


def _own_box(box: Box, page: _Page) -> tuple[float, ...]:
    return (
        log2(1 + box.words),
        box.prose / page.total,
        _linked(box),
        page.direct.get(box, 0) / page.total,
    )


def _outer_boxes(box: Box, page: _Page) -> tuple[float, ...]:
    outer = box.parent or box
    second = outer.parent or outer
    third = second.parent or second
    total = page.total
    return (
        log2(1 + outer.words),
        outer.prose / total,
        _linked(outer),
        log2(1 + outer.blocks),
        log2(1 + second.words),
        second.prose / total,
        _linked(second),
        log2(1 + second.blocks),
        third.prose / total,
        _linked(third),
        page.sibling_prose.get(box.parent, 0) / total,
    )


def _likes(box: Box, page: _Page) -> tuple[float, ...]:
    kind, look = page.kinds[_kind(box)], page.looks[box.key]
    return (
        log2(1 + kind.count),
        kind.links / kind.words,
        kind.ends / kind.count,
        kind.prose / page.total,
        log2(1 + kind.words / kind.count),
        log2(1 + look.count),
        look.links / look.words,
        look.ends / look.count,
        look.prose / page.total,
    )


def _place(place: int, page: _Page) -> tuple[float, ...]:
    count = len(page.blocks)
    return (
        page.since[place],
        page.till[place],
        float(page.first <= place <= page.last),
        float(place < page.first),
        _at_most(NEAR, place - page.first),
        _at_most(NEAR, page.last - place),
        _at_most(FAR, place - page.headline) if page.headline >= 0 else -FAR - 1.0,
        place / count,
    )


def _center(place: int, box: Box, page: _Page) -> tuple[float, ...]:
    """Return features of the block relative to the box with most prose near it."""
    outer = box.parent or box
    steps = page.steps_to_center(box)
    first, last = page.held
    return (
        float(steps == 0 and box is not page.center),
        float(steps),
        page.scores.get(outer, 0.0) / page.best,
        page.scores.get(outer.parent or outer, 0.0) / page.best,
        _at_most(FAR, first - place) if first > place else 0.0,
        _at_most(FAR, place - last) if place > last else 0.0,
    )


def _at_most(most: int, distance: int) -> float:
    """The distance in either direction, cut."""
    return float(distance if -most <= distance <= most else most if distance > 0 else -most)


def _linked(box: Box) -> float:
    return box.link_words / box.words if box.words else 0.0
