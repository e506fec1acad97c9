"""A second extraction, by trafilatura, if the first is doubtful: too little text, or text from several places."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from pipelines.body.flow import Judged, home
from pipelines.html.blocks import HEADINGS, Block, Box
from pipelines.words.normal import normal

#: A text with fewer words, or with less than this share of the page's prose, is doubtful.
FEW_WORDS = 80
PROSE_SHARE = 0.6
#: The second extraction is used if the first has less than this share of its words.
LEAST_SHARE = 0.7
#: An article is spread if no place has this share of its words; a place covers this number of levels.
PLACE_SHARE = 0.75
LEVELS = 3
#: An article in many sections is in one place if it has this share of the words of the box that holds most of it.
FILLED_SHARE = 0.9
#: The place of the second extraction is the deepest box with this share of its words.
FOUND_SHARE = 0.9
#: A second extraction with fewer words of prose, or less than this share of the first, has missed the article.
FOUND_PROSE = 60
FOUND_LEAST = 0.15
#: Number of chosen headlines that are links from which the text is a list of teasers. Of 2,864 linked headings in 510
#: pages, those of fewer words are mostly labels and topics; of those with so many, 14 of 15 lead to another article.
CARDS = 5
CARD_WORDS = 6
LINKED = 0.9
#: Minimum number of words of a block that is searched inside longer lines.
PART_WORDS = 8

#: Rules that a second extraction may overrule; blocks excluded by certain rules remain so.
OVERRULABLE = frozenset(["unlikely"])


def second_reading(page: Judged, verdicts: list[str | None], read: Callable[[], Sequence[str]]) -> None:
    """Correct doubtful verdicts in place: include blocks that were extracted, exclude those from other places."""
    own = [place for place, verdict in enumerate(verdicts) if verdict is None]
    is_carded = sum(_is_card(page.blocks[place]) for place in own) >= CARDS
    is_spread = is_carded or (_is_spread(page.blocks, own) and not _fills_its_place(page.blocks, own))
    if not (is_spread or _is_thin(page, verdicts, own)):
        return
    lines = [normal(line) for line in read()]
    found = list(_extracted_blocks(page.blocks, lines))
    if _words(page.blocks, own) < LEAST_SHARE * sum(len(line.split()) for line in lines):
        for place in found:
            if _is_linked_heading(page.blocks[place]):
                continue  # it leads to another article
            believed = verdicts[place] == page.rules[place] and page.blocks[place].is_prose
            if verdicts[place] in OVERRULABLE or believed:
                verdicts[place] = None
    elif is_spread:
        _leave_elsewhere(page.blocks, verdicts, own, found, least=0.0 if is_carded else FOUND_LEAST)


def _is_linked_heading(block: Block) -> bool:
    return block.tag in HEADINGS and block.linked >= LINKED


def _is_card(block: Block) -> bool:
    return block.words >= CARD_WORDS and _is_linked_heading(block)


def _leave_elsewhere(
    blocks: Sequence[Block], verdicts: list[str | None], own: Sequence[int], found: Sequence[int], *, least: float
) -> None:
    """Exclude blocks outside of the place of the second extraction, if they are many."""
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
    """Whether the article is short, or omits much of the page's prose."""
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


def _fills_its_place(blocks: Sequence[Block], own: Sequence[int]) -> bool:
    """Whether the box that holds most of the article holds little else: its parts are sections, not teasers."""
    place = home([blocks[place] for place in own], share=FOUND_SHARE)
    if place is None:
        return False
    inside = sum(blocks[number].words for number in own if blocks[number].box.is_in(place))
    return inside >= FILLED_SHARE * place.words


def _words(blocks: Sequence[Block], places: Sequence[int]) -> int:
    return sum(blocks[place].words for place in places)


def _extracted_blocks(blocks: Sequence[Block], lines: Sequence[str]) -> Iterator[int]:
    """Return the blocks that were extracted; each line counts once, a long block may span several lines."""
    left = Counter(lines)
    text = f" {' '.join(lines)} "
    for place, block in enumerate(blocks):
        folded = normal(block.text)
        if left[folded]:
            left[folded] -= 1
            yield place
        elif block.words >= PART_WORDS and f" {folded} " in text:
            yield place
