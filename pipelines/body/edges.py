"""The edges of the article: the standfirst above it that belongs to the text, and the notes below it that do not."""

import re
from collections.abc import Sequence

from pipelines.body.dom import Element, hints, text_of
from pipelines.body.flow import Block

#: What page authors call a standfirst: 30 of 43 such blocks belonged to the text of 160 pages, the others were mostly leads too.
_LEAD = re.compile(
    r"(?:^|[\s_\-])(?:dek|deck|stand-?first|lead|lede|sub-?head(?:line|ing|er)?|sub-?title|summary|intro|chapo|chapeau|excerpt|strap(?:line)?|"
    r"kicker|teaser|description)(?:$|[\s_\-])|standfirst|subhead|subtitle|articledek|_dek"
)
LEAD_TAGS = frozenset(["p", "div", "h2", "h3", "h4", "h5", "strong", "section", "blockquote"])
LEAD_WORDS = range(5, 81)
#: A standfirst stands at most this many blocks above the first paragraph.
LEAD_REACH = 12
#: Notes are looked for in this many last blocks of an article of at least `NOTED_BLOCKS`.
NOTES = 2
NOTED_BLOCKS = 5
NOTE_WORDS = 80
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w|(?:^|\s)@\w{3,}")


def lead(found: Sequence[Block], chosen: Sequence[Block]) -> list[Block]:
    """The standfirst: blocks above the first paragraph that the page itself calls one."""
    if not chosen:
        return []
    first = next(position for position, block in enumerate(found) if block is chosen[0])
    return [block for block in found[max(0, first - LEAD_REACH) : first] if is_lead(block)]


def is_lead(block: Block) -> bool:
    """Whether the page calls this block, or the element right around it, a standfirst."""
    if block.element.tag not in LEAD_TAGS or block.words not in LEAD_WORDS or block.linked > 0.3:
        return False
    return any(_LEAD.search(hints(element)) for element in [block.element, *_outer(block.element, 2)])


def _outer(element: Element, count: int) -> list[Element]:
    return [outer for outer, _ in zip(element.iterancestors(), range(count), strict=False)]


def notes(chosen: Sequence[Block]) -> list[Block]:
    """Blocks at the end that speak about the article: all in italics, or with an address to write to."""
    if len(chosen) < NOTED_BLOCKS:
        return []
    found = []
    for block in list(reversed(chosen))[:NOTES]:
        if block.words > NOTE_WORDS or not (_is_slanted(block) or _MAIL.search(block.text)):
            break
        found.append(block)
    return found


def _is_slanted(block: Block) -> bool:
    if any(outer.tag == "blockquote" for outer in block.element.iterancestors()) or block.text[:1] in '"“«‘':
        return False
    return sum(len(text_of(part).split()) for part in block.element.iter("em", "i")) >= 0.9 * block.words
