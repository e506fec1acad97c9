"""Rules that are certain on a single page: links without a sentence, and known phrases.

Blocks that are merely short, bold or oddly placed are kept; recurring ones are learned (`pipelines/boilerplate`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.html.blocks import HEADINGS, Block, Box
from pipelines.words.phrases import familiar, is_interface, opening, opens_widget, whole

ITEMS = frozenset(["li", "td", "th", "dd", "dt"])
#: Maximum length of a label ("مواضيع قد تهمك أيضا").
LABEL_WORDS = 8
#: Maximum length of a headline in a list.
HEADLINE_WORDS = 18
#: Number of words from which a line that is half links is a list of links.
LINKED_WORDS = 20


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The article's blocks in page order."""

    blocks: Sequence[Block]
    #: Positions of the items of each list.
    lists: dict[Box, list[int]]
    #: Whether the article is made of lists of links.
    is_directory: bool

    def at(self, place: int) -> Block | None:
        return self.blocks[place] if 0 <= place < len(self.blocks) else None


def find(blocks: Sequence[Block]) -> list[str | None]:
    """Return for each block the rule that removes it, or None."""
    page = _Blocks(blocks, _lists(blocks), _is_directory(blocks))
    verdicts = [_rule(page, place, block) for place, block in enumerate(blocks)]
    for places in page.lists.values():
        _take_list(page, places, verdicts)
    return verdicts


def _rule(page: _Blocks, place: int, block: Block) -> str | None:
    for rule, test in TESTS.items():
        if test(page, place, block):
            return rule
    return None


def _lists(blocks: Sequence[Block]) -> dict[Box, list[int]]:
    lists: dict[Box, list[int]] = {}
    for place, block in enumerate(blocks):
        item = next((box for box in (block.box, block.box.parent) if box is not None and box.tag in ITEMS), None)
        if item is not None and item.parent is not None:
            lists.setdefault(item.parent, []).append(place)
    return lists


def _is_directory(blocks: Sequence[Block]) -> bool:
    listed = sum(block.words for block in blocks if block.tag == "li" and block.linked >= 0.8)
    return listed > 0.3 * sum(block.words for block in blocks)


def _label_link(page: _Blocks, place: int, block: Block) -> bool:
    """`اقرأ أيضا: <link>`: a short label followed only by a link."""
    rest = block.words - block.link_words
    if not 0 < rest <= LABEL_WORDS or block.link_words < 3 or block.label_words != rest:
        return False
    label = block.label
    return label.rstrip(" »«-|").endswith((":", "：")) or opening(label, risky=True) is not None


def _link_line(page: _Blocks, place: int, block: Block) -> bool:
    """A paragraph or item that is entirely a link; not a sentence with several links."""
    if block.tag in HEADINGS:
        following = page.at(place + 1)
        return block.linked >= 0.9 and (following is None or following.linked >= 0.8)
    if block.is_sentence_of_links:
        return False
    if block.tag in ITEMS:
        return block.linked >= 0.8 and not _introduced(page, place)
    return block.linked >= 0.8 or (block.linked >= 0.5 and not block.ends and block.words <= LINKED_WORDS)


def _introduced(page: _Blocks, place: int) -> bool:
    """Whether a list of links is text: introduced by a paragraph with a colon, or part of an article of such lists."""
    parent = page.blocks[place].box.parent
    start = page.lists.get(parent, [place])[0] if parent is not None else place
    before = page.at(start - 1)
    leads = before is not None and before.words > LABEL_WORDS and before.text.rstrip().endswith(":")
    return leads or page.is_directory


def _phrase(page: _Blocks, place: int, block: Block) -> bool:
    """A known phrase as the whole line, or at the start of a short line that is not a sentence."""
    if whole(block.text) or opens_widget(block.text, is_sentence=block.ends):
        return True
    return block.linked > 0.3 and opening(block.text) is not None


def _vocabulary(page: _Blocks, place: int, block: Block) -> bool:
    """A short line made of button and label vocabulary; a heading over prose only if all its words are."""
    if block.tag in HEADINGS and _leads_to_prose(page, place) and familiar(block.text) < 1:
        return False
    return is_interface(block.text, is_sentence=block.ends)


def _leads_to_prose(page: _Blocks, place: int) -> bool:
    following = page.at(place + 1)
    if following is None or following.linked >= 0.8:
        return False
    return following.is_prose or following.ends or following.tag == "li"


def _take_list(page: _Blocks, places: Sequence[int], verdicts: list[str | None]) -> None:
    """Remove a whole list of headlines if a known label introduces it or half of its items were removed."""
    gone = sum(verdicts[place] is not None for place in places)
    above = page.at(places[0] - 1)
    labelled = above is not None and verdicts[places[0] - 1] in _BY_WORDS and above.words <= LABEL_WORDS
    if not (labelled or 2 * gone >= len(places) > gone > 0):
        return
    left = [page.blocks[place] for place in places if verdicts[place] is None]
    if not any(item.ends or item.words > HEADLINE_WORDS for item in left):
        for place in places:
            verdicts[place] = verdicts[place] or "listed"


Test = Callable[[_Blocks, int, Block], bool]

#: The rules in order; the name is stored with the removed text.
TESTS: dict[str, Test] = {
    "label-link": _label_link,
    "link-line": _link_line,
    "phrase": _phrase,
    "vocabulary": _vocabulary,
}
#: Rules that depend only on the words of a line.
_BY_WORDS = frozenset(["phrase", "vocabulary"])
