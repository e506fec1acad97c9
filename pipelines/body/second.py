"""A second reading, by trafilatura, where the first is doubtful: too little was chosen, or it lies in several places."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from pipelines.body.flow import Judged, home
from pipelines.html.blocks import HEADINGS, Block, Box
from pipelines.words.normal import normal

#: A text of fewer words is doubtful, and one that holds less than this share of the page's prose.
FEW_WORDS = 80
PROSE_SHARE = 0.6
#: The second reading is believed where the first has less than this share of its words.
LEAST_SHARE = 0.7
#: An article whose densest place holds less than this share of its words is spread; nearness counts so many levels.
PLACE_SHARE = 0.75
LEVELS = 3
#: The place of the second reading is the deepest box that holds this share of it.
FOUND_SHARE = 0.9
#: A second reading of fewer words of prose, or of less than this share of the first, lost the article itself.
FOUND_PROSE = 60
FOUND_LEAST = 0.15
#: So many headings that are links, in what was chosen, are a list of teasers.
CARDS = 5
LINKED = 0.9
#: A block of fewer words is not looked for inside longer lines.
PART_WORDS = 8

#: Verdicts that a second reading may undo; what a sure rule took stays out.
DOUBTFUL = frozenset(["unlikely"])


def second_reading(page: Judged, verdicts: list[str | None], read: Callable[[], Sequence[str]]) -> None:
    """Correct doubtful verdicts in place: add what was read and nothing surely takes, leave what lies in another place."""
    own = [place for place, verdict in enumerate(verdicts) if verdict is None]
    is_carded = (
        sum(page.blocks[place].tag in HEADINGS and page.blocks[place].linked >= LINKED for place in own) >= CARDS
    )
    is_spread = is_carded or _is_spread(page.blocks, own)
    if not (is_spread or _is_thin(page, verdicts, own)):
        return
    lines = [normal(line) for line in read()]
    found = list(_found(page.blocks, lines))
    if _words(page.blocks, own) < LEAST_SHARE * sum(len(line.split()) for line in lines):
        for place in found:
            believed = verdicts[place] == page.rules[place] and page.blocks[place].is_prose
            if verdicts[place] in DOUBTFUL or believed:
                verdicts[place] = None
    elif is_spread:
        _leave_elsewhere(page.blocks, verdicts, own, found, least=0.0 if is_carded else FOUND_LEAST)


def _leave_elsewhere(
    blocks: Sequence[Block], verdicts: list[str | None], own: Sequence[int], found: Sequence[int], *, least: float
) -> None:
    """Take back what lies outside of the place that the second reading found, where that is much."""
    prose = [blocks[place] for place in found if blocks[place].is_prose]
    if sum(block.words for block in prose) < FOUND_PROSE or _words(blocks, found) < least * _words(blocks, own):
        return
    inside = home(prose, share=FOUND_SHARE)
    read = set(found)
    if inside is None:
        return
    away = [place for place in own if place not in read and not blocks[place].box.is_in(inside)]
    if _words(blocks, away) >= (1 - PLACE_SHARE) * _words(blocks, own):
        for place in away:
            verdicts[place] = "elsewhere"


def _is_thin(page: Judged, verdicts: Sequence[str | None], own: Sequence[int]) -> bool:
    """Whether the article is short, or much of the page's prose is left out of it."""
    prose = [place for place, verdict in enumerate(verdicts) if verdict == "unlikely" and page.blocks[place].is_prose]
    words = _words(page.blocks, own)
    return words < FEW_WORDS or words < PROSE_SHARE * (words + _words(page.blocks, prose))


def _is_spread(blocks: Sequence[Block], own: Sequence[int]) -> bool:
    """Whether no place of the page holds most of the article: teasers look like paragraphs."""
    near: dict[Box, float] = {}
    for place in own:
        weight, box = float(blocks[place].words), blocks[place].box.parent
        for _ in range(LEVELS):
            if box is not None:
                near[box] = near.get(box, 0.0) + weight
                weight, box = weight / 2, box.parent
    if not near:
        return False
    center = max(near, key=lambda box: near[box])
    inside = [place for place in own if blocks[place].box.is_in(center)]
    return _words(blocks, inside) < PLACE_SHARE * _words(blocks, own)


def _words(blocks: Sequence[Block], places: Sequence[int]) -> int:
    return sum(blocks[place].words for place in places)


def _found(blocks: Sequence[Block], lines: Sequence[str]) -> Iterator[int]:
    """The blocks that were read; each line counts once, a long block may also stand in several lines."""
    left = Counter(lines)
    text = f" {' '.join(lines)} "
    for place, block in enumerate(blocks):
        folded = normal(block.text)
        if left[folded]:
            left[folded] -= 1
            yield place
        elif block.words >= PART_WORDS and f" {folded} " in text:
            yield place
